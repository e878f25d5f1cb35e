import {
  changesNothing,
  diffTimetable,
  type KnownSession,
  type TimetableDiff,
} from "../../services/timetable/diff-timetable.ts";
import { frameOf, preflightAt } from "../../services/timetable/frame.ts";
import { onlinePlace, withOnlinePlace } from "../../services/timetable/online-place.ts";
import { SisoError } from "../../services/errors.ts";
import type { RoomId, Rules, SessionId, TimetableEntry } from "../../services/types.ts";
import { findRoom, roomNames } from "../../db/queries/campus.ts";
import { type Course } from "../../db/queries/courses.ts";
import { logTimetable } from "../../db/queries/import-lines.ts";
import { onlineRoom } from "../../db/queries/online.ts";
import { savePaperReading } from "../../db/queries/paper-readings.ts";
import { addTimetableVersion, nextVersion } from "../../db/queries/versions.ts";
import { withdrawPlans } from "../../db/queries/rounds.ts";
import { rulesAt } from "../../db/queries/rules.ts";
import { addSession, cancelSession, rescheduleSession, sessionsOfCourse } from "../../db/queries/sessions.ts";
import type { Db, Trx } from "../../db/client.ts";
import type { Context } from "../context.ts";
import { addOriginal, sealOriginal, type Confirmation } from "./keep-original.ts";
import type { TimetableFile } from "./read-files.ts";
import { scheduleReports } from "./schedule-reports.ts";

/** A confirmed timetable: sessions added, moved or cancelled; what was held stays, what moved is planned anew. */
export async function confirmTimetable(
  ctx: Context,
  course: Course,
  zone: string,
  file: TimetableFile,
  confirmation: Confirmation,
): Promise<boolean> {
  const { rules } = await rulesAt(ctx.db, confirmation.effectiveAt);
  const entries = await placedEntries(ctx.db, course, file.reading.value);
  const rooms = await roomsOf(ctx, course, entries);
  const diff = diffTimetable(await knownSessions(ctx, course), entries, rules);
  const original = await sealOriginal(ctx, course, zone, "timetable", file);
  return ctx.db.transaction().execute(async (trx) => {
    const { documentId, known } = await addOriginal(
      ctx,
      trx,
      course.id,
      "timetable",
      original,
      confirmation.receivedFrom,
    );
    await savePaperReading(trx, documentId, "", file.reading);
    if (known && changesNothing(diff)) return false;
    const timetableVersionId = ctx.random.uuid();
    const version = {
      id: timetableVersionId,
      courseId: course.id,
      documentId,
      version: await nextVersion(trx, "timetable", course.id),
      effectiveAt: confirmation.effectiveAt,
      confirmedBy: confirmation.confirmedBy,
      createdAt: ctx.clock.now(),
    };
    await addTimetableVersion(trx, version);
    const slot = (entry: TimetableEntry) => slotOf(entry, { zone, rules, rooms, timetableVersionId });
    await saveDiff(ctx, trx, course, diff, slot);
    const standing = await sessionsOfCourse(trx, course.id);
    await logTimetable(
      trx,
      version,
      standing.map(({ id }) => id),
    );
    await scheduleReports(ctx, trx, course, zone, rules);
    return true;
  });
}

/** Entries with one name for every way of writing that a session is held online. */
export async function placedEntries(
  db: Db,
  course: Pick<Course, "campusId">,
  entries: readonly TimetableEntry[],
): Promise<TimetableEntry[]> {
  const texts = new Set(entries.flatMap(({ roomText }) => roomText ?? []));
  const rooms = new Set<string>();
  for (const text of texts) if (await findRoom(db, course.campusId, text)) rooms.add(text);
  return withOnlinePlace(entries, (text) => rooms.has(text));
}

/** The course's sessions as a re-imported timetable is compared with. */
export async function knownSessions(
  ctx: Pick<Context, "db" | "clock">,
  course: Course,
): Promise<KnownSession[]> {
  const now = ctx.clock.now();
  const names = await roomNames(ctx.db, course.campusId);
  return (await sessionsOfCourse(ctx.db, course.id)).map((session) => ({
    sessionId: session.id,
    day: session.day,
    shift: session.shift,
    startsAtLocal: clockTime(session.frame.startsAt, session.timeZone),
    roomText: names.get(session.roomId) ?? null,
    topic: session.topic,
    lecturer: session.lecturer,
    held: session.frame.startsAt <= now || session.status === "closed",
  }));
}

function clockTime(at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" }).format(at);
}

type Slot = ReturnType<typeof slotOf>;

function slotOf(
  entry: TimetableEntry,
  in_: { zone: string; rules: Rules; rooms: Map<string, RoomId>; timetableVersionId: string },
) {
  const frame = frameOf({ ...entry, zone: in_.zone, rules: in_.rules });
  return {
    timetableVersionId: in_.timetableVersionId,
    roomId: in_.rooms.get(entry.roomText ?? "") as RoomId,
    topic: entry.topic,
    lecturer: entry.lecturer,
    frame,
    preflightAt: preflightAt(frame, in_.rules),
  };
}

async function saveDiff(
  ctx: Context,
  trx: Trx,
  course: Course,
  diff: TimetableDiff,
  slot: (entry: TimetableEntry) => Slot,
): Promise<void> {
  const now = ctx.clock.now();
  for (const { sessionId } of diff.cancelled) {
    await cancelSession(trx, sessionId, now);
    await withdrawPlans(trx, sessionId, now);
  }
  for (const { session, entry } of diff.moved) {
    await rescheduleSession(
      trx,
      session.sessionId,
      { ...slot(entry), day: entry.day, shift: entry.shift },
      now,
    );
    await withdrawPlans(trx, session.sessionId, now);
  }
  for (const { session, entry, changes } of diff.kept) {
    if (changes.length === 0) continue;
    await rescheduleSession(
      trx,
      session.sessionId,
      { ...slot(entry), day: entry.day, shift: entry.shift },
      now,
    );
  }
  for (const entry of diff.added) {
    const id = ctx.random.uuid() as SessionId;
    await addSession(
      trx,
      { id, courseId: course.id, day: entry.day, shift: entry.shift, ...slot(entry) },
      now,
    );
  }
}

async function roomsOf(
  ctx: Pick<Context, "db" | "random">,
  { campusId }: Course,
  entries: readonly TimetableEntry[],
): Promise<Map<string, RoomId>> {
  const rooms = new Map<string, RoomId>();
  for (const { roomText, where } of entries) {
    if (roomText !== null && rooms.has(roomText)) continue;
    const place = { id: ctx.random.uuid() as RoomId, campusId, name: onlinePlace };
    const found = roomText === null ? null : await findRoom(ctx.db, campusId, roomText);
    const room = found === null && roomText === onlinePlace ? await onlineRoom(ctx.db, place) : found;
    if (room === null) throw unknownRoom(where, roomText);
    rooms.set(roomText ?? "", room);
  }
  return rooms;
}

function unknownRoom(where: string, roomText: string | null): SisoError {
  return new SisoError("input-invalid", {
    vi: `${where}: phòng học “${roomText ?? ""}” chưa có trong danh mục phòng của cơ sở. Sửa tên phòng hoặc khai báo phòng trước.`,
    en: `${where}: room "${roomText ?? ""}" is not among the campus's rooms. Correct the name or declare the room first.`,
  });
}
