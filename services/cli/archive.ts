import { Option, type Command } from "commander";
import type { ExportOptions } from "./archive/run-export.ts";
import { declareDispose } from "./archive/dispose-commands.ts";
import { declareKeeping } from "./archive/keeping-commands.ts";
import type { CheckpointOptions } from "./archive/run-checkpoint.ts";
import type { IndexOptions } from "./archive/run-index.ts";
import type { SearchOptions } from "./archive/run-search.ts";
import type { VerifyOptions } from "./archive/run-verify.ts";
import type { ViewOptions } from "./archive/run-view.ts";

const purpose = () =>
  new Option(
    "--purpose <mục đích>",
    "vì sao cần xem; được ghi vào nhật ký · why; written into the log",
  ).makeOptionMandatory();
const by = () => new Option("--by <tên>", "ai yêu cầu (mặc định: tài khoản đang dùng) · who asks for it");

export function declare(command: Command): void {
  declareExport(command);
  declareVerify(command);
  declareIndex(command);
  declareSearch(command);
  declareView(command);
  declareLog(command);
  declareKeeping(command);
  declareDispose(command);
  onDemo(command);
}

/** Every command here can be tried on the last demo that was kept. */
function onDemo(command: Command): void {
  for (const leaf of leaves(command))
    leaf.option("--demo", "trên lần demo --keep gần nhất · on the last demo kept");
  command.hook("preAction", async (_archive, action) => {
    if (action.opts<{ demo?: boolean }>().demo !== true) return;
    const { lastDemo } = await import("./demo/last-demo.ts");
    const { demoEnvironment } = await import("./demo/demo-environment.ts");
    const own = demoEnvironment(await lastDemo());
    // Nothing of a real archive may stand beside it: a demo's key, or an approval for a demo, is for the demo alone.
    for (const name of Object.keys(process.env)) if (name.startsWith("SISO_")) delete process.env[name];
    Object.assign(process.env, own);
  });
}

function leaves(command: Command): Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
}

function declareExport(command: Command): void {
  command
    .command("export")
    .description("xuất gói bằng chứng kiểm tra viên tự kiểm được · an auditor's bundle that verifies itself")
    .option("--course <mã khóa>", "cả khóa học · a whole course")
    .option("--session <mã>", "một buổi học · one session")
    .option("--trainee <mã hoặc STT>", "một học viên; STT hoặc họ tên cần --course · one trainee")
    .option("--mark <mã>", "một kết quả điểm danh · one mark")
    .addOption(purpose())
    .addOption(by())
    .option("--copies-only", "chỉ bản sao có che mặt, không có ảnh gốc · copies only, no originals")
    .requiredOption("--out <tệp.zip>", "ghi gói vào tệp · where the bundle goes")
    .action(async (options: ExportOptions) => {
      const { runExport } = await import("./archive/run-export.ts");
      await runExport(options, process.env);
    });
}

function declareVerify(command: Command): void {
  command
    .command("verify")
    .description(
      "kiểm toàn bộ nhật ký, mốc ký, dấu thời gian và từng vật lưu · check the whole log and archive",
    )
    .option("--log-only", "không mở từng vật lưu · without opening every object")
    .option("--tsa-ca <tệp>", "chứng thư gốc của dịch vụ dấu thời gian · the timestamp authority's root")
    .option("--json", "in dạng JSON · print JSON")
    .action(async (options: VerifyOptions) => {
      const { runVerify } = await import("./archive/run-verify.ts");
      if (!(await runVerify(options, process.env))) process.exitCode = 1;
    });
}

function declareIndex(command: Command): void {
  command
    .command("index")
    .description("mục lục hồ sơ của từng khóa, theo bốn nhóm · what is kept of each course, in four groups")
    .option("--course <mã khóa>", "một khóa thôi · one course only")
    .option("--json", "in dạng JSON · print JSON")
    .action(async (options: IndexOptions) => {
      const { runIndex } = await import("./archive/run-index.ts");
      process.stdout.write(await runIndex(options, process.env));
    });
}

function declareSearch(command: Command): void {
  command
    .command("search")
    .description(
      "tìm ảnh lưu trữ theo khóa, phòng, camera, buổi, học viên, kết quả, ngày · find archived pictures",
    )
    .option("--course <mã khóa>", "khóa học · course")
    .option("--room <phòng>", "mã hoặc tên phòng · room")
    .option("--camera <mã>", "mã camera · camera")
    .option("--session <mã>", "buổi học · session")
    .option(
      "--trainee <mã hoặc STT>",
      "học viên: mã, hoặc STT hay họ tên cùng --course · a trainee: id, or number or name with --course",
    )
    .option("--mark <mã>", "kết quả điểm danh · mark")
    .option("--from <ngày>", "từ ngày · from a day, YYYY-MM-DD")
    .option("--to <ngày>", "đến hết ngày · to the end of a day")
    .option("--limit <số>", "nhiều nhất · at most", "50")
    .option("--json", "in dạng JSON · print JSON")
    .action(async (options: SearchOptions) => {
      const { runSearch } = await import("./archive/run-search.ts");
      process.stdout.write(await runSearch(options, process.env));
    });
}

function declareView(command: Command): void {
  command
    .command("view <ảnh>")
    .description("xem một ảnh: bản sao có dấu chìm, được ghi vào nhật ký · a watermarked copy of one picture")
    .addOption(purpose())
    .addOption(by())
    .requiredOption("--out <tệp.jpg>", "ghi bản sao vào tệp · where the copy goes")
    .action(async (id: string, options: ViewOptions) => {
      const { runView } = await import("./archive/run-view.ts");
      await runView(id, options, process.env);
    });
}

function declareLog(command: Command): void {
  command
    .command("checkpoint")
    .description(
      "ký một mốc ngay và in ra để kiểm tra viên giữ · sign a checkpoint now and print it for the auditor",
    )
    .option("--mail-to <địa chỉ>", "gửi cả mốc này qua thư · mail it too")
    .action(async (options: CheckpointOptions) => {
      const { printCheckpoint } = await import("./archive/run-checkpoint.ts");
      process.stdout.write(await printCheckpoint(options, process.env));
    });
  command
    .command("rotate-log-key")
    .description("thay khóa ký nhật ký; khóa cũ ký giới thiệu khóa mới · replace the log's signing key")
    .action(async () => {
      const { rotate } = await import("./archive/run-checkpoint.ts");
      await rotate(process.env);
    });
}
