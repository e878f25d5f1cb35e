import { writeFile } from "node:fs/promises";
import type { DisposalRow } from "../../../db/queries/disposals.ts";
import { SisoError } from "../../errors.ts";
import type { Bilingual } from "../../types.ts";
import { disposalStates } from "./disposal-text.ts";

/** Why a step of a disposal is not taken, and what to type instead. */

export function unwritable(out: string, cause: unknown): SisoError {
  return new SisoError(
    "input-invalid",
    {
      vi: `--out ${out}: không tạo được thư mục ấy. Ghi thư mục khác; chưa có gì bị tiêu hủy.`,
      en: `--out ${out}: that folder cannot be made. Give another; nothing was destroyed.`,
    },
    cause,
  );
}

export function refused(reasons: readonly Bilingual[]): SisoError {
  const list = (language: keyof Bilingual) => reasons.map((reason) => `\n  - ${reason[language]}`).join("");
  return new SisoError("archive-refused", {
    vi: `Chưa được tiêu hủy, không có gì bị xóa:${list("vi")}`,
    en: `Not to be destroyed yet, nothing was deleted:${list("en")}`,
  });
}

export function alreadyOpen({ id, status }: DisposalRow): SisoError {
  const short = id.slice(0, 8);
  // What has begun to be destroyed cannot be withdrawn.
  if (status === "running") {
    return new SisoError("input-invalid", {
      vi: `Danh sách ${id} đang chạy dở; chạy nốt trước (./siso archive dispose run ${short} --out THƯ_MỤC --confirm).`,
      en: `List ${id} is half run; finish it first (./siso archive dispose run ${short} --out FOLDER --confirm).`,
    });
  }
  return new SisoError("input-invalid", {
    vi: `Danh sách ${id} đang chờ duyệt; duyệt hoặc bỏ nó trước (./siso archive dispose withdraw ${short} --confirm).`,
    en: `List ${id} is waiting; approve it or withdraw it first (./siso archive dispose withdraw ${short} --confirm).`,
  });
}

export function confirmsNothing(): SisoError {
  return new SisoError("input-invalid", {
    vi: "--confirm không có gì để ghi: thêm --propose để lập danh sách.",
    en: "--confirm has nothing to store: add --propose to make a list.",
  });
}

export function nothingExpired(): SisoError {
  return new SisoError("not-found", {
    vi: "Chưa có gì hết thời hạn lưu trữ; không lập danh sách trống.",
    en: "Nothing has reached the end of its retention; no empty list is made.",
  });
}

export function unknownList(typed: string, known: readonly DisposalRow[]): SisoError {
  const list = (language: keyof Bilingual) =>
    known.map(({ id, status }) => `${id.slice(0, 8)} (${disposalStates[status][language]})`).join(", ");
  if (known.length === 0) {
    return new SisoError("not-found", {
      vi: `Chưa có danh sách nào, nên không có “${typed}”. Lập danh sách: ./siso archive dispose list --propose --confirm`,
      en: `There is no list yet, so none is "${typed}". Make one: ./siso archive dispose list --propose --confirm`,
    });
  }
  return new SisoError("not-found", {
    vi: `“${typed}” không chỉ đúng một danh sách (ít nhất 4 ký tự đầu của mã). Có: ${list("vi")}.`,
    en: `"${typed}" is not exactly one list (at least the first 4 characters of its id). There are: ${list("en")}.`,
  });
}

/** Never over another list: that one may be what somebody approved. */
export async function writeList(path: string, text: string): Promise<void> {
  await writeFile(path, text, { flag: "wx" }).catch((cause: unknown) => {
    const taken = (cause as NodeJS.ErrnoException).code === "EEXIST";
    throw new SisoError(
      "input-invalid",
      taken
        ? {
            vi: `--out ${path}: tệp đã có, không ghi đè. Ghi tên khác.`,
            en: `--out ${path}: the file is there already and is not written over. Give another name.`,
          }
        : {
            vi: `--out ${path}: không ghi được vào đó. Ghi đường dẫn khác; chưa lập danh sách nào.`,
            en: `--out ${path}: it cannot be written. Give another path; no list was made.`,
          },
      cause,
    );
  });
}

export function wrongState({ id, status }: DisposalRow): SisoError {
  const words = {
    proposed: { vi: "đang chờ duyệt", en: "is waiting for approval" },
    running: { vi: "đang chạy dở; chạy nốt bằng dispose run", en: "is half run; finish it with dispose run" },
    done: { vi: "đã tiêu hủy xong", en: "was destroyed" },
    withdrawn: { vi: "đã bị bỏ", en: "was withdrawn" },
  }[status];
  return new SisoError("input-invalid", {
    vi: `Danh sách ${id} ${words.vi}.`,
    en: `List ${id} ${words.en}.`,
  });
}
