import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Client } from "pg";
import { sql } from "kysely";
import { createTestDatabase, type TestDatabase } from "../fixtures/servers/postgres.ts";
import { canonicalJson } from "../services/canonical-json.ts";
import { growingRoot } from "../services/evidence/growing-root.ts";
import { leafHash } from "../services/evidence/merkle.ts";
import type { LocalDate } from "../services/types.ts";
import { rowsAndLinesApart } from "../db/queries/log-audit.ts";
import { placedLines, treeSize } from "../db/queries/log-tree.ts";
import { searchPictures, type PictureQuery } from "../db/queries/search-archive.ts";
import { treeRoot } from "../workers/archive-log/read-tree.ts";
import { sequenceLog } from "../workers/archive-log/sequence-log.ts";
import { appendPictures } from "./archive-append.ts";
import { loadRows } from "./archive-rows.ts";

/** Three and a half sessions in every room. */
const pictures = 14_000;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const client = new Client({ connectionString: database.connectionString });
  await client.connect();
  await loadRows(client, database.db, pictures);
  await client.end();
});
afterAll(() => database.drop());

describe("synthetic pictures", () => {
  test("lines are canonical, the tree is the lines', and more is appended by the ordinary way", async () => {
    const { db } = database;
    const loaded = await treeSize(db);
    expect(loaded).toBeGreaterThanOrEqual(pictures);
    await appendPictures(db);
    const size = await sequenceLog(db);
    expect(size).toBeGreaterThan(loaded);
    const tree = growingRoot();
    const wrong: string[] = [];
    for (const { line, hash } of await placedLines(db, 0, size)) {
      tree.add(leafHash(line));
      if (canonicalJson(JSON.parse(line)) !== line || !hash.equals(leafHash(line))) wrong.push(line);
    }
    expect(wrong).toEqual([]);
    expect(await treeRoot(db, size)).toEqual(tree.root());
    // Marks were loaded without lines; of pictures every row has its line and every line its row.
    const apart = await rowsAndLinesApart(db, 1_000_000);
    expect(apart.filter(({ event }) => event === "snapshot")).toEqual([]);
  });
});

async function found(query: PictureQuery): Promise<string[]> {
  return (await searchPictures(database.db, query)).map(({ id }) => id);
}

/** What a search means, without any regard to speed. */
async function plainly(query: PictureQuery): Promise<string[]> {
  const { courseCode, room, camera, sessionId, traineeId, markId, from, to, limit } = query;
  const { rows } = await sql<{ id: string }>`
    select s.id from snapshot s join session on session.id = session_id join course on course.id = course_id
      join camera on camera.id = camera_id join room on room.id = camera.room_id
    where (${courseCode ?? null}::text is null or course.code = ${courseCode ?? null})
      and (${room ?? null}::text is null or ${room ?? null} in (room.code, room.name))
      and (${camera ?? null}::text is null or camera.code = ${camera ?? null})
      and (${sessionId ?? null}::uuid is null or session.id = ${sessionId ?? null})
      and (${traineeId ?? null}::uuid is null or round_id in (select round_id from mark where trainee_id = ${traineeId ?? null}))
      and (${markId ?? null}::uuid is null or round_id in (select round_id from mark where id = ${markId ?? null}))
      and (${from ?? null}::date is null or day >= ${from ?? null}) and (${to ?? null}::date is null or day <= ${to ?? null})
    order by taken_at desc, s.id limit ${limit}`.execute(database.db);
  return rows.map(({ id }) => id);
}

describe("a search by its indexes finds what a search through everything finds", () => {
  const [first, second] = ["2027-01-04", "2027-01-05"] as LocalDate[];
  const day = { from: second as LocalDate, to: second as LocalDate };
  const cases: [string, Omit<PictureQuery, "limit">][] = [
    ["everything", {}],
    ["a course", { courseCode: "K16" }],
    ["a room by its code", { room: "P16" }],
    ["a room by its name", { room: "Phòng 16" }],
    ["a camera of a room", { room: "P16", camera: "C2" }],
    ["a camera code everywhere", { camera: "C2" }],
    ["a day", day],
    ["days", { from: first as LocalDate, to: second as LocalDate }],
    ["since a day", { from: second as LocalDate }],
    ["until a day", { to: first as LocalDate }],
    ["a room on a day", { room: "P16", ...day }],
    ["a camera code on a day", { camera: "C1", ...day }],
    ["a course on a day", { courseCode: "K16", ...day }],
    ["a camera of a course", { courseCode: "K16", camera: "C1" }],
    ["a course in another's room", { courseCode: "K16", room: "P17" }],
    ["what is not there", { room: "P9999" }],
    ["a course that is not there", { courseCode: "K9999" }],
  ];

  test.each(cases)("%s", async (_, query) => {
    for (const limit of [3, 50])
      expect(await found({ ...query, limit })).toEqual(await plainly({ ...query, limit }));
  });

  test("a session, a mark, a trainee, and any of these narrowed", async () => {
    const { db } = database;
    const mark = await db
      .selectFrom("mark")
      .innerJoin("round", "round.id", "mark.roundId")
      .select(["mark.id", "traineeId", "sessionId"])
      .orderBy("mark.id")
      .executeTakeFirstOrThrow();
    const { traineeId, sessionId } = mark;
    const narrow: Omit<PictureQuery, "limit">[] = [{}, day, { camera: "C1" }, { courseCode: "K16" }];
    for (const query of [{ sessionId }, { traineeId }, { markId: mark.id }, { sessionId, traineeId }])
      for (const also of narrow) {
        const narrowed = { ...query, ...also, limit: 50 };
        expect(await found(narrowed)).toEqual(await plainly(narrowed));
      }
    expect(await found({ traineeId, limit: 50 })).not.toEqual([]);
  });
});
