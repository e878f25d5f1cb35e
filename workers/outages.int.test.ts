import { chmod, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { drillAbsentee, drillEndsAt, drillTrainees } from "../fixtures/drill/drill-course.ts";
import { openDrillFaces } from "../fixtures/drill/drill-faces.ts";
import { sendPapers, sendTimetable } from "../fixtures/drill/drill-papers.ts";
import { drillSessions, session as drillSession } from "../fixtures/drill/drill-course.ts";
import { troublesOf } from "../fixtures/drill/integrity.ts";
import { openDrill, type Drill } from "../fixtures/drill/open-drill.ts";
import { walk } from "../fixtures/drill/walk.ts";
import { openAlarms } from "../db/queries/alarms.ts";
import { gapsOfSession, snapshotsOfRound } from "../db/queries/captures.ts";
import { roundsOfSession, type Round } from "../db/queries/rounds.ts";
import { sessionsOfCourse, type Session } from "../db/queries/sessions.ts";
import type { Course } from "../db/queries/courses.ts";
import { addPortrait, portraitsToJudge } from "../db/queries/people.ts";
import { enrolmentWords } from "../services/rollcall/enrolment.ts";
import type { TraineeId } from "../services/types.ts";
import { SisoError } from "../services/errors.ts";
import type { FacePack } from "../services/ports.ts";
import type { Context } from "./context.ts";
import { judgePortrait } from "./jobs/judge-portrait.ts";
import { captureRound } from "./jobs/capture-round.ts";
import { planSession } from "./jobs/plan-session.ts";

const minuteMs = 60_000;
let faces: FacePack;
let drill: Drill;
let ctx: Context;
let course: Course;
let first: Session;
let second: Session;

beforeAll(async () => {
  faces = await openDrillFaces();
});
afterAll(() => faces.close());
beforeEach(async () => {
  drill = await openDrill(faces);
  ctx = drill.ctx;
  course = await sendPapers(ctx);
  [first, second] = (await sessionsOfCourse(ctx.db, course.id)) as [Session, Session];
});
afterEach(() => drill.close());

/** The first session's rounds, planned, with the clock where the first of them is due. */
async function firstRound(): Promise<Round> {
  await walk(ctx, drill.clock, new Date(first.frame.startsAt.getTime() - 1));
  const [round] = (await roundsOfSession(ctx.db, first.id)) as [Round];
  drill.clock.advanceTo(round.dueAt);
  return round;
}

async function alarmCodes(): Promise<string[]> {
  return (await openAlarms(ctx.db)).map(({ code }) => code).toSorted();
}

function refuse(): Promise<never> {
  return Promise.reject(new SisoError("archive-full", { vi: "hết chỗ", en: "no room" }));
}

/** Outcomes by STT, session by session. */
async function outcomes(): Promise<Record<number, string[]>> {
  const { rows } = await sql<{ ordinal: number; outcomes: string[] }>`
    select e.ordinal, array_agg(m.outcome order by s.starts_at) as outcomes
    from session_mark m join roster_entry e on e.trainee_id = m.trainee_id join session s on s.id = m.session_id
    group by 1 order by 1`.execute(ctx.db);
  return Object.fromEntries(rows.map((row) => [row.ordinal, row.outcomes]));
}

describe("a full disk", () => {
  test("stops planning and says so, and planning goes on when there is room", async () => {
    const full = { ...ctx, minFreeBytes: Number.MAX_SAFE_INTEGER };
    await walk(full, drill.clock, new Date(first.frame.startsAt.getTime() - 60 * minuteMs));
    expect(await roundsOfSession(ctx.db, first.id)).toEqual([]);
    expect(await alarmCodes()).toEqual(["disk-low"]);
    drill.clock.advanceTo(new Date(first.frame.startsAt.getTime() + 30 * minuteMs));
    await planSession(ctx, first.id);
    const rounds = await roundsOfSession(ctx.db, first.id);
    expect(rounds.map(({ half }) => half).toSorted((a, b) => a - b)).toEqual([1, 2]);
    expect(rounds.every(({ dueAt }) => dueAt >= drill.clock.now())).toBe(true);
    expect(await alarmCodes()).toEqual([]);
  });

  test("in the middle of a round makes gaps, not a crash, and the round is drawn anew", async () => {
    const round = await firstRound();
    await captureRound({ ...ctx, archive: { ...ctx.archive, seal: refuse } }, round.id);
    const gaps = await gapsOfSession(ctx.db, first.id);
    expect(gaps.map(({ reason }) => reason)).toEqual(Array(4).fill("archive-full"));
    const after = await roundsOfSession(ctx.db, first.id);
    expect(after.find(({ id }) => id === round.id)?.status).toBe("failed");
    expect(after.filter(({ status }) => status === "due")).toHaveLength(2);
    await walk(ctx, drill.clock, drillEndsAt);
    expect(await troublesOf(ctx, course)).toEqual([]);
    expect((await outcomes())[1]).toEqual(["present", "present"]);
  });
});

describe("a missing camera", () => {
  test("makes nobody absent, be it one or all of them for a whole session", async () => {
    const [one, other] = drill.place.cameras.devices;
    if (!one || !other) throw new Error("two cameras are needed");
    one.faults.dead = true;
    await walk(ctx, drill.clock, new Date(first.frame.endsAt.getTime() + minuteMs));
    other.faults.dead = true;
    await walk(ctx, drill.clock, drillEndsAt);
    expect(await troublesOf(ctx, course)).toEqual([]);
    const said = await outcomes();
    for (let ordinal = 1; ordinal <= drillTrainees; ordinal += 1) {
      const seen = ordinal === drillAbsentee ? "absent" : "present";
      expect(said[ordinal]).toEqual([seen, "not-observable"]);
    }
    expect(await alarmCodes()).toContain("camera-down");
    expect(await alarmCodes()).toContain("session-short");
    const failed = await roundsOfSession(ctx.db, second.id);
    expect(failed.every(({ status }) => status === "failed")).toBe(true);
    expect(failed.length).toBeLessThan(60);
  });
});

describe("the service was down", () => {
  test("between two cameras, and long: the other camera's turn is over, and nobody is absent for it", async () => {
    const round = await firstRound();
    let asked = 0;
    const burst: Context["cameras"]["burst"] = async (camera, request) => {
      asked += 1;
      if (asked === 2) throw new Error("killed");
      return ctx.cameras.burst(camera, request);
    };
    await expect(captureRound({ ...ctx, cameras: { ...ctx.cameras, burst } }, round.id)).rejects.toThrow(
      "killed",
    );
    await expect.poll(async () => (await snapshotsOfRound(ctx.db, round.id)).length).toBe(2);
    drill.clock.advanceTo(first.frame.endsAt);
    await captureRound(ctx, round.id);
    const gaps = (await gapsOfSession(ctx.db, first.id)).filter(({ roundId }) => roundId === round.id);
    expect(gaps.map(({ reason }) => reason)).toEqual(["service-down", "service-down"]);
    await walk(ctx, drill.clock, drillEndsAt);
    expect(await troublesOf(ctx, course)).toEqual([]);
    expect((await outcomes())[1]).toEqual(["present", "present"]);
  });

  test("while two rounds came due: each gets a replacement of its own, apart from the other's", async () => {
    await firstRound();
    const rounds = await roundsOfSession(ctx.db, first.id);
    // Both due long ago, with most of the second half still to come.
    const at = new Date(first.frame.startsAt.getTime() + 115 * minuteMs);
    const early = new Date(first.frame.startsAt.getTime() + 10 * minuteMs);
    await ctx.db.updateTable("round").set({ dueAt: early }).where("sessionId", "=", first.id).execute();
    drill.clock.advanceTo(at);
    await Promise.all(rounds.map(({ id }) => captureRound(ctx, id)));
    const after = await roundsOfSession(ctx.db, first.id);
    expect(after.map(({ status }) => status).toSorted()).toEqual(["due", "due", "missed", "missed"]);
    const [a, b] = after.filter(({ status }) => status === "due") as [Round, Round];
    expect(Math.abs(a.dueAt.getTime() - b.dueAt.getTime())).toBeGreaterThanOrEqual(20 * minuteMs);
    for (const { dueAt } of [a, b]) expect(dueAt > at && dueAt < first.frame.endsAt).toBe(true);
  });
});

test("a picture altered in the archive is left out and told, the others decide", async () => {
  const round = await firstRound();
  await captureRound(ctx, round.id);
  const [victim] = await snapshotsOfRound(ctx.db, round.id);
  const dir = join(drill.place.folder, "data", "archive");
  const files = await readdir(dir, { recursive: true });
  const file = files.find((name) => victim && name.endsWith(victim.object.sha256));
  expect(file).toBeDefined();
  // Sealed files are read-only, which only root may ignore.
  await chmod(join(dir, file ?? ""), 0o600);
  await writeFile(join(dir, file ?? ""), "altered");
  await walk(ctx, drill.clock, drillEndsAt);
  const codes = await alarmCodes();
  // Nobody ever sat in the absentee's seat, which is told apart.
  expect(codes.filter((code) => code !== "seat-never-seen")).toEqual(["picture-unusable"]);
  expect((await troublesOf(ctx, course)).filter((trouble) => !trouble.includes("SisoError"))).toEqual([]);
  expect((await outcomes())[1]).toEqual(["present", "present"]);
});

test("a round rung for a little early waits for its instant, much too early it is left to the sweep", async () => {
  const round = await firstRound();
  const at = (beforeMs: number): Context => ({
    ...ctx,
    clock: {
      now: () => new Date(Math.max(round.dueAt.getTime() - beforeMs, ctx.clock.now().getTime() - beforeMs)),
      sleep: (ms) => ctx.clock.sleep(ms),
    },
  });
  await captureRound(at(60_000), round.id);
  expect(await snapshotsOfRound(ctx.db, round.id)).toEqual([]);
  await captureRound(at(1_500), round.id);
  const [picture] = await snapshotsOfRound(ctx.db, round.id);
  expect(picture && picture.takenAt >= round.dueAt).toBe(true);
});

test("a portrait that cannot be read is refused once, not tried for ever", async () => {
  const [trainee] = await ctx.db.selectFrom("trainee").select("id").execute();
  const object = await ctx.archive.seal(Buffer.from("not a picture"));
  const id = ctx.random.uuid();
  const row = { id, plainSha256: "00", source: "folder" as const, confirmedBy: "Lê Thị Trực" };
  const portrait = { ...row, traineeId: trainee?.id as TraineeId, receivedAt: ctx.clock.now() };
  await addPortrait(ctx.db, portrait, object, drillEndsAt);
  await judgePortrait(ctx, id);
  const { refusal } = await ctx.db
    .selectFrom("portrait")
    .select("refusal")
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  expect(refusal?.map((reason) => enrolmentWords(reason)?.en)).toEqual([
    "The portrait's file cannot be read. Send it again as JPEG or PNG.",
  ]);
  expect((await portraitsToJudge(ctx.db)).map((due) => due.id)).not.toContain(id);
});

test("a timetable that moves a session while it is being planned gets a plan for the new time", async () => {
  const [morning, afternoon] = drillSessions;
  const moved = [drillSession("2026-09-07", "afternoon", "14:00", 1), afternoon ?? morning];
  const freeBytes = async (): Promise<number> => {
    await sendTimetable(ctx, course, moved as typeof drillSessions);
    return ctx.archive.freeBytes();
  };
  await planSession({ ...ctx, archive: { ...ctx.archive, freeBytes } }, first.id);
  const rounds = await roundsOfSession(ctx.db, first.id);
  const startsAt = new Date("2026-09-07T14:00:00+07:00");
  expect(rounds).toHaveLength(2);
  for (const { dueAt } of rounds) expect(dueAt > startsAt).toBe(true);
  expect(await roundsOfSession(ctx.db, second.id)).toEqual([]);
});
