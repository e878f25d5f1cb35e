import type { Command } from "commander";
import type { EnrolOptions } from "./enrol/enrol-options.ts";

export function declare(command: Command): void {
  sub(
    command,
    "list",
    "ai đã đăng ký, ảnh nào bị giữ lại và vì sao · who is enrolled, which portraits are held back",
  )
    .option("--out <tệp.png>", "vẽ các ảnh bị giữ lại · draw the portraits held back")
    .option("--json", "in dạng JSON · print JSON")
    .action((options: EnrolOptions) => run("list", [], options));
  sub(command, "folder", "nhận ảnh từ một thư mục hoặc tệp .zip · take in portraits from a folder or a .zip")
    .argument("<thư mục>", "12.jpg, 12/1.jpg (số thứ tự) hoặc Họ tên.jpg · by number or name")
    .option("--confirm", "nhận vào sau khi đã xem trước · take in, the preview having been seen")
    .action((dir: string, options: EnrolOptions) => run("folder", [dir], options));
  sub(command, "accept", "nhận một ảnh bị giữ lại · let a portrait stand that was held back")
    .argument("<mã ảnh>", "như ./siso enrol list in ra · as the list shows it")
    .requiredOption("--why <lý do>", "vì sao · why")
    .action((id: string, options: EnrolOptions) => run("accept", [id], options));
  sub(
    command,
    "collect",
    "mở hoặc đóng đợt giữ khuôn mặt để đăng ký người chưa có ảnh · keep faces of the next sessions",
  )
    .option("--basis <căn cứ>", "thông báo hoặc sự đồng ý làm căn cứ · the notice or consent it rests on")
    .option("--sessions <số>", "số buổi · sessions", "4")
    .option("--days <số>", "số ngày giữ tối đa · days at most", "30")
    .option("--stop", "đóng và hủy mọi thứ đã giữ · end it and destroy what was kept")
    .action((options: EnrolOptions) => run("collect", [], options));
  sub(command, "propose", "đề nghị khuôn mặt nào là ai, kèm tờ ảnh · propose whose the kept faces are")
    .option("--out <tệp.png>", "nơi ghi tờ ảnh · the contact sheet", "./enrol-proposals.png")
    .option("--json", "in dạng JSON · print JSON")
    .action((options: EnrolOptions) => run("propose", [], options));
  sub(command, "confirm", "đúng người: đăng ký · yes, it is: enrol")
    .argument("[STT...]", "số thứ tự học viên · roster numbers")
    .option("--all", "mọi đề nghị chắc từ 90 % · every proposal of 90 % and more")
    .action((numbers: string[], options: EnrolOptions) => run("confirm", numbers, options));
  sub(command, "reject", "không phải người này: ghi nhớ · not this person: remember")
    .argument("<STT...>", "số thứ tự học viên · roster numbers")
    .action((numbers: string[], options: EnrolOptions) => run("reject", numbers, options));
  sub(
    command,
    "erase",
    "học viên rút đồng ý: hủy khóa và mọi mẫu khuôn mặt · consent withdrawn: destroy key and templates",
  )
    .requiredOption("--trainee <STT>", "số thứ tự học viên · roster number")
    .requiredOption("--why <lý do>", "ai yêu cầu, giấy tờ nào · who asked, on what paper")
    .option("--confirm", "hủy thật, không lấy lại được · do it; it cannot be undone")
    .action((options: EnrolOptions) => run("erase", [], options));
}

function sub(command: Command, name: string, words: string): Command {
  return command
    .command(name)
    .description(words)
    .requiredOption("--course <mã>", "mã khóa · the course's code")
    .option("--by <tên>", "người thực hiện (mặc định: tài khoản máy) · who does it");
}

async function run(action: string, args: string[], options: EnrolOptions): Promise<void> {
  const { runEnrol } = await import("./enrol/run-enrol.ts");
  process.exitCode = (await runEnrol(action, args, options, process.env)) ? 0 : 1;
}
