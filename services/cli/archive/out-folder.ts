import { access, constants, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { SisoError } from "../../errors.ts";

/**
 * Asked before anything is logged or opened: a view that could not be written would stand in the log all the same. A bundle is
 * never written over another file: that one may be what somebody was given.
 */
export async function refuseOut(path: string, file: "new" | "any", option = "--out"): Promise<void> {
  const named = `${option} ${path}`;
  const folder = dirname(resolve(path));
  const found = await stat(folder).catch(() => null);
  if (!found?.isDirectory()) throw noFolder(named, folder);
  const there = await stat(path).catch(() => null);
  if (there?.isDirectory()) throw isFolder(named);
  if (there !== null && file === "new") throw isThere(named);
  await access(there !== null && file === "any" ? path : folder, constants.W_OK).catch((cause: unknown) => {
    throw notWritable(named, cause);
  });
}

const nothing = { vi: "chưa mở ảnh nào, chưa ghi gì", en: "nothing was opened or logged" };

function noFolder(named: string, folder: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `${named}: không có thư mục ${folder}. Tạo thư mục ấy trước hoặc ghi đường dẫn khác; ${nothing.vi}.`,
    en: `${named}: there is no folder ${folder}. Make it first or give another path; ${nothing.en}.`,
  });
}

function isFolder(named: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `${named}: đó là một thư mục. Ghi thêm tên tệp; ${nothing.vi}.`,
    en: `${named}: that is a folder. Add the file's name; ${nothing.en}.`,
  });
}

function isThere(named: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `${named}: tệp đã có, không ghi đè. Ghi tên khác; ${nothing.vi}.`,
    en: `${named}: the file is there already and is not written over. Give another name; ${nothing.en}.`,
  });
}

function notWritable(named: string, cause: unknown): SisoError {
  return new SisoError(
    "input-invalid",
    {
      vi: `${named}: không có quyền ghi vào đó. Ghi đường dẫn khác; ${nothing.vi}.`,
      en: `${named}: it may not be written. Give another path; ${nothing.en}.`,
    },
    cause,
  );
}
