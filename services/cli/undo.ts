import { Argument, type Command } from "commander";
import type { VersionedKind } from "../../db/queries/versions.ts";
import type { UndoOptions } from "./undo/run-undo.ts";

export function declare(command: Command): void {
  command
    .addArgument(
      new Argument(
        "<loại>",
        "danh sách, sơ đồ, lịch học hay điểm danh Teams · roster, chart, timetable or Teams attendance",
      ).choices(["roster", "chart", "timetable", "online-attendance"]),
    )
    .requiredOption("--course <mã>", "mã khóa, ví dụ CVC-K12 · the course's code")
    .option("--room <phòng>", "phòng của sơ đồ · the chart's room")
    .option("--session <buổi>", 'buổi của tệp điểm danh · the session of the attendance, "2026-09-14 sáng"')
    .option("--to <số>", "phiên bản muốn quay lại, mặc định phiên bản ngay trước · version to go back to")
    .option("--confirm", "quay lại thật, sau khi đã xem trước · do it, the preview having been seen")
    .option("--by <tên>", "người xác nhận (mặc định: tài khoản máy) · who confirms (default: this account)")
    .action(async (kind: VersionedKind | "online-attendance", options: UndoOptions) => {
      if (kind === "online-attendance") {
        const { undoMeeting } = await import("./undo/undo-meeting.ts");
        process.stdout.write(`${await undoMeeting(options, process.env)}\n`);
        return;
      }
      const { undo } = await import("./undo/run-undo.ts");
      process.stdout.write(`${await undo(kind, options, process.env)}\n`);
    });
}
