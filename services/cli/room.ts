import { Option, type Command } from "commander";
import type { ListOptions } from "./room/list-rooms.ts";
import type { SeatOptions } from "./room/judge-seats.ts";
import type { SurveyOptions } from "./room/survey-options.ts";
import type { TurnOptions } from "./room/turn-chart.ts";

const again = (value: string, before: string[] = []) => [...before, value];

export function declare(command: Command): void {
  declareList(command);
  declareSurvey(command);
  declareSeat(command);
  declareTurn(command);
}

function declareList(command: Command): void {
  command
    .command("list")
    .description("các phòng, camera và chỗ ngồi đã đánh dấu · rooms, cameras and their marked seats")
    .option("--json", "in dạng JSON · print JSON")
    .action(async (options: ListOptions) => {
      const { listRooms } = await import("./room/list-rooms.ts");
      process.stdout.write(`${await listRooms(options, process.env)}\n`);
    });
}

function declareSurvey(command: Command): void {
  const survey = command
    .command("survey")
    .description("khảo sát: chỗ nào camera nhìn được, chỗ nào không · which seats the cameras can observe")
    .requiredOption("--room <phòng>", "mã hoặc tên phòng · room code or name")
    .requiredOption("--course <mã>", "khóa có sơ đồ chỗ ngồi của phòng · the course whose chart is used")
    .option("--camera <mã>", "chỉ camera này · this camera only")
    .option(
      "--picture <[camera=]tệp>",
      "dùng ảnh có sẵn thay vì chụp · a picture file instead of a live one",
      again,
    )
    .option(
      "--mark <[camera:]R1C1=x,y>",
      "điểm giữa khuôn mặt ở một chỗ · where a seat's face is, pixels",
      again,
    )
    .option("--marks <tệp>", "tệp các điểm, mỗi dòng “camera R1C1 x y” · a file of marks, a line each")
    .option("--hidden <[camera:]R1C3,…>", "chỗ bị đồ đạc che · seats hidden by furniture", again)
    .option("--visible <[camera:]R1C3,…>", "chỗ nhìn thấy được · seats that are visible after all", again)
    .option("--turn-marks", "đổi lại các điểm bị đánh ngược như đã đề nghị · turn marks as proposed")
    .option("--out <thư mục>", "nơi ghi ảnh có vẽ chỗ ngồi · where the drawn pictures go", "./room-survey")
    .option("--confirm", "lưu thành phiên bản mới · store as a new version")
    .option("--effective-at <lúc>", "hiệu lực từ lúc này, mặc định ngay · in force from, default now")
    .option("--by <tên>", "người xác nhận · who confirms")
    .option("--json", "in dạng JSON · print JSON");
  survey.addOption(
    new Option("--camera-at <phía>", "camera đặt phía bục giảng hay cuối lớp · where the cameras hang")
      .choices(["front", "back"])
      .default("front"),
  );
  survey.action(async (options: SurveyOptions) => {
    const { runSurvey } = await import("./room/run-survey.ts");
    process.exitCode = (await runSurvey(options, process.env)) ? 0 : 1;
  });
}

function declareSeat(command: Command): void {
  command
    .command("seat")
    .description("nói rõ một chỗ bị che hay nhìn thấy được · say that a seat is hidden or visible")
    .requiredOption("--room <phòng>", "mã hoặc tên phòng · room code or name")
    .requiredOption("--camera <mã>", "camera · the camera")
    .option("--hidden <R1C3,…>", "chỗ bị che · hidden seats", again)
    .option("--visible <R1C3,…>", "chỗ nhìn thấy được · visible seats", again)
    .option("--by <tên>", "người xác nhận · who confirms")
    .option("--confirm", "lưu · store")
    .action(async (options: SeatOptions) => {
      const { judgeSeats } = await import("./room/judge-seats.ts");
      process.stdout.write(`${await judgeSeats(options, process.env)}\n`);
    });
}

function declareTurn(command: Command): void {
  const turn = command
    .command("turn")
    .description("lật lại sơ đồ vẽ ngược · turn a chart that was drawn the wrong way round")
    .requiredOption("--course <mã>", "khóa · the course")
    .requiredOption("--room <phòng>", "mã hoặc tên phòng · room code or name")
    .option("--confirm", "lưu thành phiên bản mới · store as a new version")
    .option("--effective-at <lúc>", "hiệu lực từ lúc này, mặc định ngay · in force from, default now")
    .option("--by <tên>", "người xác nhận · who confirms");
  turn.addOption(
    new Option("--as <kiểu>", "lật trái–phải, xoay nửa vòng, hay lật trên–dưới · how it is turned").choices([
      "mirrored",
      "turned",
      "upside-down",
    ]),
  );
  turn.action(async (options: TurnOptions) => {
    const { turnChart } = await import("./room/turn-chart.ts");
    process.stdout.write(`${await turnChart(options, process.env)}\n`);
  });
}
