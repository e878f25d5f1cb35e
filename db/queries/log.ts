import { createHash } from "node:crypto";
import { sql } from "kysely";
import { canonicalJson } from "../../services/canonical-json.ts";
import type { Db } from "../client.ts";

/** Events of the archive log. Random ids only: a name never enters the log; what says more is there as a hash (`detail`). */
export type LogEvent = { event: string } & Record<string, string | number | boolean | null>;

/** One canonical line, appended in the transaction of what it records. */
export async function appendLog(db: Db, at: Date, event: LogEvent): Promise<void> {
  await appendLogLines(db, at, [event]);
}

/** Lines in this order. They get their places in the tree after the transaction: nobody waits for anybody here. */
export async function appendLogLines(db: Db, at: Date, events: readonly LogEvent[]): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map((event) => ({
    at,
    line: canonicalJson({ ...event, at }),
    about: subjectOf(event),
  }));
  await db.insertInto("archiveLog").values(rows).execute();
}

/** Under which id a line is found again. */
function subjectOf(event: LogEvent): string | null {
  const { session, course, trainee, rules } = event;
  const subject = session ?? course ?? trainee ?? rules ?? null;
  return subject === null ? null : String(subject);
}

/** Hex SHA-256 of a fact's canonical JSON: the line binds it, whoever is shown the fact can check it. */
export function detailHash(fact: unknown): string {
  return createHash("sha256").update(canonicalJson(fact), "utf8").digest("hex");
}

export interface LogLine {
  seq: string;
  line: string;
  /** Null while it has no place in the tree. */
  leafIndex: number | null;
}

/** Every line about one of these, in the order of the tree. */
export async function linesAbout(db: Db, subjects: readonly string[]): Promise<LogLine[]> {
  if (subjects.length === 0) return [];
  const rows = await db
    .selectFrom("archiveLog")
    .leftJoin("logLeaf", "logLeaf.seq", "archiveLog.seq")
    .select(["archiveLog.seq", "line", "leafIndex"])
    .where("about", "in", [...subjects])
    .orderBy("archiveLog.seq")
    .execute();
  return rows
    .map((row) => ({ ...row, leafIndex: row.leafIndex === null ? null : Number(row.leafIndex) }))
    .toSorted((a, b) => (a.leafIndex ?? Infinity) - (b.leafIndex ?? Infinity));
}

/** The same lines with the places they have by now, in the order of the tree. */
export async function placed(db: Db, lines: readonly LogLine[]): Promise<LogLine[]> {
  const waiting = lines.flatMap(({ seq, leafIndex }) => (leafIndex === null ? [seq] : []));
  if (waiting.length === 0) return [...lines];
  const rows = await db
    .selectFrom("logLeaf")
    .select(["seq", "leafIndex"])
    .where("seq", "in", waiting)
    .execute();
  const places = new Map(rows.map(({ seq, leafIndex }) => [seq, Number(leafIndex)]));
  return lines
    .map((each) => ({ ...each, leafIndex: each.leafIndex ?? places.get(each.seq) ?? null }))
    .toSorted((a, b) => (a.leafIndex ?? Infinity) - (b.leafIndex ?? Infinity));
}

/**
 * How many lines there are about a course itself and about its sessions that are closed, all committed before: a closing or a
 * report says so, and what was there before it and is left out of an extract later is missed. A session that is not closed may
 * still be cancelled, and is told of nowhere then. Counted session by session: joined, a log of millions may be read whole.
 */
export async function courseLineCounts(
  db: Db,
  courseId: string,
): Promise<Record<"courseRecords" | "sessionRecords", number>> {
  const { rows } = await sql<{ course: number; sessions: number }>`
    select (select count(*)::int from archive_log where about = ${courseId}) as course,
      (select coalesce(sum((select count(*) from archive_log where about = s.id)), 0)::int
        from session s where course_id = ${courseId} and status = 'closed') as sessions`.execute(db);
  return { courseRecords: rows[0]?.course ?? 0, sessionRecords: rows[0]?.sessions ?? 0 };
}

/** How many lines of each kind a session has: written when it closes, so that a line left out later is missed. */
export async function lineCounts(
  db: Db,
  sessionId: string,
): Promise<Record<"snapshots" | "gaps" | "marks" | "sessionMarks" | "plans", number>> {
  const { rows } = await sql<{ event: string; count: number }>`
    select line::jsonb ->> 'event' as event, count(*)::int as count
    from archive_log where about = ${sessionId} group by 1`.execute(db);
  const of = (event: string) => rows.find((row) => row.event === event)?.count ?? 0;
  return {
    snapshots: of("snapshot"),
    gaps: of("gap"),
    marks: of("mark"),
    sessionMarks: of("session-mark"),
    plans: of("plan"),
  };
}
