import { matchChartToRoster } from "../../services/intake/chart-matching.ts";
import { canonicalAisles, toCanonicalSeats, type ChartAnswers } from "../../services/intake/seat-frame.ts";
import { SisoError } from "../../services/errors.ts";
import type { ChartVersionId, RoomId, RosterEntry, TraineeId } from "../../services/types.ts";
import {
  chartAt,
  rosterAt,
  type ChartVersion,
  type Course,
  type RosterTrainee,
} from "../../db/queries/courses.ts";
import { savePaperReading } from "../../db/queries/paper-readings.ts";
import { addChartVersion, nextVersion } from "../../db/queries/versions.ts";
import type { Context } from "../context.ts";
import { addOriginal, sealOriginal, type Confirmation } from "./keep-original.ts";
import type { ChartFile } from "./read-files.ts";

/**
 * A confirmed chart becomes the version in force from its effective instant; sessions already held keep theirs (N6). False when
 * this very file seats everybody already as it does in force.
 */
export async function confirmChart(
  ctx: Context,
  course: Course,
  zone: string,
  file: ChartFile,
  chart: { roomId: RoomId; answers: ChartAnswers },
  confirmation: Confirmation,
): Promise<boolean> {
  const { answers, roomId } = chart;
  const roster = await rosterAt(ctx.db, course.id, confirmation.effectiveAt);
  if (roster === null) throw rosterFirst(file.fileName);
  const entries = new Map<RosterEntry, TraineeId>(
    roster.trainees.map((trainee) => [entryOf(trainee), trainee.id]),
  );
  const { seats } = matchChartToRoster(toCanonicalSeats(file.reading.value, answers), [...entries.keys()]);
  const seated = seats.map(({ seat: { row, column }, entry }) => ({
    row,
    column,
    traineeId: (entry && entries.get(entry)) ?? null,
  }));
  const original = await sealOriginal(ctx, course, zone, "chart", file);
  const { effectiveAt, receivedFrom } = confirmation;
  return ctx.db.transaction().execute(async (trx) => {
    const { documentId, known } = await addOriginal(ctx, trx, course.id, "chart", original, receivedFrom);
    await savePaperReading(trx, documentId, roomId, file.reading);
    if (known && sameSeats(await chartAt(trx, course.id, roomId, effectiveAt), seated)) return false;
    await addChartVersion(
      trx,
      {
        id: ctx.random.uuid() as ChartVersionId,
        courseId: course.id,
        roomId,
        documentId,
        version: await nextVersion(trx, "chart", course.id),
        effectiveAt,
        ...answers,
        rowCount: file.reading.value.rowCount,
        columnCount: file.reading.value.columnCount,
        aislesAfter: canonicalAisles(file.reading.value, answers),
        confirmedBy: confirmation.confirmedBy,
        createdAt: ctx.clock.now(),
      },
      seated,
    );
    return true;
  });
}

function sameSeats(inForce: ChartVersion | null, seats: ChartVersion["seats"]): boolean {
  return inForce !== null && inOneLine(inForce.seats) === inOneLine(seats);
}

function inOneLine(seats: ChartVersion["seats"]): string {
  return seats
    .map(({ row, column, traineeId }) => `${row} ${column} ${traineeId ?? ""}`)
    .toSorted()
    .join();
}

/** A stored trainee as the matching of names knows people. */
export function entryOf(trainee: RosterTrainee): RosterEntry {
  const { ordinal, fullName, matchKey, birthDate, birthYear, position, workplace } = trainee;
  const person = { ordinal, fullName, matchKey, birthDate, birthYear, position, workplace };
  return { ...person, code: null, note: null, portrait: null, where: `STT ${ordinal}` };
}

function rosterFirst(fileName: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `${fileName}: chưa có danh sách học viên có hiệu lực, nên không biết ai ngồi chỗ nào. Nhập danh sách trước.`,
    en: `${fileName}: no roster is in force yet, so nobody can be seated. Import the roster first.`,
  });
}
