import { mkdir } from "node:fs/promises";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { drillContext } from "../fixtures/drill/drill-context.ts";
import { drillAbsentee, drillEndsAt, drillStartsAt, drillTrainees } from "../fixtures/drill/drill-course.ts";
import { openDrillFaces } from "../fixtures/drill/drill-faces.ts";
import { sendPapers } from "../fixtures/drill/drill-papers.ts";
import { openPlace, type DrillPlace } from "../fixtures/drill/drill-place.ts";
import { createFileClock, type FileClock } from "../fixtures/drill/file-clock.ts";
import { tableSums, troublesOf } from "../fixtures/drill/integrity.ts";
import { walk } from "../fixtures/drill/walk.ts";
import { createTestDatabase, type TestDatabase } from "../fixtures/servers/postgres.ts";
import type { Course } from "../db/queries/courses.ts";
import type { Context } from "./context.ts";
import { flow } from "./flow.ts";
import { planNight } from "./jobs/check-fixity.ts";
import { meetArchive } from "./keeping/meet-archive.ts";
import type { JobName } from "./queue.ts";

let database: TestDatabase;
let place: DrillPlace;
let clock: FileClock;
let ctx: Context;
let course: Course;
const ran: [JobName, string][] = [];
/** The drill has no mailbox and collects no faces; mail.int.test.ts and enrol.int.test.ts run these stages again. */
const withoutRows = new Set<string>(["end-collection", "read-mail", "send-mail"]);

beforeAll(async () => {
  database = await createTestDatabase();
  clock = createFileClock(`${await openFolder()}/clock`, drillStartsAt);
  const second = `${place.folder}/second`;
  await mkdir(second);
  place.env["SISO_ARCHIVE_SECOND"] = second;
  ctx = await drillContext(place, database.db, clock, await openDrillFaces());
  await meetArchive(ctx);
  await planNight(ctx);
  course = await sendPapers(ctx);
});
afterAll(async () => {
  await ctx.faces.close();
  await place.remove();
  await database.drop();
});

async function openFolder(): Promise<string> {
  place = await openPlace({ now: () => clock.now() });
  return place.folder;
}

test("every job run twice at once, and the course comes out whole and once", async () => {
  await walk(ctx, clock, drillEndsAt, async (_ctx, name, rowId) => {
    ran.push([name, rowId]);
    await Promise.all([flow[name].run(ctx, rowId), flow[name].run(ctx, rowId)]);
  });
  expect(await troublesOf(ctx, course)).toEqual([]);
  const named = Object.keys(flow).filter((name) => !withoutRows.has(name));
  expect(new Set(ran.map(([name]) => name))).toEqual(new Set(named));
  const { rows } = await sql<{ ordinal: number; outcomes: string[] }>`
    select e.ordinal, array_agg(m.outcome order by s.starts_at) as outcomes
    from session_mark m join roster_entry e on e.trainee_id = m.trainee_id join session s on s.id = m.session_id
    group by 1 order by 1`.execute(database.db);
  const truth = Array.from({ length: drillTrainees }, (_, i) => {
    const outcome = i + 1 === drillAbsentee ? "absent" : "present";
    return { ordinal: i + 1, outcomes: [outcome, outcome] };
  });
  expect(rows).toEqual(truth);
});

test("every job run again changes nothing", async () => {
  const before = await tableSums(database.db);
  for (const [name, rowId] of ran) await flow[name].run(ctx, rowId);
  expect(await tableSums(database.db)).toEqual(before);
});
