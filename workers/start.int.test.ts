import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { DateTime } from "luxon";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWith } from "../fixtures/describe-with.ts";
import { drillContext } from "../fixtures/drill/drill-context.ts";
import { drillAbsentee, drillCourseOn, drillZone } from "../fixtures/drill/drill-course.ts";
import { sendPapers } from "../fixtures/drill/drill-papers.ts";
import { openPlace, type DrillPlace } from "../fixtures/drill/drill-place.ts";
import { troublesOf } from "../fixtures/drill/integrity.ts";
import { startService, type ServiceProcess } from "../fixtures/drill/service-process.ts";
import { createTestDatabase, type TestDatabase } from "../fixtures/servers/postgres.ts";
import { startRedis, type TestRedis } from "../fixtures/servers/redis.ts";
import type { Course } from "../db/queries/courses.ts";
import { roundsOfSession } from "../db/queries/rounds.ts";
import { rescheduleSession, sessionsOfCourse } from "../db/queries/sessions.ts";
import type { Context } from "./context.ts";
import { systemClock } from "./system.ts";

/** Under way for this long when the service is started, and this long still to go. */
const begunMs = 20_000;
const leftMs = 30_000;

describeWith(["redis-server"], "the service on its servers, api and workers apart, by the real clock", () => {
  let database: TestDatabase;
  let redis: TestRedis;
  let place: DrillPlace;
  let env: Record<string, string>;
  let ctx: Context;
  let course: Course;
  const token = randomBytes(32).toString("hex");
  const running: ServiceProcess[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    redis = await startRedis();
    const rules = { periodMinutes: 1, periodsPerSession: 2, breakMinutes: 0 };
    const soon = { minRoundSpacingMinutes: 0, edgeMarginMinutes: 0, breakMarginMinutes: 0 };
    place = await openPlace({
      now: () => new Date(),
      occupied: () => true,
      viewsFrom: new Date(Date.now() - 24 * 60 * 60_000),
      rules: { ...rules, ...soon },
    });
    const tokenFile = `${place.folder}/keys/api-token`;
    await writeFile(tokenFile, token);
    env = {
      ...place.env,
      SISO_DATABASE_URL: database.connectionString,
      SISO_REDIS_URL: redis.url,
      SISO_API_HOST: "127.0.0.1",
      SISO_API_PORT: "0",
      SISO_API_TOKEN_FILE: tokenFile,
      SISO_LOG_LEVEL: "debug",
    };
    ctx = await drillContext(place, database.db, systemClock);
  });

  afterAll(async () => {
    for (const service of running) service.signal("SIGKILL");
    await Promise.all(running.map(({ exited }) => exited));
    await redis.stop();
    await place.remove();
    await database.drop();
  });

  const start = (part: "api" | "workers"): ServiceProcess => {
    const service = startService(["--only", part], env);
    running.push(service);
    return service;
  };

  test("they are started with every variable docker-compose.yml sets", async () => {
    const compose = await readFile(new URL("../docker-compose.yml", import.meta.url), "utf8");
    const names = [...compose.matchAll(/^ {4}(SISO_\w+):/gm)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(4);
    expect(Object.keys(env)).toEqual(expect.arrayContaining(names));
  });

  test("a session under way is planned for what is left of it and goes through to its report", async () => {
    const startsAt = new Date(Date.now() - begunMs);
    const endsAt = new Date(startsAt.getTime() + begunMs + leftMs);
    course = await papersOfASession(ctx, startsAt, endsAt);

    const workers = start("workers");
    await workers.line(({ job, msg }) => job === "recognise-round" && msg === "job started");
    workers.signal("SIGTERM");
    expect(await workers.exited).toBe(0);
    const [session] = await sessionsOfCourse(ctx.db, course.id);
    const rounds = session ? await roundsOfSession(ctx.db, session.id) : [];
    expect(rounds.filter(({ status }) => status === "recognised").length).toBeGreaterThanOrEqual(1);
    expect(rounds.filter(({ dueAt }) => dueAt < startsAt)).toEqual([]);

    const again = start("workers");
    await expect.poll(() => troublesOf(ctx, course), { timeout: leftMs + 90_000, interval: 500 }).toEqual([]);
    expect(await presentOrdinals(ctx)).toEqual([1, 2, 3, 4, 5].filter((n) => n !== drillAbsentee));
    again.signal("SIGTERM");
    expect(await again.exited).toBe(0);
  });

  test("the api answers its probes to everybody and about people to nobody without the token", async () => {
    const api = start("api");
    const { address } = await api.line((line) => typeof line["address"] === "string");
    const get = (path: string, headers = {}) => fetch(`${String(address)}${path}`, { headers });
    expect(await (await get("/healthz")).json()).toEqual({ status: "ok" });
    expect(await (await get("/readyz")).json()).toMatchObject({ ready: true });
    expect(await (await get("/metrics")).text()).toMatch(/^siso_rounds\{status="recognised"\} 2$/m);
    expect(await (await get("/openapi.json")).json()).toMatchObject({ openapi: "3.1.0" });
    expect((await get("/api/courses")).status).toBe(401);
    expect((await get("/api/courses", { authorization: `Bearer ${token.slice(1)}x` })).status).toBe(401);
    const answer = await get("/api/courses", { authorization: `Bearer ${token}` });
    expect(await answer.json()).toMatchObject([{ code: "DT-K1" }]);
    await redis.kill();
    const notReady = await get("/readyz");
    expect([notReady.status, await notReady.json()]).toEqual([
      503,
      { ready: false, checks: { database: true, queue: false } },
    ]);
    await redis.restart();
    await expect.poll(async () => (await get("/readyz")).status, { timeout: 20_000 }).toBe(200);
    api.signal("SIGTERM");
    expect(await api.exited).toBe(0);
  });
});

async function presentOrdinals(ctx: Context): Promise<number[]> {
  const rows = await ctx.db
    .selectFrom("sessionMark")
    .innerJoin("rosterEntry", "rosterEntry.traineeId", "sessionMark.traineeId")
    .select("ordinal")
    .where("outcome", "=", "present")
    .orderBy("ordinal")
    .execute();
  return rows.map(({ ordinal }) => ordinal);
}

/** A course whose one session lies around the present instant; its report is due when the session ends. */
async function papersOfASession(ctx: Context, startsAt: Date, endsAt: Date): Promise<Course> {
  const drawn = drillCourseOn(DateTime.fromJSDate(startsAt, { zone: drillZone }));
  const course = await sendPapers(ctx, drawn, [{ kind: "final", startsAt: endsAt }]);
  const [session] = await sessionsOfCourse(ctx.db, course.id);
  if (!session) throw new Error("the timetable's session is not there");
  const middle = new Date((startsAt.getTime() + endsAt.getTime()) / 2);
  const periods = [
    { startsAt, endsAt: middle },
    { startsAt: middle, endsAt },
  ];
  const version = await ctx.db.selectFrom("timetableVersion").select("id").executeTakeFirstOrThrow();
  const { day, shift, roomId, topic, lecturer } = session;
  await rescheduleSession(
    ctx.db,
    session.id,
    {
      day,
      shift,
      roomId,
      topic,
      lecturer,
      timetableVersionId: version.id,
      frame: { startsAt, endsAt, periods, break: null },
      preflightAt: startsAt,
    },
    ctx.clock.now(),
  );
  // The roster and the chart came while the session was under way, and are in force for it.
  for (const table of ["rosterVersion", "chartVersion"] as const)
    await ctx.db.updateTable(table).set({ effectiveAt: startsAt }).execute();
  return course;
}
