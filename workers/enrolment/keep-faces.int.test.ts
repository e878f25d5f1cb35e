import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { drillPortrait } from "../../fixtures/drill/drill-cameras.ts";
import { drillCourse, drillTrainees } from "../../fixtures/drill/drill-course.ts";
import { readRoster, sendPapers, sendRoster } from "../../fixtures/drill/drill-papers.ts";
import { openDrill, type Drill } from "../../fixtures/drill/open-drill.ts";
import { inventPeople, seededRandom } from "../../fixtures/documents/people.ts";
import { collectionOf, dropKept, endCollection, type KeptPerson } from "../../db/queries/collections.ts";
import { everyTraineeUntil, rosterAt, type Course } from "../../db/queries/courses.ts";
import { consentWithdrawals } from "../../db/queries/consent.ts";
import { erasePerson, personKey, refusedBiometrics } from "../../db/queries/people.ts";
import { sessionsOfCourse } from "../../db/queries/sessions.ts";
import { enrol } from "../../services/cli/enrol/run-enrol.ts";
import { checkRoster } from "../../services/cli/import/check-roster.ts";
import { viewCourse } from "../../services/cli/import/course-view.ts";
import type { SessionId, TraineeId } from "../../services/types.ts";
import { saveKeptFaces } from "./keep-faces.ts";
import { keyOfPerson } from "../jobs/judge-portrait.ts";
import { personKeyContext } from "../jobs/templates.ts";
import { proposeForCourse, saveNames } from "./proposals.ts";

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
}, 300_000);
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
    quality: {
      widthPx: 64,
      sharpness: 300,
      brightness: 128,
      contrast: 40,
      yaw: 0,
      alignmentResidualPx: 2,
    },
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

it("enrols and proposes nobody who is erased at that very moment, and keeps nothing of theirs", async () => {
  const { ctx } = drill;
  const { db, clock } = ctx;
  const four = await trainee(4);
  // Declined once and for all, the key made before: what races is the destroying of it.
  const fresh = ctx.vault.seal(ctx.random.bytes(32), personKeyContext(four));
  await personKey(db, four, fresh);
  await save({ ...face(four), seatOwners: [{ traineeId: four, share: 0.2 }] });
  const { id } = await opened();
  const mine = (await kept()).at(-1) ?? "";
  let proposing = Promise.resolve<TraineeId[]>([]);
  let enrolling = Promise.resolve<Uint8Array | null>(null);
  await db.transaction().execute(async (trx) => {
    await erasePerson(trx, four, clock.now());
    proposing = db
      .transaction()
      .execute(async (own) => [...(await saveNames(own, id, course.id, new Map([[mine, four]])))]);
    enrolling = db.transaction().execute((own) => keyOfPerson(ctx, own, four));
    await waitingForLock(2);
  });
  expect(await proposing).toContain(four);
  expect(await enrolling).toBeNull();
  expect(await kept()).not.toContain(mine);
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

it("says in the preview whose portrait is left out, also of somebody who left the list and comes back", async () => {
  const { db, clock, institution } = drill.ctx;
  const portrait = { bytes: await drillPortrait(0, 240), mediaType: "image/jpeg" as const };
  const listed = drawn.trainees.map((person, at) => (at < 2 ? { ...person, portrait } : person));
  const view = await viewCourse(db, clock, institution, course.code, undefined);
  const file = await readRoster({ ...drawn, trainees: listed });
  const { problems } = await checkRoster(view, file, {}, clock.now());
  const name = drawn.trainees[0]!.fullName;
  expect(problems.map(({ severity, why }) => `${severity} ${why.en}`)).toEqual([
    `note The portrait of ${name} is not taken: the trainee declined biometrics.`,
  ]);
  const first = await trainee(1);
  await sendRoster(drill.ctx, course, { ...drawn, trainees: drawn.trainees.slice(1) });
  expect((await checkRoster(view, file, {}, clock.now())).problems).toEqual(problems);
  await sendRoster(drill.ctx, course, { ...drawn, trainees: listed });
  expect(await trainee(1)).toBe(first);
  const rows = await db.selectFrom("portrait").select("traineeId").execute();
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
  const byNumber = enrol(drill.ctx, "erase", [], typed({ trainee: "2", confirm: true, why: "đơn" }));
  await expect(byNumber).rejects.toThrow(name(left));
  await expect(byNumber).rejects.toThrow(name(came));
  await expect(enrol(drill.ctx, "erase", [], typed({ confirm: true, why: "đơn" }))).rejects.toThrow(
    "--trainee",
  );
  expect(await refusedBiometrics(drill.ctx.db, course.id)).not.toContain(came);
  expect((await enrol(drill.ctx, "erase", [], typed({ trainee: name(left), why: "đơn" }))).text).toMatch(
    /hồ sơ của khóa/,
  );
  await enrol(drill.ctx, "erase", [], typed({ trainee: name(left), confirm: true, why: "đơn" }));
  expect(await refusedBiometrics(drill.ctx.db, course.id)).toContain(left);
  expect(await consentWithdrawals(drill.ctx.db, left)).toMatchObject([{ madeBy: "Lê Thị Trực", why: "đơn" }]);
  const line = await drill.ctx.db.selectFrom("archiveLog").select("line").where("about", "=", left).execute();
  expect(line.map((one) => one.line).join("\n")).toMatch(/"detail":"[0-9a-f]{64}","event":"person-erased"/);
  expect(await refusedBiometrics(drill.ctx.db, course.id)).not.toContain(came);
  await enrol(drill.ctx, "collect", [], typed({ basis: "Thông báo 13/TB-HV" }));
  const { open } = await proposeForCourse(drill.ctx, course.id);
  expect(open.map(({ ordinal }) => ordinal)).toEqual([2, 3, 5, 6]);
});

/** Until the database says that somebody waits for a lock. */
async function waitingForLock(waiters = 1): Promise<void> {
  const waiting = sql<{ count: number }>`select count(*)::int as count from pg_locks where not granted`;
  await expect
    .poll(async () => (await waiting.execute(drill.ctx.db)).rows[0]?.count ?? 0)
    .toBeGreaterThanOrEqual(waiters);
}
