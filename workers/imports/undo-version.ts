import type { DocumentReader } from "../../services/ports.ts";
import { SisoError } from "../../services/errors.ts";
import type { ChartVersionId, RosterVersionId } from "../../services/types.ts";
import { archiveObject } from "../../db/queries/captures.ts";
import { documentById, rosterAt, type Course } from "../../db/queries/courses.ts";
import {
  addChartVersion,
  addRosterVersion,
  chartSeatsOf,
  chartSource,
  nextVersion,
  rosterEntriesOf,
  type NewVersion,
  type StoredVersion,
  type VersionedKind,
} from "../../db/queries/versions.ts";
import type { Trx } from "../../db/client.ts";
import type { Context } from "../context.ts";
import { confirmTimetable } from "./confirm-timetable.ts";
import type { Confirmation } from "./keep-original.ts";
import { readFiles, type TimetableFile } from "./read-files.ts";

/**
 * Puts an earlier version in force again, as a new version from the same paper: nothing is taken out of the history. Roster and
 * chart are copied as they were confirmed; a timetable's paper is read again and compared with the sessions there are now.
 */
export async function undoVersion(
  ctx: Context,
  reader: DocumentReader,
  course: Course,
  zone: string,
  kind: VersionedKind,
  target: StoredVersion,
  confirmation: Confirmation,
): Promise<void> {
  if (kind === "timetable") {
    const file = await timetableOf(ctx, reader, target);
    await confirmTimetable(ctx, course, zone, file, confirmation);
    return;
  }
  await ctx.db.transaction().execute(async (trx) => {
    await trx.selectFrom("course").select("id").where("id", "=", course.id).forUpdate().execute();
    const head = {
      courseId: course.id,
      documentId: target.documentId,
      version: await nextVersion(trx, kind, course.id),
      effectiveAt: confirmation.effectiveAt,
      confirmedBy: confirmation.confirmedBy,
      createdAt: ctx.clock.now(),
    };
    const copy = kind === "roster" ? copyRoster : copyChart;
    await copy(trx, target, { id: ctx.random.uuid(), ...head });
  });
}

async function copyRoster(trx: Trx, target: StoredVersion, head: NewVersion<string>): Promise<void> {
  const entries = await rosterEntriesOf(trx, target.id as RosterVersionId);
  await addRosterVersion(trx, { ...head, id: head.id as RosterVersionId }, entries);
}

/** Who has left the roster since gets no seat back. */
async function copyChart(trx: Trx, target: StoredVersion, head: NewVersion<string>): Promise<void> {
  const id = target.id as ChartVersionId;
  const { documentId: _paper, ...frame } = await chartSource(trx, id);
  const roster = await rosterAt(trx, head.courseId, head.effectiveAt);
  const listed = new Set(roster?.trainees.map((trainee) => trainee.id));
  const seats = (await chartSeatsOf(trx, id)).map((seat) => ({
    ...seat,
    traineeId: seat.traineeId !== null && listed.has(seat.traineeId) ? seat.traineeId : null,
  }));
  await addChartVersion(trx, { ...head, ...frame, id: head.id as ChartVersionId }, seats);
}

/** The kept paper of a timetable version, read again. Throws `file-refused` when it can no longer be read as one. */
export async function timetableOf(
  ctx: Pick<Context, "db" | "archive">,
  reader: DocumentReader,
  version: StoredVersion,
): Promise<TimetableFile> {
  const { fileName, objectId } = await documentById(ctx.db, version.documentId);
  const bytes = await ctx.archive.open(await archiveObject(ctx.db, objectId));
  const [file] = await readFiles(reader, [{ fileName, bytes }], { as: "timetable" });
  if (file?.kind === "timetable") return file;
  const why = file?.kind === null ? file.problems[0]?.why : undefined;
  throw new SisoError("file-refused", {
    vi: `${fileName}: bản gốc lưu giữ không đọc lại được thành lịch học. ${why?.vi ?? ""} Hãy nhận lại tệp đúng bằng ./siso import.`,
    en: `${fileName}: the kept original cannot be read as a timetable again. ${why?.en ?? ""} Take the right file in with ./siso import.`,
  });
}
