import { DateTime } from "luxon";
import { readConfig } from "../../../config/read-config.ts";
import { thisMachine } from "../../../config/this-machine.ts";
import { campusOf, findRoom, roomNames, unitName } from "../../../db/queries/campus.ts";
import type { Course } from "../../../db/queries/courses.ts";
import { versionsOf, type StoredVersion, type VersionedKind } from "../../../db/queries/versions.ts";
import type { Context } from "../../../workers/context.ts";
import { undoVersion } from "../../../workers/imports/undo-version.ts";
import { SisoError } from "../../errors.ts";
import { chooseVersion } from "../../intake/version-choice.ts";
import { createDocumentReader } from "../../readers/document-reader.ts";
import type { RoomId } from "../../types.ts";
import { confirmedBy } from "../confirmed-by.ts";
import { findCourse } from "../find-course.ts";
import { requireDatabase } from "../open-database.ts";
import { tableLines } from "../table-lines.ts";
import { withContext } from "../open-context.ts";
import { chartChange, rosterChange, timetableChange } from "./version-change.ts";

/** As typed. */
export interface UndoOptions {
  course: string;
  room?: string;
  session?: string;
  to?: string;
  confirm?: boolean;
  by?: string;
}

/** The versions, what going back would change, and whether it was done. Throws `input-invalid` or `not-found`. */
export async function undo(
  kind: VersionedKind,
  options: UndoOptions,
  env: Record<string, string | undefined>,
): Promise<string> {
  const to = options.to === undefined ? null : versionNumber(options.to);
  requireDatabase(readConfig(env, thisMachine));
  return withContext(env, (ctx) => goBack(ctx, kind, options, to));
}

export async function goBack(
  ctx: Context,
  kind: VersionedKind,
  options: UndoOptions,
  to: number | null,
): Promise<string> {
  const course = await findCourse(ctx.db, options.course);
  const { timeZone: zone } = await campusOf(ctx.db, course.campusId);
  const roomId = kind === "chart" ? await roomOf(ctx, course, options.room) : null;
  const versions = await versionsOf(ctx.db, kind, course.id, roomId);
  const now = ctx.clock.now();
  const table = versionTable(versions, now, zone).join("\n");
  const { inForce, target } = chooseOr(table, () => chooseVersion(versions, now, to));
  const reader = createDocumentReader();
  const change = { roster: rosterChange, chart: chartChange, timetable: timetableChange }[kind];
  const lines = await change(ctx, reader, course, inForce, target, now);
  const words = lines.map(({ vi, en }) => `  ${vi} (${en})`);
  const head = `Phiên bản ${inForce.version} → nội dung của phiên bản ${target.version} · from version ${inForce.version} back to ${target.version}:`;
  const shown = [table, "", head, ...words, ""].join("\n");
  if (!options.confirm) {
    return `${shown}Chưa đổi gì. Thêm --confirm để quay lại; các buổi đã học giữ nguyên phiên bản của chúng.\nNothing was changed. Add --confirm to go back; sessions already held keep their version.`;
  }
  const receivedFrom = await unitName(ctx.db, course.unitId);
  const confirmation = { confirmedBy: confirmedBy(options.by), receivedFrom, effectiveAt: now };
  await undoVersion(ctx, reader, course, zone, kind, target, confirmation);
  const newest = (await versionsOf(ctx.db, kind, course.id, roomId)).at(-1)?.version ?? 0;
  return `${shown}Xong: phiên bản ${newest} có hiệu lực từ bây giờ (${confirmation.confirmedBy} xác nhận).\nDone: version ${newest} is in force from now on (confirmed by ${confirmation.confirmedBy}).`;
}

/** The list of versions helps whoever asked for one that is not there. */
function chooseOr<T>(table: string, choose: () => T): T {
  try {
    return choose();
  } catch (error) {
    if (error instanceof SisoError && table !== "") process.stdout.write(`${table}\n\n`);
    throw error;
  }
}

function versionTable(versions: readonly StoredVersion[], now: Date, zone: string): string[] {
  if (versions.length === 0) return [];
  const inForce = versions.findLast(({ effectiveAt }) => effectiveAt <= now);
  const when = (at: Date) => DateTime.fromJSDate(at, { zone }).toFormat("HH:mm dd/MM/yyyy");
  const rows = versions.map((one) => [
    String(one.version),
    when(one.effectiveAt),
    one.confirmedBy,
    one.fileName,
    one === inForce ? "đang có hiệu lực · in force" : one.effectiveAt > now ? "chưa tới · to come" : "",
  ]);
  return tableLines([["Phiên bản", "Hiệu lực từ · From", "Xác nhận · By", "Tệp · File", ""], ...rows]);
}

/** A course has a chart for each of its rooms. */
async function roomOf({ db }: Context, course: Course, text: string | undefined): Promise<RoomId> {
  const names = await roomNames(db, course.campusId);
  const charted: [RoomId, string][] = [];
  for (const [id, name] of names) {
    if ((await versionsOf(db, "chart", course.id, id)).length > 0) charted.push([id, name]);
  }
  const typed = text === undefined ? null : await findRoom(db, course.campusId, text);
  const found = text === undefined && charted.length === 1 ? charted[0]?.[0] : typed;
  if (found) return found;
  const list = charted.map(([, name]) => `“${name}”`).join(", ");
  throw new SisoError("input-invalid", {
    vi: list === "" ? "Khóa chưa có sơ đồ nào." : `Chọn phòng bằng --room: ${list}.`,
    en: list === "" ? "The course has no chart yet." : `Choose the room with --room: ${list}.`,
  });
}

function versionNumber(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new SisoError("input-invalid", {
    vi: `--to “${text}”: cần số của một phiên bản, ví dụ --to 2.`,
    en: `--to "${text}": the number of a version is needed, for example --to 2.`,
  });
}
