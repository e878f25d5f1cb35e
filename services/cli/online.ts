import type { Command } from "commander";
import type { OnlineOptions, OnlineResult } from "./online/online-command.ts";

export function declare(command: Command): void {
  declareShow(command);
  declareLink(command);
  declareSession(command);
  declareShare(command);
}

function common(command: Command): Command {
  return command
    .requiredOption("--course <mã>", "mã khóa, ví dụ CVC-K12 · the course's code")
    .option(
      "--by <tên>",
      "người quyết định (mặc định: tài khoản máy) · whose word it is (default: this account)",
    )
    .option("--confirm", "ghi sau khi đã xem trước · write, the preview having been seen");
}

function declareShow(command: Command): void {
  command
    .command("show")
    .description(
      "link, buổi trực tuyến, tệp điểm danh, thiết bị dùng chung · all of a course's online sessions",
    )
    .requiredOption("--course <mã>", "mã khóa, ví dụ CVC-K12 · the course's code")
    .action(async (options: OnlineOptions) => {
      const { showOnline } = await import("./online/show-online.ts");
      process.stdout.write(`${await showOnline(options, process.env)}\n`);
    });
}

function declareLink(command: Command): void {
  common(command.command("link"))
    .argument("[url]", "đường link của khóa · the course's link")
    .description("đặt đường link học trực tuyến của khóa, mỗi khóa một link · the course's one link")
    .option("--replace", "thay link đang có · put it in the place of the one in force")
    .option("--undo", "trở lại link trước lần đổi cuối · go back to the link before")
    .option("--why <lý do>", "lý do, khi thay · the reason, when replacing")
    .action(async (url: string | undefined, options: OnlineOptions) => {
      const { runLink } = await import("./online/run-link.ts");
      await print(await runLink(url, options, process.env));
    });
}

function declareSession(command: Command): void {
  common(command.command("session"))
    .argument("<buổi...>", 'mã buổi, hoặc "2026-09-14 sáng" · session ids, or day and shift')
    .description("buổi học này học trực tuyến (hoặc --in-person: tại phòng) · these sessions are held online")
    .option("--in-person", "học tại phòng · in the room after all")
    .option("--why <lý do>", "lý do (bắt buộc) · the reason (required)")
    .action(async (sessions: string[], options: OnlineOptions) => {
      const { runSession } = await import("./online/run-session.ts");
      await print(await runSession(sessions, options, process.env));
    });
}

function declareShare(command: Command): void {
  common(command.command("share"))
    .argument("<học viên>", "STT hoặc họ tên · number or name")
    .argument("<học viên>", "người dùng chung · the other one")
    .description("hai học viên dùng chung một thiết bị (L Đ9.8) · two trainees share a device")
    .option("--from <ngày>", "từ ngày này (mặc định: hôm nay) · from this day on (default: today)")
    .option("--end", "thôi dùng chung, từ --from · they no longer share, from --from on")
    .action(async (one: string, other: string, options: OnlineOptions) => {
      const { runShare } = await import("./online/run-share.ts");
      await print(await runShare(one, other, options, process.env));
    });
}

async function print({ text, closing }: OnlineResult): Promise<void> {
  const { say } = await import("./say.ts");
  process.stdout.write(`${text}\n\n`);
  say(closing);
}
