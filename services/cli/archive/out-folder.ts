import { access, constants, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { SisoError } from "../../errors.ts";

/**
 * Asked before anything is logged or opened: a view that could not be written would stand in the log all the same. A bundle is
 * never written over another file: that one may be what somebody was given.
 */
export async function refuseOut(path: string, file: "new" | "any"): Promise<void> {
  const folder = dirname(path);
  const found = await stat(folder).catch(() => null);
  if (!found?.isDirectory()) throw noFolder(path, folder);
  const there = await stat(path).catch(() => null);
  if (there?.isDirectory()) throw isFolder(path);
  if (there !== null && file === "new") throw isThere(path);
  await access(there !== null && file === "any" ? path : folder, constants.W_OK).catch((cause: unknown) => {
    throw notWritable(path, cause);
  });
}

const nothing = { vi: "chưa mở ảnh nào, chưa ghi gì", en: "nothing was opened or logged" };

function noFolder(path: string, folder: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `--out ${path}: không có thư mục ${folder}. Tạo thư mục ấy trước hoặc ghi đường dẫn khác; ${nothing.vi}.`,
    en: `--out ${path}: there is no folder ${folder}. Make it first or give another path; ${nothing.en}.`,
  });
}

function isFolder(path: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `--out ${path}: đó là một thư mục. Ghi thêm tên tệp; ${nothing.vi}.`,
    en: `--out ${path}: that is a folder. Add the file's name; ${nothing.en}.`,
  });
}

function isThere(path: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `--out ${path}: tệp đã có, không ghi đè. Ghi tên khác; ${nothing.vi}.`,
    en: `--out ${path}: the file is there already and is not written over. Give another name; ${nothing.en}.`,
  });
}

function notWritable(path: string, cause: unknown): SisoError {
  return new SisoError(
    "input-invalid",
    {
      vi: `--out ${path}: không có quyền ghi vào đó. Ghi đường dẫn khác; ${nothing.vi}.`,
      en: `--out ${path}: it may not be written. Give another path; ${nothing.en}.`,
    },
    cause,
  );
}
