import { readFile, stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename } from "node:path";
import {
  readFiles,
  type ReadFile,
  type RefusedFile,
  type TakenAs,
} from "../../../workers/imports/read-files.ts";
import { problem } from "../../intake/problems.ts";
import { createDocumentReader } from "../../readers/document-reader.ts";
import { READ_LIMITS } from "../../readers/limits.ts";
import type { Bilingual } from "../../types.ts";

export interface TypedFile {
  /** As typed. */
  path: string;
  file: ReadFile | RefusedFile;
}

/** Reads and understands every file, a few at a time; what cannot be read comes back refused. Nothing is stored. */
export async function readPaths(paths: readonly string[], kinds: TakenAs): Promise<TypedFile[]> {
  const reader = createDocumentReader();
  const read: TypedFile[] = [];
  const atOnce = Math.min(4, availableParallelism());
  for (let from = 0; from < paths.length; from += atOnce) {
    const some = paths.slice(from, from + atOnce).map(async (path): Promise<TypedFile[]> => {
      const found = await bytesOf(path);
      if (!(found instanceof Uint8Array)) return [{ path, file: found }];
      const files = await readFiles(reader, [{ fileName: basename(path), bytes: found }], kinds);
      return files.map((file) => ({ path, file }));
    });
    read.push(...(await Promise.all(some)).flat());
  }
  return read;
}

async function bytesOf(path: string): Promise<Uint8Array | RefusedFile> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) return refused(path, words.folder);
    if (found.size > READ_LIMITS.fileBytes) return refused(path, words.large);
    return new Uint8Array(await readFile(path));
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    return refused(path, missing ? words.missing : words.unreadable);
  }
}

function refused(path: string, [why, fix]: readonly [Bilingual, Bilingual]): RefusedFile {
  return { kind: null, fileName: basename(path), problems: [problem("refuse", path, why, fix)] };
}

const limitMb = READ_LIMITS.fileBytes >> 20;

const words = {
  missing: [
    { vi: "Không có tệp này.", en: "There is no such file." },
    { vi: "Kiểm tra lại tên và thư mục.", en: "Check the name and the folder." },
  ],
  folder: [
    { vi: "Đây là thư mục, không phải tệp.", en: "This is a folder, not a file." },
    {
      vi: "Ghi tên từng tệp, ví dụ thư-mục/*. Thư mục ảnh chân dung thì dùng ./siso enrol folder.",
      en: "Name the files, for example folder/*. For portraits use ./siso enrol folder.",
    },
  ],
  large: [
    { vi: `Tệp lớn hơn ${limitMb} MB.`, en: `The file is over ${limitMb} MB.` },
    { vi: "Thu nhỏ ảnh hoặc chia nhỏ tệp.", en: "Shrink the pictures or split the file." },
  ],
  unreadable: [
    { vi: "Không đọc được tệp.", en: "The file cannot be read." },
    { vi: "Kiểm tra quyền đọc tệp.", en: "Check that you may read it." },
  ],
} as const satisfies Record<string, readonly [Bilingual, Bilingual]>;
