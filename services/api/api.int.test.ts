import { randomBytes, randomUUID } from "node:crypto";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sendPapers } from "../../fixtures/drill/drill-papers.ts";
import { openDrill, type Drill } from "../../fixtures/drill/open-drill.ts";
import { roundsOfSession, type Round } from "../../db/queries/rounds.ts";
import { sessionsOfCourse, type Session } from "../../db/queries/sessions.ts";
import { captureRound } from "../../workers/jobs/capture-round.ts";
import { planSession } from "../../workers/jobs/plan-session.ts";
import type { ApiDependencies } from "./dependencies.ts";
import { buildApi, type Api } from "./server.ts";

const token = randomBytes(32).toString("hex");
let drill: Drill;
let api: Api;
let session: Session;
let queueAnswers = true;

beforeAll(async () => {
  drill = await openDrill();
  const course = await sendPapers(drill.ctx);
  [session] = (await sessionsOfCourse(drill.ctx.db, course.id)) as [Session];
  api = await buildApi(dependencies());
});
afterAll(async () => {
  await api.close();
  await drill.close();
});

function dependencies(): ApiDependencies {
  const { db } = drill.ctx;
  const log = pino({ level: "silent" });
  return { db, log, token, queueReady: () => Promise.resolve(queueAnswers) };
}

async function get(url: string, given: string | null = token) {
  const headers = given === null ? {} : { authorization: `Bearer ${given}` };
  const answer = await api.inject({ url, headers });
  return { status: answer.statusCode, body: answer.body, json: () => answer.json<unknown>() };
}

test("a round's time and half are not shown, anywhere, before it was taken", async () => {
  await planSession(drill.ctx, session.id);
  const [first, second] = (await roundsOfSession(drill.ctx.db, session.id)) as [Round, Round];
  const path = `/api/sessions/${session.id}`;
  const secret = { status: "due", half: null, takenAt: null };
  expect((await get(path)).json()).toMatchObject({ status: "scheduled", rounds: [secret, secret] });

  drill.clock.advanceTo(first.dueAt);
  await captureRound(drill.ctx, first.id);
  const { capturedAt } = (await roundsOfSession(drill.ctx.db, session.id))[0] as Round;
  const taken = { status: "captured", half: 1, takenAt: capturedAt?.toISOString() };
  expect((await get(path)).json()).toMatchObject({ rounds: [taken, secret] });

  const urls = ["/healthz", "/readyz", "/metrics", "/openapi.json", "/api/courses", "/api/alarms", path];
  const answers = await Promise.all([...urls, "/api/courses/DT-K1/sessions"].map((url) => get(url)));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  const toTheMinute = second.dueAt.toISOString().slice(0, 16);
  for (const { body } of answers) {
    expect(body).not.toContain(toTheMinute);
    expect(body).not.toContain(String(second.dueAt.getTime()).slice(0, 8));
    expect(body).not.toContain(second.id);
  }
});

test("no route under /api answers without the right token, and none at all when there is no token", async () => {
  const { paths } = (await get("/openapi.json")).json() as { paths: Record<string, unknown> };
  const routes = Object.keys(paths).filter((path) => path.startsWith("/api/"));
  expect(routes.length).toBeGreaterThan(3);
  const closed = await buildApi({ ...dependencies(), token: null });
  for (const route of routes) {
    const url = route.replace(/\{\w+\}/, session.id);
    expect((await get(url, null)).status).toBe(401);
    expect((await get(url, token.slice(0, -1))).status).toBe(401);
    expect((await get(url, "")).status).toBe(401);
    expect((await closed.inject({ url, headers: { authorization: "Bearer null" } })).statusCode).toBe(401);
  }
  await closed.close();
});

test("what is not there is 404, what is not asked rightly 400, in both languages", async () => {
  const words = { vi: expect.any(String), en: expect.any(String) };
  const missing = await Promise.all(
    [`/api/sessions/${randomUUID()}`, "/api/courses/KHONG-CO/sessions", "/nothing"].map((url) => get(url)),
  );
  for (const { status, json } of missing) {
    expect(status).toBe(404);
    expect(json()).toMatchObject({ code: "not-found", ...words });
  }
  const wrong = await get("/api/sessions/1");
  expect(wrong.status).toBe(400);
  expect(wrong.json()).toMatchObject({ code: "request-invalid", ...words });
});

test("it is ready only while the database and the queue answer", async () => {
  expect((await get("/readyz", null)).status).toBe(200);
  queueAnswers = false;
  const answer = await get("/readyz", null);
  queueAnswers = true;
  expect(answer.status).toBe(503);
  expect(answer.json()).toEqual({ ready: false, checks: { database: true, queue: false } });
  expect((await get("/metrics", null)).body).toMatch(/^siso_rounds\{status="due"\} 1$/m);
});
