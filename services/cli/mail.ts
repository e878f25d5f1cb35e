import { Option, type Command } from "commander";
import { declarePaperOptions } from "./import.ts";
import type { TakeOptions } from "./mail/take.ts";
import type { OlderOptions } from "./mail/take-older.ts";
import type { ReleaseOptions } from "./mail/release.ts";
import type { ListOptions } from "./mail/run-mail.ts";

export function declare(command: Command): void {
  const sub = (name: string, words: string) =>
    command
      .command(name)
      .description(words)
      .helpOption("-h, --help", "trợ giúp · help")
      .copyInheritedSettings(command);
  sub("list", "liệt kê thư đã nhận · list the mail that came")
    .option("--quarantined", "chỉ thư chờ cán bộ quyết định · only what waits for an officer")
    .option("--json", "in dạng JSON · print JSON")
    .action(async (options: ListOptions) => {
      const { listMail } = await import("./mail/run-mail.ts");
      process.stdout.write(await listMail(options, process.env));
    });
  sub(
    "show <mã>",
    "một thư: ai gửi, tệp nào, hiểu được gì, đã trả lời gì · one mail, its files and its reply",
  ).action(async (id: string) => {
    const { showMail } = await import("./mail/run-mail.ts");
    process.stdout.write(await showMail(id, process.env));
  });
  sub(
    "release <mã>",
    "cho đọc một thư bị giữ lại, hoặc thử lại thư chưa nhận được · let a mail in, or try it again",
  )
    .option("--unit <mã>", "thư của đơn vị nào, ví dụ BQLBD · which unit it stands for")
    .option("--why <lý do>", "vì sao tin thư này · why this mail is trusted")
    .option("--by <tên>", "ai cho đọc (mặc định: tài khoản máy) · who releases (default: this account)")
    .action(async (id: string, options: ReleaseOptions) => {
      const { release } = await import("./mail/release.ts");
      await release(id, options, process.env);
    });
  declareTake(
    sub(
      "take [mã]",
      "xem trước rồi nhận: các tệp của một thư, hoặc thư cũ trong hộp thư · a mail's files, or older mail",
    ),
  );
  sub("check", "thử kết nối hộp thư và máy chủ gửi, không nhận, không gửi · try both mail servers").action(
    async () => {
      const { checkMail } = await import("./mail/check.ts");
      const { text, ok } = await checkMail(process.env);
      process.stdout.write(text);
      process.exitCode = ok ? 0 : 1;
    },
  );
  sub("outbox", "thư đi: đã gửi, chờ gửi, không gửi được · outgoing mail and what became of it")
    .option("--json", "in dạng JSON · print JSON")
    .action(async (options: ListOptions) => {
      const { listOutbox } = await import("./mail/run-mail.ts");
      process.stdout.write(await listOutbox(options, process.env));
    });
}

function declareTake(command: Command): void {
  command
    .option("--since <ngày>", "thư cũ hộp thư nhận từ ngày này · mail the mailbox got since this day")
    .option("--all", "mọi thư cũ trong hộp thư · all mail that was there before")
    .option("--answer", "trả lời cả thư cũ (mặc định: không) · answer older mail as well (default: no)")
    .option("--course <mã>", "mã khóa, ví dụ CVC-K12 · the course's code")
    .option("--file <stt...>", "chỉ các tệp có số này (xem mail show) · only these files, by number")
    .addOption(
      new Option("--as <loại>", "coi mọi tệp là loại này · take every file as this kind").choices([
        "decision",
        "roster",
        "chart",
        "timetable",
      ]),
    )
    .option("--only <phần>", "chỉ lấy phòng, lớp này của tệp có nhiều phòng, lớp · this room or class only")
    .option("--confirm", "nhận vào sau khi đã xem trước · take in, the preview having been seen")
    .option("--as-shown", "nhận đúng như đã hiểu dù còn điều phải hỏi · take as understood despite questions")
    .option(
      "--other-unit",
      "khóa của đơn vị khác với đơn vị gửi · the course is another unit's than the sender's",
    )
    .option("--json", "in kết quả dạng JSON · print JSON")
    .option("--all", "in đủ mọi dòng, không rút gọn · every line, nothing left out")
    .option("--by <tên>", "người xác nhận (mặc định: tài khoản máy) · who confirms (default: this account)")
    .option("--effective-at <lúc>", "hiệu lực từ lúc này, mặc định ngay · in force from, default now");
  declarePaperOptions(command);
  command.action(async (id: string | undefined, options: TakeOptions & OlderOptions) => {
    if (id === undefined) {
      const { takeOlder } = await import("./mail/take-older.ts");
      process.stdout.write(await takeOlder(options, process.env));
      return;
    }
    const { takeMail } = await import("./mail/take.ts");
    process.exitCode = (await takeMail(id, options, process.env)) ? 0 : 1;
  });
}
