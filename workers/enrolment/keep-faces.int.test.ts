import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { drillPortrait } from "../../fixtures/drill/drill-cameras.ts";
import { drillCourse, drillTrainees } from "../../fixtures/drill/drill-course.ts";
import { sendPapers, sendRoster } from "../../fixtures/drill/drill-papers.ts";
import { openDrill, type Drill } from "../../fixtures/drill/open-drill.ts";
import { inventPeople, seededRandom } from "../../fixtures/documents/people.ts";
import { collectionOf, dropKept, endCollection, type KeptPerson } from "../../db/queries/collections.ts";
import { everyTraineeUntil, rosterAt, type Course } from "../../db/queries/courses.ts";
import { erasePerson, refusedBiometrics } from "../../db/queries/people.ts";
import { sessionsOfCourse } from "../../db/queries/sessions.ts";
import { enrol } from "../../services/cli/enrol/run-enrol.ts";
import type { SessionId, TraineeId } from "../../services/types.ts";
import { saveKeptFaces } from "./keep-faces.ts";
import { proposeForCourse } from "./proposals.ts";

/** One course told in order: the tests build on one another. */
let drill: Drill;
let course: Course;
let sessionId: SessionId;
const drawn = drillCourse();

const typed = (more: object = {}) => ({ course: course.code, by: "Lê Thị Trực", ...more });

beforeAll(async () => {
  drill = await openDrill();
  course = await sendPapers(drill.ctx, drawn, undefined, "without-portraits");
  sessionId = (await sessionsOfCourse(drill.ctx.db, course.id))[0]!.id;
  await enrol(drill.ctx, "collect", [], typed({ basis: "Thông báo 12/TB-HV", sessions: "2" }));
}, 60_000);
afterAll(() => drill?.close());

function face(traineeId: TraineeId): KeptPerson {
  return {
    id: drill.ctx.random.uuid(),
    sessionId,
    packId: drill.ctx.faces.id,
    vectorSealed: new Uint8Array(8),
    effectivePx: 60,
    rounds: 3,
    seatOwners: [{ traineeId, share: 0.9 }],
    evidence: [],
    quality: { yaw: 0, pitch: 0, roll: 0 } as unknown as KeptPerson["quality"],
  };
}

async function save(...people: KeptPerson[]): Promise<void> {
  const { db, clock } = drill.ctx;
  const { id } = await opened();
  await db.transaction().execute((trx) => saveKeptFaces(trx, { collectionId: id, people }, clock.now()));
}

async function opened() {
  return (await collectionOf(drill.ctx.db, course.id))!;
}

const kept = async () =>
  (await drill.ctx.db.selectFrom("keptPerson").select("id").execute()).map(({ id }) => id);

async function trainee(ordinal: number): Promise<TraineeId> {
  const roster = await rosterAt(drill.ctx.db, course.id, drill.clock.now());
  return roster!.trainees.find((each) => each.ordinal === ordinal)!.id;
}

it("keeps nothing of a person erased while the session closed", async () => {
  const { db, clock } = drill.ctx;
  const [one, two] = [await trainee(1), await trainee(3)];
  const [erased, other] = [face(one), face(two)];
  const { id } = await opened();
  let saving = Promise.resolve();
  await db.transaction().execute(async (trx) => {
    await erasePerson(trx, one, clock.now());
    saving = db
      .transaction()
      .execute((own) => saveKeptFaces(own, { collectionId: id, people: [erased, other] }, clock.now()));
    await waitingForLock();
  });
  await saving;
  expect(await kept()).toEqual([other.id]);
});

it("does not go beyond the sessions promised, though what was kept is confirmed and deleted", async () => {
  await dropKept(drill.ctx.db, await kept());
  const second = face(await trainee(3));
  await save(second);
  expect((await opened()).sessionsKept).toBe(2);
  await dropKept(drill.ctx.db, [second.id]);
  await save(face(await trainee(3)));
  expect(await kept()).toEqual([]);
  expect((await proposeForCourse(drill.ctx, course.id)).sessions).toBe(2);
});

it("keeps nothing when the collection ends while the session closes", async () => {
  const { db, clock } = drill.ctx;
  const { id } = await opened();
  await db.updateTable("faceCollection").set({ sessionsKept: 0 }).execute();
  const person = face(await trainee(3));
  let saving = Promise.resolve();
  await db.transaction().execute(async (trx) => {
    await endCollection(trx, id, clock.now(), "now");
    saving = db
      .transaction()
      .execute((own) => saveKeptFaces(own, { collectionId: id, people: [person] }, clock.now()));
    await waitingForLock();
  });
  await saving;
  expect(await kept()).toEqual([]);
});

it("never takes a declined person's new portrait from a roster that comes again", async () => {
  const portrait = { bytes: await drillPortrait(0, 240), mediaType: "image/jpeg" as const };
  const listed = drawn.trainees.map((person, at) => (at < 2 ? { ...person, portrait } : person));
  await sendRoster(drill.ctx, course, { ...drawn, trainees: listed });
  const rows = await drill.ctx.db.selectFrom("portrait").select("traineeId").execute();
  expect(rows).toEqual([{ traineeId: await trainee(2) }]);
});

it("refuses to erase by a number two people had, names both, and proposes nobody who left", async () => {
  const left = await trainee(2);
  const [stranger] = inventPeople(seededRandom(99), drillTrainees + 1).slice(-1);
  const listed = drawn.trainees.map((person, at) => (at === 1 ? stranger! : person));
  await sendRoster(drill.ctx, course, { ...drawn, trainees: listed });
  const came = await trainee(2);
  expect(came).not.toBe(left);
  const everybody = await everyTraineeUntil(drill.ctx.db, course.id, drill.clock.now());
  const name = (id: TraineeId) => everybody.find((each) => each.id === id)!.fullName;
  const byNumber = enrol(drill.ctx, "erase", [], typed({ trainee: "2", confirm: true }));
  await expect(byNumber).rejects.toThrow(name(left));
  await expect(byNumber).rejects.toThrow(name(came));
  await expect(enrol(drill.ctx, "erase", [], typed({ confirm: true }))).rejects.toThrow("--trainee");
  expect(await refusedBiometrics(drill.ctx.db, course.id)).toEqual([await trainee(1)]);
  expect((await enrol(drill.ctx, "erase", [], typed({ trainee: name(left) }))).text).toMatch(
    /hồ sơ của khóa/,
  );
  await enrol(drill.ctx, "erase", [], typed({ trainee: name(left), confirm: true }));
  expect(await refusedBiometrics(drill.ctx.db, course.id)).toContain(left);
  expect(await refusedBiometrics(drill.ctx.db, course.id)).not.toContain(came);
  await enrol(drill.ctx, "collect", [], typed({ basis: "Thông báo 13/TB-HV" }));
  const { open } = await proposeForCourse(drill.ctx, course.id);
  expect(open.map(({ ordinal }) => ordinal)).toEqual([2, 3, 4, 5, 6]);
});

/** Until the database says that somebody waits for a lock. */
async function waitingForLock(): Promise<void> {
  const waiting = sql<{ count: number }>`select count(*)::int as count from pg_locks where not granted`;
  await expect.poll(async () => (await waiting.execute(drill.ctx.db)).rows[0]?.count ?? 0).toBeGreaterThan(0);
}
