import type { FastifyPluginCallbackZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { openAlarms } from "../../db/queries/alarms.ts";
import { courseByCode, listCourses } from "../../db/queries/courses.ts";
import { sessionMarksOf } from "../../db/queries/marks.ts";
import { roundsOfSession, type Round } from "../../db/queries/rounds.ts";
import { findSession, sessionsOfCourse } from "../../db/queries/sessions.ts";
import { SisoError } from "../errors.ts";
import type { SessionId } from "../types.ts";
import type { ApiDependencies } from "./dependencies.ts";

const instant = z.iso.datetime();
const course = z.object({
  code: z.string(),
  name: z.string(),
  decisionNumber: z.string().nullable(),
  startsOn: z.string(),
  endsOn: z.string(),
});
const session = z.object({
  id: z.uuid(),
  day: z.string(),
  shift: z.enum(["morning", "afternoon", "evening"]),
  topic: z.string(),
  startsAt: instant,
  endsAt: instant,
  status: z.string(),
});
/** A round still to come shows neither time nor half: the plan is a secret until then (N14). */
const round = z.object({ status: z.string(), half: z.number().nullable(), takenAt: instant.nullable() });
const attendance = z.object({ traineeId: z.uuid(), outcome: z.string(), seating: z.string() });
const alarm = z.object({ code: z.string(), subject: z.string(), openedAt: instant });

/** Reading for the office's own programs; every route here needs the token. */
export const courseRoutes: FastifyPluginCallbackZod<{ deps: ApiDependencies }> = (app, { deps }, done) => {
  const { db } = deps;
  app.get("/api/courses", { schema: { response: { 200: z.array(course) } } }, () => listCourses(db));
  app.get(
    "/api/courses/:code/sessions",
    { schema: { params: z.object({ code: z.string() }), response: { 200: z.array(session) } } },
    async (request) => {
      const found = await courseByCode(db, request.params.code);
      if (found === null) throw unknownCourse(request.params.code);
      const rows = await sessionsOfCourse(db, found.id);
      return rows.map(({ frame, ...row }) => ({
        ...row,
        startsAt: frame.startsAt.toISOString(),
        endsAt: frame.endsAt.toISOString(),
      }));
    },
  );
  app.get(
    "/api/sessions/:id",
    {
      schema: {
        params: z.object({ id: z.uuid() }),
        response: { 200: session.extend({ rounds: z.array(round), attendance: z.array(attendance) }) },
      },
    },
    async (request) => {
      const id = request.params.id as SessionId;
      const found = await findSession(db, id);
      if (found === null) throw unknownSession();
      const { frame, ...row } = found;
      const rounds = await roundsOfSession(db, id);
      const startsAt = frame.startsAt.toISOString();
      const endsAt = frame.endsAt.toISOString();
      return {
        ...row,
        startsAt,
        endsAt,
        rounds: rounds.map(shown),
        attendance: await sessionMarksOf(db, id),
      };
    },
  );
  app.get("/api/alarms", { schema: { response: { 200: z.array(alarm) } } }, async () =>
    (await openAlarms(db)).map((row) => ({ ...row, openedAt: row.openedAt.toISOString() })),
  );
  done();
};

function shown({ status, half, capturedAt }: Round) {
  return { status, half: status === "due" ? null : half, takenAt: capturedAt?.toISOString() ?? null };
}

function unknownCourse(code: string): SisoError {
  return new SisoError("not-found", {
    vi: `Không có khóa học mang mã “${code}”.`,
    en: `There is no course with code "${code}".`,
  });
}

function unknownSession(): SisoError {
  return new SisoError("not-found", {
    vi: "Không có buổi học mang mã này.",
    en: "There is no session with this id.",
  });
}
