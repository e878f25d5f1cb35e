import { sql } from "kysely";
import { idsStartingWith } from "../db/queries/explain.ts";
import { traineesStartingWith } from "../db/queries/evidence-export.ts";
import { logProof } from "../db/queries/log-audit.ts";
import { searchPictures, type PictureQuery } from "../db/queries/search-archive.ts";
import type { Db } from "../db/client.ts";
import type { LocalDate } from "../services/types.ts";
import { inclusionProofs } from "../workers/archive-log/read-tree.ts";
import type { FilledDatabase } from "./archive-databases.ts";
import { quantile, rounded } from "./archive-figures.ts";
import { picturesPerSession } from "./archive-rows.ts";

export interface Times {
  p50Ms: number;
  p95Ms: number;
}

export interface SearchFigures {
  pictures: number;
  keys: number;
  /** As `./siso archive search` asks, ids typed by their first eight digits included; 50 pictures at most. */
  searches: Record<string, Times>;
  /** From a picture to the path from its line to the newest checkpoint. */
  proof: Times;
}

/** A key nobody asked for before, each time. */
export async function measureSearches(
  { pictures, db }: FilledDatabase,
  keys: number,
): Promise<SearchFigures> {
  const search = (query: Omit<PictureQuery, "limit">) => searchPictures(db, { ...query, limit: 50 });
  const held = (ask: (session: Held) => Promise<unknown>) => async () => {
    const session = await someSession(db, pictures);
    return () => ask(session);
  };
  const marked = (ask: (mark: Marked) => Promise<unknown>) => async () => {
    const mark = await someMark(db);
    return () => ask(mark);
  };
  const kinds = {
    course: held(({ courseCode }) => search({ courseCode })),
    room: held(({ room }) => search({ room })),
    camera: held(({ room }) => search({ room, camera: "C1" })),
    "camera code in every room": held(() => search({ camera: "C2" })),
    day: held(({ from, to }) => search({ from, to })),
    "room and day": held(({ room, from, to }) => search({ room, from, to })),
    "course and camera": held(({ courseCode }) => search({ courseCode, camera: "C2" })),
    session: held(async ({ id }) => search({ sessionId: await typed(db, id, "session") })),
    trainee: marked(async ({ traineeId }) => {
      const [found] = await traineesStartingWith(db, traineeId.slice(0, 8));
      return search({ traineeId: found?.id ?? "" });
    }),
    mark: marked(async ({ id }) => search({ markId: await typed(db, id, "mark") })),
  };
  const searches: Record<string, Times> = {};
  for (const [kind, prepare] of Object.entries(kinds)) searches[kind] = await timesOf(keys, prepare);
  return { pictures, keys, searches, proof: await timesOf(keys, () => proofOf(db, pictures)) };
}

async function timesOf(keys: number, prepare: () => Promise<() => Promise<unknown>>): Promise<Times> {
  const times: number[] = [];
  for (let n = 0; n < keys; n += 1) {
    const ask = await prepare();
    const startedAt = performance.now();
    const found = await ask();
    times.push(performance.now() - startedAt);
    if (Array.isArray(found) && found.length === 0)
      throw new Error("a search that finds nothing proves nothing");
  }
  return { p50Ms: rounded(quantile(times, 0.5)), p95Ms: rounded(quantile(times, 0.95)) };
}

async function proofOf(db: Db, pictures: number): Promise<() => Promise<unknown>> {
  const session = await idOf(db, "session", below(Math.floor(pictures / picturesPerSession)));
  const { rows } = await sql<{ id: string }>`
    select id::text as id from snapshot where session_id = ${session} offset ${below(picturesPerSession)} limit 1`.execute(
    db,
  );
  const id = rows[0]?.id ?? "";
  return async () => {
    const proof = await logProof(db, session, "snapshot", id);
    if (!proof?.checkpoint || proof.leafIndex === null) throw new Error(`there is no proof of ${id}`);
    return inclusionProofs(db, [proof.leafIndex], proof.checkpoint.size);
  };
}

async function typed(db: Db, id: string, kind: "session" | "mark"): Promise<string> {
  const found = await idsStartingWith(db, id.slice(0, 8), 50);
  return found.find((one) => one.kind === kind)?.id ?? "";
}

async function idOf(db: Db, kind: string, n: number): Promise<string> {
  const { rows } = await sql<{ id: string }>`select synthetic(${kind}, ${n}::bigint)::text as id`.execute(db);
  return rows[0]?.id ?? "";
}

interface Held {
  id: string;
  courseCode: string;
  room: string;
  from: LocalDate;
  to: LocalDate;
}

async function someSession(db: Db, pictures: number): Promise<Held> {
  const { rows } = await sql<Held>`
    select session.id::text as id, course.code as course_code, room.code as room, day as from, day as to
    from session join course on course.id = course_id join room on room.id = room_id
    where session.id = synthetic('session', ${below(Math.floor(pictures / picturesPerSession))}::bigint)`.execute(
    db,
  );
  return rows[0] as Held;
}

interface Marked {
  id: string;
  traineeId: string;
}

async function someMark(db: Db): Promise<Marked> {
  const { rows } = await sql<Marked>`
    select id::text as id, trainee_id::text as trainee_id from mark where id >= gen_random_uuid() order by mark.id limit 1`.execute(
    db,
  );
  return rows[0] ?? someMark(db);
}

function below(count: number): number {
  return Math.floor(Math.random() * count);
}
