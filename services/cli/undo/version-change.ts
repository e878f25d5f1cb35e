import { rosterAt, type Course } from "../../../db/queries/courses.ts";
import { rulesAt } from "../../../db/queries/rules.ts";
import { chartSeatsOf, rosterEntriesOf, type StoredVersion } from "../../../db/queries/versions.ts";
import type { Context } from "../../../workers/context.ts";
import { entryOf } from "../../../workers/imports/confirm-chart.ts";
import { knownSessions } from "../../../workers/imports/confirm-timetable.ts";
import { timetableOf } from "../../../workers/imports/undo-version.ts";
import { compareKnown } from "../../intake/roster-versions.ts";
import { diffTimetable } from "../../timetable/diff-timetable.ts";
import type { DocumentReader } from "../../ports.ts";
import type { Bilingual, ChartVersionId, RosterVersionId, SeatRef } from "../../types.ts";
import { difference, type SeatChange } from "../import/difference-words.ts";

/** What putting `target` in force instead of `inForce` changes, a line each. */
type Change = (
  ctx: Context,
  reader: DocumentReader,
  course: Course,
  inForce: StoredVersion,
  target: StoredVersion,
  at: Date,
) => Promise<Bilingual[]>;

export const rosterChange: Change = async ({ db }, _reader, _course, inForce, target) => {
  const listed = async ({ id }: StoredVersion) =>
    (await rosterEntriesOf(db, id as RosterVersionId)).map(({ ordinal, trainee }) => ({
      ...trainee,
      ordinal,
    }));
  const next = new Map((await listed(target)).map((trainee) => [trainee.id as string, entryOf(trainee)]));
  return difference.roster(compareKnown(await listed(inForce), next), inForce.version);
};

export const chartChange: Change = async ({ db }, _reader, course, inForce, target, at) => {
  const seatsOf = async ({ id }: StoredVersion) =>
    new Map(
      (await chartSeatsOf(db, id as ChartVersionId)).map(({ traineeId, row, column }) => [
        traineeId,
        { row, column },
      ]),
    );
  const [before, after] = [await seatsOf(inForce), await seatsOf(target)];
  const roster = await rosterAt(db, course.id, at);
  const changes = (roster?.trainees ?? []).flatMap(({ id, fullName }): SeatChange[] => {
    const change = { fullName, before: before.get(id) ?? null, after: after.get(id) ?? null };
    return placeOf(change.before) === placeOf(change.after) ? [] : [change];
  });
  const seated = (roster?.trainees ?? []).filter(({ id }) => after.has(id)).length;
  return difference.seats(changes, inForce.version, seated);
};

function placeOf(seat: SeatRef | null): string {
  return seat === null ? "" : `${seat.row} ${seat.column}`;
}

export const timetableChange: Change = async (ctx, reader, course, _inForce, target, at) => {
  const { rules } = await rulesAt(ctx.db, at);
  const { reading } = await timetableOf(ctx, reader, target);
  return difference.timetable(diffTimetable(await knownSessions(ctx, course), reading.value, rules), false);
};
