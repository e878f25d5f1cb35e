import type { Command } from "commander";
import type { ApproveOptions, ListOptions, RunOptions } from "./run-disposal.ts";

/** The three steps of a disposal, each shown before it is done. */
export function declareDispose(command: Command): void {
  const dispose = command
    .command("dispose")
    .usage("list | approve <mã> | run <mã> | withdraw <mã>")
    .description("tiêu hủy theo danh sách đã duyệt · destroy what an approved list names");
  dispose
    .command("list")
    .description(
      "xem những gì đã hết thời hạn, và các danh sách đã lập · what has expired, and lists there are",
    )
    .option(
      "--propose",
      "xem trước danh sách sẽ lập từ những gì hiện ra · the list that would be made of what is shown",
    )
    .option("--confirm", "cùng --propose: lập danh sách ấy · with --propose: make that list")
    .option("--out <tệp>", "ghi danh sách đầy đủ ra tệp · write the whole list to a file")
    .option("--json", "in dạng JSON · print JSON")
    .action(async (options: ListOptions) => (await import("./run-disposal.ts")).listDisposals(options));
  dispose
    .command("approve")
    .description(
      "duyệt một danh sách; cần hai người khác nhau · approve a list; two different people are needed",
    )
    .argument("<mã>", "mã danh sách · the list's id, or its beginning")
    .requiredOption("--by <họ tên>", "người duyệt · who approves")
    .requiredOption("--minutes <số>", "số biên bản của hội đồng · the minute number")
    .option("--confirm", "ghi lại; không có thì chỉ xem trước · store it; without it only a preview")
    .action(async (id: string, options: ApproveOptions) =>
      (await import("./run-disposal.ts")).approveDisposal(id, options),
    );
  dispose
    .command("run")
    .description("tiêu hủy danh sách đã đủ hai người duyệt · destroy a list two people approved")
    .argument("<mã>", "mã danh sách · the list's id, or its beginning")
    .requiredOption(
      "--out <thư mục>",
      "nơi ghi biên bản .docx và danh sách · where the minutes and the list go",
    )
    .option("--confirm", "làm thật; không có thì chỉ xem trước · do it; without it only a preview")
    .action(async (id: string, options: RunOptions) =>
      (await import("./run-disposal.ts")).destroyDisposal(id, options),
    );
  dispose
    .command("withdraw")
    .description("bỏ một danh sách chưa chạy · drop a list that was not run")
    .argument("<mã>", "mã danh sách · the list's id, or its beginning")
    .option("--confirm", "ghi lại; không có thì chỉ xem trước · store it; without it only a preview")
    .action(async (id: string, options: { confirm?: boolean }) =>
      (await import("./run-disposal.ts")).dropDisposal(id, options),
    );
}
