import { randomBytes } from "node:crypto";
import { sql } from "kysely";
import type {
  ChartVersionId,
  CourseId,
  DocumentId,
  RoomId,
  RosterVersionId,
  Side,
} from "../../services/types.ts";
import type { Db } from "../client.ts";
import { json } from "../stored.ts";
import type { ChartVersion, Trainee } from "./courses.ts";
import { appendLogLines } from "./log.ts";
import { logChart, logRoster } from "./import-lines.ts";

/** Rosters, charts and timetables are versions with an effective instant; the newest of the latest instant is in force. */

export interface NewVersion<Id> {
  id: Id;
  courseId: CourseId;
  documentId: DocumentId;
  version: number;
  effectiveAt: Date;
  confirmedBy: string;
  createdAt: Date;
}

export type VersionedKind = "roster" | "chart" | "timetable";

const tables = {
  roster: "rosterVersion",
  chart: "chartVersion",
  timetable: "timetableVersion",
} as const;

/** Call under the lock on the course's row. */
export async function nextVersion(db: Db, kind: VersionedKind, courseId: CourseId): Promise<number> {
  const row = await db
    .selectFrom(tables[kind])
    .select((e) => e.fn.max("version").as("last"))
    .where("courseId", "=", courseId)
    .executeTakeFirst();
  return (row?.last ?? 0) + 1;
}

export interface ListedEntry {
  ordinal: number;
  /** As this list has them. */
  trainee: Trainee;
  /** A person's word on whether this is a known trainee; null when the lists themselves decided. */
  answered: "same" | "new" | null;
}

/**
 * The version names who is on the roster from `effectiveAt` on. New trainees are added; of a known one the list's spelling, birth
 * date, workplace and position become the current ones, while identity, marks and templates stay.
 */
export async function addRosterVersion(
  db: Db,
  version: NewVersion<RosterVersionId>,
  entries: readonly ListedEntry[],
): Promise<void> {
  const people = await savePeople(db, version.courseId, entries);
  await db.insertInto("rosterVersion").values(version).execute();
  await db
    .insertInto("rosterEntry")
    .values(
      entries.map(({ ordinal, answered, trainee: { id: traineeId, ...listed } }) => ({
        rosterVersionId: version.id,
        traineeId,
        ordinal,
        answered,
        listed: json(listed),
      })),
    )
    .execute();
  const salts = people.map(({ salt }) => salt);
  const listed = entries.map(({ ordinal, trainee }) => ({ traineeId: trainee.id, ordinal }));
  await logRoster(db, version, people, salts, listed);
  await appendLogLines(
    db,
    version.createdAt,
    entries.flatMap(({ answered: answer, trainee }) =>
      answer === null ? [] : [{ event: "identity", roster: version.id, trainee: trainee.id, answer }],
    ),
  );
}

/** Adds who is new and corrects who is spelt otherwise; returns both, with the salt of what the log says of them. */
async function savePeople(
  db: Db,
  courseId: CourseId,
  entries: readonly ListedEntry[],
): Promise<(Trainee & { salt: Uint8Array })[]> {
  const ids = entries.map(({ trainee }) => trainee.id);
  const stored = await db
    .selectFrom("trainee")
    .select(["id", ...traineeFields, "identitySalt"])
    .where("id", "in", ids)
    .execute();
  const known = new Map(stored.map((row) => [row.id, row]));
  const saved: (Trainee & { salt: Uint8Array })[] = [];
  for (const { trainee } of entries) {
    const before = known.get(trainee.id);
    if (before && traineeFields.every((field) => before[field] === trainee[field])) continue;
    const identitySalt = before?.identitySalt ?? randomBytes(16);
    await db
      .insertInto("trainee")
      .values({ ...trainee, courseId, identitySalt })
      .onConflict((c) => c.column("id").doUpdateSet({ ...trainee, identitySalt }))
      .execute();
    saved.push({ ...trainee, salt: identitySalt });
  }
  return saved;
}

const traineeFields = ["fullName", "matchKey", "birthDate", "birthYear", "workplace", "position"] as const;

export async function addChartVersion(
  db: Db,
  version: NewVersion<ChartVersionId> & ChartFrame,
  seats: ChartVersion["seats"],
): Promise<void> {
  await db.insertInto("chartVersion").values(version).execute();
  await db
    .insertInto("chartSeat")
    .values(
      seats.map((s) => ({
        chartVersionId: version.id,
        seatRow: s.row,
        seatColumn: s.column,
        traineeId: s.traineeId,
      })),
    )
    .execute();
  await logChart(db, version, seats);
}

/** Its line in the log is the caller's, once its sessions are stored. */
export async function addTimetableVersion(db: Db, version: NewVersion<string>): Promise<void> {
  await db.insertInto("timetableVersion").values(version).execute();
}

export interface ChartFrame {
  roomId: RoomId;
  viewpoint: "teacher" | "class";
  front: Side;
  /** Null in versions from before it was kept. */
  seatsPerDesk: 1 | 2 | null;
  rowCount: number;
  columnCount: number;
  aislesAfter: number[];
}

/** One version with the paper it came from. */
export interface StoredVersion {
  id: string;
  version: number;
  effectiveAt: Date;
  createdAt: Date;
  confirmedBy: string;
  documentId: DocumentId;
  fileName: string;
}

/** Oldest first, in the order in which they are in force: by effective instant, then by number. Charts of one room. */
export async function versionsOf(
  db: Db,
  kind: VersionedKind,
  courseId: CourseId,
  roomId: RoomId | null,
): Promise<StoredVersion[]> {
  // The columns asked for are the same in all three.
  const table = tables[kind] as (typeof tables)["roster"];
  return db
    .selectFrom(`${table} as v`)
    .innerJoin("document", "document.id", "v.documentId")
    .select([
      "v.id",
      "v.version",
      "v.effectiveAt",
      "v.createdAt",
      "v.confirmedBy",
      "v.documentId",
      "document.fileName",
    ])
    .where("v.courseId", "=", courseId)
    .$if(kind === "chart", (query) =>
      query.where((e) =>
        e.exists(
          e
            .selectFrom("chartVersion")
            .select("roomId")
            .where(sql`chart_version.id`, "=", e.ref("v.id"))
            .where("roomId", "=", roomId),
        ),
      ),
    )
    .orderBy("v.effectiveAt")
    .orderBy("v.version")
    .execute();
}

export async function rosterEntriesOf(db: Db, id: RosterVersionId): Promise<ListedEntry[]> {
  const rows = await db
    .selectFrom("rosterEntry")
    .select(["traineeId", "ordinal", "listed", "answered"])
    .where("rosterVersionId", "=", id)
    .orderBy("ordinal")
    .execute();
  return rows.map(({ traineeId, ordinal, listed, answered }) => ({
    ordinal,
    answered,
    trainee: { id: traineeId, ...listed },
  }));
}

/** The paper a chart version came from, and how its drawing was understood. */
export async function chartSource(
  db: Db,
  id: ChartVersionId,
): Promise<ChartFrame & { documentId: DocumentId }> {
  return db
    .selectFrom("chartVersion")
    .select([
      "documentId",
      "roomId",
      "viewpoint",
      "front",
      "seatsPerDesk",
      "rowCount",
      "columnCount",
      "aislesAfter",
    ])
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
}

export async function chartSeatsOf(db: Db, id: ChartVersionId): Promise<ChartVersion["seats"]> {
  return db
    .selectFrom("chartSeat")
    .select(["seatRow as row", "seatColumn as column", "traineeId"])
    .where("chartVersionId", "=", id)
    .orderBy("seatRow")
    .orderBy("seatColumn")
    .execute();
}
