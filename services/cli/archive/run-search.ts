import { readConfig } from "../../../config/read-config.ts";
import { thisMachine } from "../../../config/this-machine.ts";
import { traineesStartingWith } from "../../../db/queries/evidence-export.ts";
import { idsStartingWith } from "../../../db/queries/explain.ts";
import { searchPictures, type FoundPicture, type PictureQuery } from "../../../db/queries/search-archive.ts";
import type { Db } from "../../../db/client.ts";
import { SisoError } from "../../errors.ts";
import type { LocalDate } from "../../types.ts";
import { openDatabaseIfAny } from "../open-database.ts";
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

/** What was found, as a table or JSON; pictures themselves are shown by `archive view`, which logs it. */
export async function runSearch(
  options: SearchOptions,
  env: Record<string, string | undefined>,
): Promise<string> {
  const config = readConfig(env, thisMachine);
  const opened = await openDatabaseIfAny(config);
  if (opened === null) throw noData(config.dataDir);
  try {
    const found = await searchPictures(opened.db, await queryOf(opened.db, options));
    return options.json ? `${JSON.stringify(found, null, 2)}\n` : shown(found);
  } finally {
    await opened.close();
  }
}

async function queryOf(db: Db, options: SearchOptions): Promise<PictureQuery> {
  const { course, room, camera, session, trainee, mark, from, to, limit } = options;
  return {
    limit: limitOf(limit),
    ...(course === undefined ? {} : { courseCode: course }),
    ...(room === undefined ? {} : { room }),
    ...(camera === undefined ? {} : { camera }),
    ...(session === undefined ? {} : { sessionId: await only(db, session, "session") }),
    ...(mark === undefined ? {} : { markId: await only(db, mark, "mark") }),
    ...(trainee === undefined ? {} : { traineeId: await onlyTrainee(db, trainee) }),
    ...(from === undefined ? {} : { from: dayOf(from, "--from") }),
    ...(to === undefined ? {} : { to: dayOf(to, "--to") }),
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

function dayOf(text: string, option: string): LocalDate {
  if (/^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`)))
    return text as LocalDate;
  throw new SisoError("input-invalid", {
    vi: `${option} ${text}: cần ngày dạng NĂM-THÁNG-NGÀY, ví dụ 2026-11-23.`,
    en: `${option} ${text}: a day like 2026-11-23 is needed.`,
  });
}

async function only(db: Db, typed: string, kind: "session" | "mark"): Promise<string> {
  if (!/^[0-9a-f-]{4,36}$/i.test(typed)) throw unclear(typed);
  const found = (await idsStartingWith(db, typed, 50)).filter((one) => one.kind === kind);
  if (found[0] === undefined || found.length > 1) throw unclear(typed);
  return found[0].id;
}

async function onlyTrainee(db: Db, typed: string): Promise<string> {
  if (!/^[0-9a-f-]{4,36}$/i.test(typed)) throw unclear(typed);
  const [first, second] = await traineesStartingWith(db, typed);
  if (first === undefined || second !== undefined) throw unclear(typed);
  return first.id;
}

function shown(found: readonly FoundPicture[]): string {
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

function unclear(typed: string): SisoError {
  return new SisoError("not-found", {
    vi: `“${typed}” không chỉ đến đúng một mục. Xem mã bằng ./siso explain --course MÃ_KHÓA.`,
    en: `"${typed}" does not mean exactly one thing. ./siso explain --course CODE shows ids.`,
  });
}

function noData(folder: string): SisoError {
  return new SisoError("not-found", {
    vi: `Chưa có dữ liệu trong ${folder}. Dữ liệu ở nơi khác thì đặt SISO_DATA (hoặc SISO_DATABASE_URL).`,
    en: `There is no data in ${folder}. If it is elsewhere, set SISO_DATA (or SISO_DATABASE_URL).`,
  });
}
