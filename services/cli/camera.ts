import type { Command } from "commander";
import type { ProbeOptions } from "./probe-camera.ts";

export function declare(command: Command): void {
  command
    .command("probe")
    .description("thử một camera: luồng hình, đường lấy ảnh, độ trễ, đồng hồ, khuôn mặt · try one camera")
    .argument("<địa chỉ>", "ví dụ · for example 192.168.10.21, https://192.168.10.21:8443")
    .requiredOption("--user <tên>", "tên đăng nhập của camera · the camera's user name")
    .requiredOption(
      "--password-file <tệp>",
      "tệp có mật khẩu ở dòng đầu · a file whose first line is the password",
    )
    .option("--preset <mã>", "quay đến vị trí đặt sẵn này trước · go to this preset first")
    .option(
      "--save <thư mục>",
      "lưu ảnh và bản có khung khuôn mặt · keep the picture and one with faces boxed",
    )
    .option("--seconds <số>", "chờ tối đa · wait at most", "30")
    .action(async (address: string, options: ProbeOptions) => {
      const { probeCamera } = await import("./probe-camera.ts");
      process.exitCode = (await probeCamera(address, options)) ? 0 : 1;
    });
}
