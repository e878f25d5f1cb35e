import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { SisoError } from "../../errors.ts";

/** Asked before anything is logged or opened: a view that could not be written would stand in the log all the same. */
export async function refuseMissingFolder(path: string): Promise<void> {
  const folder = dirname(path);
  const found = await stat(folder).catch(() => null);
  if (found?.isDirectory()) return;
  throw new SisoError("input-invalid", {
    vi: `--out ${path}: không có thư mục ${folder}. Tạo thư mục ấy trước hoặc ghi đường dẫn khác; chưa mở ảnh nào, chưa ghi gì.`,
    en: `--out ${path}: there is no folder ${folder}. Make it first or give another path; nothing was opened or logged.`,
  });
}
