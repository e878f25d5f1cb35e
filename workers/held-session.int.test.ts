import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { drillAbsentee } from "../fixtures/drill/drill-course.ts";
import { openDrillFaces } from "../fixtures/drill/drill-faces.ts";
import { sendPapers } from "../fixtures/drill/drill-papers.ts";
import { openDrill, type Drill } from "../fixtures/drill/open-drill.ts";
import { walk } from "../fixtures/drill/walk.ts";
import { rosterAt, type Course } from "../db/queries/courses.ts";
import { marksOfRound, sessionMarksOf, strangersOfRound } from "../db/queries/marks.ts";
import { roundsOfSession } from "../db/queries/rounds.ts";
import { sessionsOfCourse, type Session } from "../db/queries/sessions.ts";
import { markText } from "../services/cli/explain/mark-text.ts";
import { loadMark } from "../services/cli/explain/load-story.ts";
import type { FacePack } from "../services/ports.ts";
import type { TraineeId } from "../services/types.ts";

/** STT: enrolled between the rounds and the closing; of another course; at the front; and the one who never comes. */
const enrolledLate = 1;
const ofAnotherCourse = 5;
const atTheFront = 4;

let faces: FacePack;
let drill: Drill;
let course: Course;
let session: Session;
const people = new Map<number, TraineeId>();

beforeAll(async () => {
  faces = await openDrillFaces();
  drill = await openDrill(faces);
  const { ctx, clock } = drill;
  course = await sendPapers(ctx);
  [session] = (await sessionsOfCourse(ctx.db, course.id)) as [Session];
  await walk(ctx, clock, new Date(session.preflightAt.getTime() - 60_000));
  const roster = await rosterAt(ctx.db, course.id, ctx.clock.now());
  for (const { ordinal, id } of roster?.trainees ?? []) people.set(ordinal, id);
  await moveToAnotherCourse(idOf(ofAnotherCourse));
  await takeOffTheList(idOf(atTheFront));
  const late = await sql`delete from template where trainee_id = ${idOf(enrolledLate)} returning *`.execute(
    ctx.db,
  );
  await walk(ctx, clock, new Date(session.frame.endsAt.getTime() - 60_000));
  await ctx.db
    .insertInto("template")
    .values(late.rows as never)
    .execute();
});
afterAll(async () => {
  await drill.close();
  await faces.close();
});

function idOf(ordinal: number): TraineeId {
  return people.get(ordinal) as TraineeId;
}

/** Their own course has a session at the same time; here they are nobody. */
async function moveToAnotherCourse(id: TraineeId): Promise<void> {
  const { db } = drill.ctx;
  await removeFromPapers(id);
  await sql`insert into course select (jsonb_populate_record(course, '{"id": "00000000-0000-4000-8000-000000000002", "code": "DT-K2"}')).*
    from course where id = ${course.id}`.execute(db);
  await sql`update trainee set course_id = '00000000-0000-4000-8000-000000000002' where id = ${id}`.execute(
    db,
  );
  await sql`insert into session select (jsonb_populate_record(session, '{"id": "00000000-0000-4000-8000-000000000003",
    "course_id": "00000000-0000-4000-8000-000000000002", "status": "closed"}')).* from session where id = ${session.id}`.execute(
    db,
  );
}

/** A lecturer: on no list, in the area at the front. */
async function takeOffTheList(id: TraineeId): Promise<void> {
  const { db } = drill.ctx;
  await removeFromPapers(id);
  await sql`delete from template where trainee_id = ${id}`.execute(db);
  const { rows } = await sql<{ id: string; x: number; y: number }>`
    select v.id, (s ->> 'x')::float as x, (s ->> 'y')::float as y
    from camera_view v, jsonb_array_elements(marked_seats) s where s ->> 'row' = '2' and s ->> 'column' = '1'`.execute(
    db,
  );
  for (const { id: view, x, y } of rows) {
    const zone = [
      [-60, -70],
      [60, -70],
      [60, 70],
      [-60, 70],
    ].map(([dx = 0, dy = 0]) => ({ x: x + dx, y: y + dy }));
    await sql`update camera_view set front_zone = ${JSON.stringify(zone)}::jsonb where id = ${view}`.execute(
      db,
    );
  }
}

async function removeFromPapers(id: TraineeId): Promise<void> {
  const { db } = drill.ctx;
  await sql`delete from roster_entry where trainee_id = ${id}`.execute(db);
  await sql`update chart_seat set trainee_id = null where trainee_id = ${id}`.execute(db);
}

async function valid() {
  return (await roundsOfSession(drill.ctx.db, session.id)).filter(({ status }) => status === "recognised");
}

test("a face of another course and one at the front are known for what they are, and kept with the round", async () => {
  const rounds = await valid();
  expect(rounds).toHaveLength(2);
  for (const { id } of rounds) {
    const strangers = await strangersOfRound(drill.ctx.db, id);
    // The trainee nobody has enrolled yet sits in the own seat and is no stranger: the mark shows that face.
    expect(strangers.map(({ kind }) => kind).toSorted()).toEqual(["front-zone", "other-course"]);
    expect(strangers.find(({ kind }) => kind === "other-course")?.identity).toMatchObject({
      traineeId: idOf(ofAnotherCourse),
      courseId: "00000000-0000-4000-8000-000000000002",
    });
  }
});

test("the tables refuse a face, or numbers of one, of another pack than looked at the picture", async () => {
  const { db } = drill.ctx;
  await sql`insert into model_pack (id) values ('other-1')`.execute(db);
  await expect(sql`update face set pack_id = 'other-1'`.execute(db)).rejects.toThrow(
    /violates foreign key constraint "probe_embedding_face_id_pack_id_fkey"/,
  );
  await expect(sql`update probe_embedding set pack_id = 'other-1'`.execute(db)).rejects.toThrow(
    /probe_embedding_face_id_pack_id_fkey/,
  );
  await expect(sql`update template set pack_id = 'unheard-of'`.execute(db)).rejects.toThrow(
    /template_pack_id_fkey/,
  );
});

test("who is absent, and who cannot be compared, is shown with the place that was looked at", async () => {
  const [first] = await valid();
  const marks = await marksOfRound(drill.ctx.db, first?.id as never);
  const absent = marks.find(({ traineeId }) => traineeId === idOf(drillAbsentee));
  expect(absent?.outcome).toBe("absent");
  expect(absent?.evidence.map(({ shows }) => shows)).toEqual(Array.from({ length: 4 }, () => "seat"));
  const text = markText(await loadMark(drill.ctx.db, absent?.id as never));
  for (const words of [
    "Chỗ ngồi trống trong mọi ảnh",
    "camera P101-C1",
    "camera P101-C2",
    "khung · box x y rộng cao",
    "khả năng có người ngồi · probability taken",
    "chỗ ngồi của học viên · the trainee's seat",
    "rules version 1",
  ]) {
    expect(text).toContain(words);
  }
  const unknown = marks.find(({ traineeId }) => traineeId === idOf(enrolledLate));
  expect([unknown?.outcome, unknown?.reasons[0]?.code]).toEqual(["not-observable", "no-template"]);
  expect(unknown?.evidence[0]).toMatchObject({ shows: "sitter", similarity: null });
});

test("the closing decides all rounds together with who is enrolled by then: a new run, counted, and the embeddings go", async () => {
  const { ctx, clock } = drill;
  await walk(ctx, clock, new Date(session.frame.endsAt.getTime() + 60_000));
  for (const { id } of await valid()) {
    const { rows } = await sql<{ run: number; ordinal: number; outcome: string }>`
      select m.run, m.outcome, e.ordinal from mark m left join roster_entry e on e.trainee_id = m.trainee_id
      where m.round_id = ${id} and (m.run = 2 or e.ordinal = ${enrolledLate}) order by 1, 3`.execute(ctx.db);
    expect(rows.map(({ run, ordinal, outcome }) => `${run} ${ordinal} ${outcome}`)).toEqual([
      "1 1 not-observable",
      "2 1 present",
      "2 2 present",
      "2 3 present",
      `2 ${drillAbsentee} absent`,
    ]);
    expect(await strangersOfRound(ctx.db, id)).toHaveLength(2);
  }
  const outcomes = await sessionMarksOf(ctx.db, session.id);
  const late = outcomes.find(({ traineeId }) => traineeId === idOf(enrolledLate));
  expect(late).toMatchObject({ outcome: "present", seating: "own-seat" });
  expect(late?.markIds).toHaveLength(2);
  expect(await ctx.db.selectFrom("probeEmbedding").selectAll().execute()).toEqual([]);
});
