import type { Db } from "../../../db/client.ts";
import { snapshotsStartingWith, type KnownPicture } from "../../../db/queries/search-archive.ts";
import { SisoError } from "../../errors.ts";
import { pictureNumber } from "../picture-number.ts";

/** The one picture an id's beginning means. Throws `not-found` or `input-invalid` saying what to type instead. */
export async function findPicture(db: Db, typed: string): Promise<KnownPicture> {
  if (!/^[0-9a-f-]{4,36}$/i.test(typed)) throw notAnId(typed);
  const [first, ...others] = await snapshotsStartingWith(db, typed);
  if (first === undefined) throw unknown(typed);
  if (others.length > 0) throw ambiguous(typed, [first, ...others]);
  return first;
}

function notAnId(typed: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `“${typed}” không phải mã ảnh; mã ảnh có dạng 01a0b289-c340-72de… (0–9, a–f). Tìm mã ảnh bằng ./siso archive search.`,
    en: `"${typed}" is no picture's id; one looks like 01a0b289-c340-72de… (0–9, a–f). ./siso archive search finds them.`,
  });
}

function unknown(typed: string): SisoError {
  return new SisoError("not-found", {
    vi: `Không có ảnh nào có mã bắt đầu bằng “${typed}”. Tìm mã ảnh bằng ./siso archive search.`,
    en: `No picture has an id beginning with "${typed}". Find it with ./siso archive search.`,
  });
}

/** Pictures of one minute share the first eight digits, of one instant the first thirteen characters. */
function ambiguous(typed: string, found: readonly KnownPicture[]): SisoError {
  const shown = found.slice(0, 5).map(({ id, cameraCode, takenAt }) => {
    const at = takenAt.toISOString().slice(0, 19).replace("T", " ");
    return `\n  ${pictureNumber(id)}  ${cameraCode}  ${at} UTC`;
  });
  const list = `${shown.join("")}${found.length > 5 ? "\n  …" : ""}`;
  return new SisoError("input-invalid", {
    vi: `“${typed}” quá ngắn: nhiều ảnh có mã bắt đầu như vậy. Ghi ít nhất 18 ký tự đầu của mã:${list}`,
    en: `"${typed}" is too short: several pictures' ids begin so. Type at least the first 18 characters:${list}`,
  });
}
