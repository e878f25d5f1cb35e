import { allRooms, cameraCodes } from "../../../db/queries/campus.ts";
import { searchPictures, type FoundPicture, type PictureQuery } from "../../../db/queries/search-archive.ts";
import type { Db } from "../../../db/client.ts";
import { SisoError } from "../../errors.ts";
import type { Bilingual, LocalDate } from "../../types.ts";
import { findCourse } from "../find-course.ts";
import { findId } from "../find-id.ts";
import { findTraineeAnywhere } from "../find-trainee.ts";
import { withDatabase } from "../open-database.ts";
import { say } from "../say.ts";
import { tableLines } from "../table-lines.ts";

/** As typed. */
export interface SearchOptions {
  course?: string;
  room?: string;
  camera?: string;
  session?: string;
  trainee?: string;
  mark?: string;
  from?: string;
  to?: string;
  limit: string;
  json?: boolean;
}

/**
 * What was found, as a table or JSON; pictures themselves are shown by `archive view`, which logs it. What is not there by its
 * name is refused, not found empty: a mistyped room must not read as "no picture was taken".
 */
export async function runSearch(
  options: SearchOptions,
  env: Record<string, string | undefined>,
): Promise<string> {
  return withDatabase(env, async (db) => {
    const query = await queryOf(db, options);
    const found = await searchPictures(db, { ...query, limit: query.limit + 1 });
    const shown = found.slice(0, query.limit);
    if (found.length > shown.length) sayMore(query.limit);
    if (shown.length === 0) say(await insteadOf(db, query));
    return options.json ? `${JSON.stringify(shown, null, 2)}\n` : table(shown);
  });
}

/** Nothing was found: whether the days are why, and where to look for the pictures that could not be taken. */
async function insteadOf(db: Db, { from: _from, to: _to, ...rest }: PictureQuery): Promise<Bilingual> {
  const [newest] = await searchPictures(db, { ...rest, limit: 1 });
  if (newest !== undefined) {
    return {
      vi: `Trong những ngày ấy không có ảnh nào; ảnh mới nhất khớp các điều kiện còn lại là ngày ${newest.day}. Sửa --from, --to.`,
      en: `There is none on those days; the newest that fits the rest is of ${newest.day}. Change --from, --to.`,
    };
  }
  const of = (code: string, id: string) =>
    rest.sessionId === undefined
      ? `./siso explain --course ${rest.courseCode ?? code}, ./siso explain --session ${id}`
      : `./siso explain --session ${rest.sessionId.slice(0, 8)}`;
  return {
    vi: `Không có ảnh nào khớp. Bỏ bớt điều kiện, hoặc xem từng lượt chụp có đạt không và vì sao: ${of("MÃ_KHÓA", "MÃ_BUỔI")}`,
    en: `None fits. Leave out a condition, or see whether each round was valid, and why not: ${of("CODE", "ID")}`,
  };
}

async function queryOf(db: Db, options: SearchOptions): Promise<PictureQuery> {
  const { course, room, camera, session, trainee, mark, limit } = options;
  return {
    limit: limitOf(limit),
    ...daysOf(options),
    ...(course === undefined ? {} : { courseCode: (await findCourse(db, course)).code }),
    ...(room === undefined ? {} : { room: await knownRoom(db, room) }),
    ...(camera === undefined ? {} : { camera: await knownCamera(db, camera) }),
    ...(session === undefined ? {} : { sessionId: (await findId(db, session, ["session"])).id }),
    ...(mark === undefined ? {} : { markId: (await findId(db, mark, ["mark"])).id }),
    ...(trainee === undefined ? {} : { traineeId: (await findTraineeAnywhere(db, trainee, course)).id }),
  };
}

function limitOf(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= 10_000) return limit;
  throw new SisoError("input-invalid", {
    vi: `--limit ${text}: cần số nguyên 1–10000.`,
    en: `--limit ${text}: a whole number from 1 to 10000 is needed.`,
  });
}

function daysOf({ from, to }: SearchOptions): { from?: LocalDate; to?: LocalDate } {
  const first = from === undefined ? {} : { from: dayOf(from, "--from") };
  const last = to === undefined ? {} : { to: dayOf(to, "--to") };
  if (from === undefined || to === undefined || from <= to) return { ...first, ...last };
  throw new SisoError("input-invalid", {
    vi: `--from ${from} ở sau --to ${to}.`,
    en: `--from ${from} is after --to ${to}.`,
  });
}

function dayOf(text: string, option: string): LocalDate {
  const at = new Date(`${text}T00:00:00Z`);
  // The day must be one of the calendar: 30 February is read as 2 March otherwise.
  const isDay = !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === text;
  if (isDay) return text as LocalDate;
  throw new SisoError("input-invalid", {
    vi: `${option} ${text}: cần một ngày có thật dạng NĂM-THÁNG-NGÀY, ví dụ 2026-11-23.`,
    en: `${option} ${text}: a day of the calendar like 2026-11-23 is needed.`,
  });
}

/** Campuses may have rooms of one code or name: all of them are meant. */
async function knownRoom(db: Db, typed: string): Promise<string> {
  const rooms = await allRooms(db);
  const wanted = folded(typed);
  const found = rooms.find(({ code, name }) => folded(code) === wanted || folded(name) === wanted);
  if (found !== undefined) return folded(found.code) === wanted ? found.code : found.name;
  throw notThere("--room", typed, [...new Set(rooms.map(({ code }) => code))]);
}

async function knownCamera(db: Db, typed: string): Promise<string> {
  const codes = [...new Set((await cameraCodes(db)).values())];
  const found = codes.find((code) => folded(code) === folded(typed));
  if (found !== undefined) return found;
  throw notThere("--camera", typed, codes);
}

function folded(text: string): string {
  return text.trim().normalize("NFC").toLowerCase();
}

function table(found: readonly FoundPicture[]): string {
  if (found.length === 0) return "Không tìm thấy ảnh nào. · No picture was found.\n";
  const head = [
    "ảnh · picture",
    "khóa",
    "ngày",
    "phòng",
    "camera",
    "chụp lúc · taken (UTC)",
    "buổi · session",
  ];
  const rows = found.map((one) => [
    one.id,
    one.courseCode,
    one.day,
    one.roomCode,
    one.cameraCode,
    one.takenAt.toISOString().slice(0, 19).replace("T", " "),
    one.sessionId.slice(0, 8),
  ]);
  return `${tableLines([head, ...rows]).join("\n")}\n`;
}

function sayMore(limit: number): void {
  say({
    vi: `Còn nhiều ảnh hơn; đây là ${limit} ảnh mới nhất. Thu hẹp lại hoặc thêm --limit.`,
    en: `There are more; these are the newest ${limit}. Narrow the search or add --limit.`,
  });
}

function notThere(option: string, typed: string, known: readonly string[]): SisoError {
  const most = 20;
  const list = known.slice(0, most).join(", ") + (known.length > most ? ", …" : "");
  return new SisoError("not-found", {
    vi: `${option}: không có “${typed}”. Có: ${list || "–"}.`,
    en: `${option}: there is no "${typed}". There are: ${list || "–"}.`,
  });
}
