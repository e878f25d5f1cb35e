import { Option, type Command } from "commander";
import type { ExtendOptions, LiftOptions, PlaceOptions } from "./run-holds.ts";

const confirm = () =>
  new Option("--confirm", "ghi lại; không có thì chỉ xem trước · store it; without it only a preview");

/** Holding, extending, reading back and repairing, the second store. */
export function declareKeeping(command: Command): void {
  declareHold(command);
  command
    .command("extend")
    .description("giữ một khóa lâu hơn; chỉ gia hạn, không rút ngắn · keep a course longer; never shorter")
    .requiredOption("--course <mã khóa>", "khóa nào · which course")
    .requiredOption(
      "--years <số>",
      "số năm kể từ ngày khai giảng, hoặc forever · years from its start, or forever",
    )
    .requiredOption("--class <tên>", "nhóm thời hạn lưu trữ · the retention class")
    .requiredOption("--by <họ tên>", "người quyết định · who decided")
    .requiredOption("--minutes <số>", "số văn bản · the document's number")
    .addOption(confirm())
    .action(async (options: ExtendOptions) => (await import("./run-holds.ts")).extendCourse(options));
  command
    .command("fixity")
    .description("xem các lần đọc lại kho và chỗ hỏng · the readings back of the archive, and its troubles")
    .option("--all", "đọc lại và sửa toàn bộ kho ngay · read back and repair all of it now")
    .option("--json <tệp>", "ghi kết quả cho máy đọc · write the outcome for a program")
    .action(async (options: { all?: boolean; json?: string }) => {
      const { fixity } = await import("./run-fixity.ts");
      process.exitCode = (await fixity(options)) ? 0 : 1;
    });
  command
    .command("second")
    .description("bản sao thứ hai: ở đâu, còn thiếu bao nhiêu · the second copy: where, and what is missing")
    .option("--new", "nơi ấy là đĩa mới: chép lại từ đầu · the place is a new disk: copy everything anew")
    .option("--none", "thôi dùng bản sao thứ hai · keep no second copy any more")
    .action(async (options: { new?: boolean; none?: boolean }) =>
      (await import("./run-fixity.ts")).secondCopy(options),
    );
}

function declareHold(command: Command): void {
  const hold = command
    .command("hold")
    .usage("list | place | lift <mã>")
    .description("giữ lại hồ sơ một khóa, dù hết thời hạn · keep a course whatever its dates say");
  hold
    .command("list")
    .description("các lệnh giữ · the holds there are")
    .option("--json", "in dạng JSON · print JSON")
    .action(async (options: { json?: boolean }) => (await import("./run-holds.ts")).listHolds(options));
  hold
    .command("place")
    .description("ra lệnh giữ · place a hold")
    .requiredOption("--course <mã khóa>", "khóa nào · which course")
    .requiredOption("--why <lý do>", "vì sao · why")
    .requiredOption("--by <họ tên>", "người ra lệnh · who orders it")
    .addOption(confirm())
    .action(async (options: PlaceOptions) => (await import("./run-holds.ts")).placeCourseHold(options));
  hold
    .command("lift")
    .description("bỏ lệnh giữ · lift a hold")
    .argument("<mã>", "mã lệnh giữ · the hold's id, or its beginning")
    .requiredOption("--why <lý do>", "vì sao · why")
    .requiredOption("--by <họ tên>", "người bỏ · who lifts it")
    .addOption(confirm())
    .action(async (id: string, options: LiftOptions) =>
      (await import("./run-holds.ts")).liftCourseHold(id, options),
    );
}
