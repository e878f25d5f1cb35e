import type { Db } from "../../db/client.ts";
import { idsStartingWith, type FoundId } from "../../db/queries/explain.ts";
import { SisoError } from "../errors.ts";

/** The one thing an id's beginning means. Throws `not-found` or `input-invalid` saying what to type instead. */
export async function findId(db: Db, typed: string, kinds: FoundId["kind"][]): Promise<FoundId> {
  if (!/^[0-9a-f-]{4,36}$/i.test(typed)) throw notAnId(typed);
  const found = await idsStartingWith(db, typed, 50, kinds);
  const [first, ...others] = found;
  if (first === undefined) throw unknownId(typed);
  if (others.length > 0) throw ambiguous(typed, found);
  return first;
}

function notAnId(typed: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `“${typed}” không phải một mã (ít nhất 4 ký tự 0–9, a–f). Xem mã bằng ./siso explain --course MÃ_KHÓA rồi ./siso explain --session MÃ_BUỔI.`,
    en: `"${typed}" is not an id (at least 4 of 0–9, a–f). Find one with ./siso explain --course CODE, then ./siso explain --session ID.`,
  });
}

function unknownId(typed: string): SisoError {
  return new SisoError("not-found", {
    vi: `Không có kết quả hay buổi học nào có mã bắt đầu bằng “${typed}”. Xem mã bằng ./siso explain --course MÃ_KHÓA.`,
    en: `No mark and no session has an id beginning with "${typed}". Find one with ./siso explain --course CODE.`,
  });
}

function ambiguous(typed: string, found: readonly FoundId[]): SisoError {
  const list = found
    .slice(0, 5)
    .map(({ id }) => id)
    .join(", ");
  return new SisoError("input-invalid", {
    vi: `“${typed}” chỉ đến ${found.length} mã: ${list}. Ghi thêm vài ký tự.`,
    en: `"${typed}" means ${found.length} ids: ${list}. Type a few characters more.`,
  });
}
