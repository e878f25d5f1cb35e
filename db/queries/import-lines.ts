import { createHash } from "node:crypto";
import type { LocalDate, SeatRef, SessionId, TraineeId } from "../../services/types.ts";
import type { Db } from "../client.ts";
import { appendLog, appendLogLines, detailHash } from "./log.ts";

/** What the log says of papers taken in. */

interface Version {
  id: string;
  courseId: string;
  documentId: string;
  version: number;
  effectiveAt: Date;
  createdAt: Date;
}

export interface Identity {
  id: TraineeId;
  fullName: string;
  birthDate: LocalDate | null;
  birthYear: number | null;
  workplace: string | null;
}

/** Who an id is; told only together with the salt, because names can be guessed. */
export function identityFact(person: Identity, salt: Uint8Array) {
  const { id, fullName, birthDate, birthYear, workplace } = person;
  return { trainee: id, fullName, birthDate, birthYear, workplace, salt: Buffer.from(salt).toString("hex") };
}

/** A line for each trainee who is new, then one for the roster. */
export async function logRoster(
  db: Db,
  version: Version,
  newTrainees: readonly Identity[],
  salts: readonly Uint8Array[],
  entries: { traineeId: TraineeId; ordinal: number }[],
): Promise<void> {
  const people = newTrainees.map((trainee, index) => ({
    event: "trainee",
    trainee: trainee.id,
    course: version.courseId,
    detail: detailHash(identityFact(trainee, salts[index] ?? new Uint8Array())),
  }));
  const roster = {
    event: "roster",
    roster: version.id,
    ...versionLine(version),
    detail: detailHash(entries.map(({ traineeId, ordinal }) => ({ traineeId, ordinal }))),
  };
  await appendLogLines(db, version.createdAt, [...people, roster]);
}

export async function logChart(
  db: Db,
  version: Version & { roomId: string },
  seats: (SeatRef & { traineeId: TraineeId | null })[],
): Promise<void> {
  await appendLog(db, version.createdAt, {
    event: "chart",
    chart: version.id,
    room: version.roomId,
    ...versionLine(version),
    detail: detailHash(seats.map(({ row, column, traineeId }) => ({ row, column, traineeId }))),
  });
}

/**
 * Names every session that stands once this version is taken in, by their number and by the hash of their ids: a session whose
 * every line was left out of a course's extract is missed.
 */
export async function logTimetable(db: Db, version: Version, standing: readonly SessionId[]): Promise<void> {
  await appendLog(db, version.createdAt, {
    event: "timetable",
    timetable: version.id,
    ...versionLine(version),
    sessions: standing.length,
    standing: createHash("sha256").update(standing.toSorted().join("\n"), "utf8").digest("hex"),
  });
}

function versionLine({ courseId, documentId, version, effectiveAt }: Version) {
  return { course: courseId, document: documentId, version, effectiveAt: effectiveAt.toISOString() };
}
