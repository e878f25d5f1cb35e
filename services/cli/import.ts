import { Option, type Command } from "commander";
import { takenAs, type ImportOptions } from "./import/options.ts";

export function declare(command: Command): void {
  command
    .argument(
      "<tệp...>",
      "quyết định, danh sách, sơ đồ, lịch học, điểm danh Teams (.docx, .xlsx, .doc, .xls, .csv, .pdf) · decision, roster, chart, timetable, Teams attendance",
    )
    .option("--course <mã>", "mã khóa, ví dụ CVC-K12 · the course's code")
    .addOption(
      new Option("--as <loại>", "coi mọi tệp là loại này · take every file as this kind").choices([
        "decision",
        "roster",
        "chart",
        "timetable",
        "online-attendance",
      ]),
    )
    .option("--only <phần>", "chỉ lấy phòng, lớp này của tệp có nhiều phòng, lớp · this room or class only")
    .option("--confirm", "nhận vào sau khi đã xem trước · take in, the preview having been seen")
    .option("--dry-run", "chỉ xem trước, không lưu gì · preview only")
    .option("--as-shown", "nhận đúng như đã hiểu dù còn điều phải hỏi · take as understood despite questions")
    .option("--json", "in kết quả dạng JSON · print JSON")
    .option("--all", "in đủ mọi dòng, không rút gọn · every line, nothing left out")
    .option("--by <tên>", "người xác nhận (mặc định: tài khoản máy) · who confirms (default: this account)")
    .option("--effective-at <lúc>", "hiệu lực từ lúc này, mặc định ngay · in force from, default now");
  declarePaperOptions(command);
  command.action(async (paths: string[], options: ImportOptions) => {
    const { readPaths } = await import("./import/read-paths.ts");
    // A thread of its own reads while the rest is loaded.
    const reading = readPaths(paths, takenAs(options));
    // Told where it is awaited; until then a failure must not end the process with a stack.
    reading.catch(() => undefined);
    const { runImport } = await import("./import/run-import.ts");
    process.exitCode = (await runImport(reading, options)) ? 0 : 1;
  });
}

/** An option that may be typed several times. */
function each(text: string, before: string[] | undefined): string[] {
  return [...(before ?? []), text];
}

/** What papers do not say themselves, however they came. */
export function declarePaperOptions(command: Command): void {
  declareCourse(command);
  declareRoster(command);
  declareChart(command);
  declareMeeting(command);
}

/** What a class-opening decision does not say. */
function declareCourse(command: Command): void {
  command
    .optionsGroup("Kèm quyết định mở lớp · With a decision:")
    .option("--campus <mã>", "cơ sở, ví dụ HN · campus code")
    .option("--unit <mã>", "đơn vị quản lý bồi dưỡng, ví dụ BQLBD · training unit code")
    .option("--duty-officer <tên>", "cán bộ phụ trách (CNTT) · duty officer")
    .option("--class-manager <tên>", "cán bộ quản lý lớp · class manager")
    .option(
      "--mid-exam <lúc>",
      'giờ kiểm tra giữa khóa, "2026-09-14 14:00"; nhiều lần thì gõ nhiều lần · mid-course exam, one each',
      each,
    )
    .option("--final-exam <lúc>", "giờ thi cuối khóa · end-course exam")
    .option("--number <số>", 'số quyết định, khi tệp không đọc được: "1234/QĐ-HCQG" · the decision\'s number')
    .option("--date <ngày>", "ngày ký 2026-08-20, khi không đọc được · date of signing")
    .option("--course-name <tên>", "tên lớp, khi không đọc được · the course's name")
    .option("--starts-on <ngày>", "ngày khai giảng 2026-09-07, khi không đọc được · first day")
    .option("--ends-on <ngày>", "ngày bế giảng, khi không đọc được · last day")
    .option("--place <nơi>", "địa điểm, khi không đọc được · the place");
}

/** What a changed list does not say. */
function declareRoster(command: Command): void {
  command
    .optionsGroup("Kèm danh sách học viên · With a roster:")
    .option(
      "--same <mới=cũ>",
      'cùng một người: "15. Lê Thị Hồng Hoa=12. Lê Thị Hoa"; nhiều người thì gõ nhiều lần · the same person, one each',
      each,
    )
    .option("--new <người>", 'người mới, không phải học viên cũ: "15. Lê Thị Hồng Hoa" · somebody new', each);
}

/** What a seating chart does not say. */
function declareChart(command: Command): void {
  const choice = (flags: string, words: string, of: string[]) =>
    command.addOption(new Option(flags, words).choices(of));
  command
    .optionsGroup("Kèm sơ đồ chỗ ngồi · With a chart:")
    .option("--room <phòng>", "tên hoặc mã phòng, khi sơ đồ không ghi đúng · room name or code");
  choice("--viewpoint <từ>", "vẽ nhìn từ bàn giáo viên hay từ lớp · drawn as seen by", ["teacher", "class"]);
  choice("--front <phía>", "bục giảng ở phía nào của hình vẽ · side of the front", [
    "top",
    "bottom",
    "left",
    "right",
  ]);
  choice("--seats-per-desk <số>", "số chỗ mỗi bàn · seats per desk", ["1", "2"]);
}

/** What a Teams attendance file does not say. */
function declareMeeting(command: Command): void {
  command
    .optionsGroup("Kèm tệp điểm danh Teams · With a Teams attendance file:")
    .option("--session <buổi>", 'mã buổi, hoặc "2026-09-14 sáng"; mặc định theo giờ họp · the session')
    .option("--is <tên=STT>", "người này trong tệp là học viên số … · who somebody of the file is", each)
    .option("--guest <tên>", "người này trong tệp không phải học viên · nobody of the class", each)
    .option("--take-suggested", "nhận mọi gợi ý chỉ khác dấu hoặc thứ tự tên · take all suggestions");
}
