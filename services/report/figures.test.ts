import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildFigures } from "./figures.ts";
import type { ReportFigures } from "./figures.ts";
import { recount } from "./recount.ts";
import { sampleCourse } from "./sample-course.test-kit.ts";

const course = sampleCourse({ trainees: 40, sessions: 12, seed: 4, failing: 0.15 });
const figures = buildFigures(course.input);

describe("report figures", () => {
  it("N17: every row adds up to the sessions held, every session to its roster", () => {
    for (const { totals } of figures.trainees) {
      expect(
        totals.present + totals.excused + totals.unexcused + totals.notObservable + totals.toReview,
      ).toBe(11);
    }
    for (const { totals, held } of figures.sessions) expect(totals.sessionsHeld).toBe(held ? 40 : 0);
    expect(figures.totals.attendance.sessionsHeld).toBe(440);
    expect(figures.totals).toMatchObject({ sessionsHeld: 11, sessionsCancelled: 1 });
  });

  it("shows shortfalls, gaps, pictures and edits", () => {
    const short = figures.sessions.filter((session) => session.short);
    expect(short.length).toBe(figures.totals.sessionsShort);
    expect(short.length).toBeGreaterThan(0);
    for (const session of short) {
      expect(session.gaps.length).toBeGreaterThan(0);
      expect(session.totals.unexcused).toBe(0);
    }
    expect(figures.totals.picturesMissing).toBeGreaterThan(0);
    expect(figures.edits.sessionOutcomes).toBeGreaterThan(0);
    expect(figures.policies).toEqual([{ ruleVersion: "QT-2026.1", minSightings: 1, roundsPerSession: 2 }]);
  });

  it("freezes at the data cut", () => {
    const third = course.input.sessions[2]?.endsAt ?? new Date(0);
    const early = buildFigures({ ...course.input, dataCutAt: third });
    expect(early.sessions.map(({ sessionId }) => sessionId)).toEqual(["s1", "s2", "s3"]);
    const before = buildFigures({ ...course.input, dataCutAt: new Date(third.getTime() - 1) });
    expect(before.sessions).toHaveLength(2);
    expect(recount(early, course.raw)).toEqual([]);
  });

  it("names who may sit where no camera looks, while a session still waits for a person for it", () => {
    const open = course.input.sessions.flatMap(({ sessionId, held, attendance }) =>
      attendance.trainees
        .filter(({ outcome }) => held && outcome === "review")
        .map(({ traineeId }) => ({ sessionId, traineeId })),
    );
    const [first] = open;
    if (first === undefined) throw new Error("nobody is to review in the sample");
    const own = open.filter(({ traineeId }) => traineeId === first.traineeId);
    const settled = course.input.sessions.find(({ attendance }) =>
      attendance.trainees.some((one) => one.traineeId === first.traineeId && one.outcome !== "review"),
    );
    const doubts = own.map((one, index) => ({ ...one, sessions: 2 + index }));
    const seen = { sessionId: settled!.sessionId, traineeId: first.traineeId, sessions: 9 };
    const { neverSeen } = buildFigures({ ...course.input, neverSeen: [...doubts, seen] });
    expect(neverSeen).toMatchObject([
      { traineeId: first.traineeId, sessions: 2 + own.length, open: own.length },
    ]);
    expect(buildFigures({ ...course.input, neverSeen: [seen] }).neverSeen).toEqual([]);
    expect(figures.neverSeen).toEqual([]);
  });

  it("keeps a trainee without sessions in the list", () => {
    const extra = { traineeId: "new" as never, fullName: "Lò Văn Mới", workplace: null };
    const { trainees } = buildFigures({ ...course.input, trainees: [...course.input.trainees, extra] });
    expect(trainees.at(-1)).toMatchObject({ ordinal: 41, totals: { sessionsHeld: 0 } });
  });
});

describe("recount from raw marks", () => {
  it("N17: agrees with the figures of any course", () => {
    const size = fc.record({
      trainees: fc.integer({ min: 1, max: 12 }),
      sessions: fc.integer({ min: 0, max: 8 }),
      seed: fc.nat(),
      failing: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(size, (options) => {
        const { input, raw } = sampleCourse(options);
        expect(recount(buildFigures(input), raw)).toEqual([]);
      }),
      { numRuns: 200, seed: 9 },
    );
  });

  it.each<[string, (copy: ReportFigures) => void, string]>([
    ["a trainee's absence", ({ trainees: [row] }) => row && (row.totals.unexcused += 1), "unexcused"],
    ["a session's rounds", ({ sessions: [row] }) => row && (row.roundsValid += 1), "roundsValid"],
    ["a session's present", ({ sessions: [row] }) => row && (row.totals.present -= 1), "present"],
    ["the total of review", ({ totals }) => (totals.attendance.toReview += 1), "toReview"],
    ["the short sessions", ({ totals }) => (totals.sessionsShort = 0), "sessionsShort"],
    ["the edit counts", ({ edits }) => (edits.changedOutcomes += 1), "changedOutcomes"],
    ["a dropped session", (copy) => copy.sessions.pop(), "sessionsLeftOut"],
    ["a dropped trainee", (copy) => copy.trainees.pop(), "traineesLeftOut"],
  ])("names %s when it was edited", (_, edit, field) => {
    const copy = structuredClone(figures);
    edit(copy);
    const found = recount(copy, course.raw);
    expect(found.map((difference) => difference.field)).toContain(field);
    expect(found.every(({ printed, recounted }) => printed !== recounted)).toBe(true);
  });

  it("names a raw mark that was changed afterwards", () => {
    const session = course.input.sessions.find(
      ({ held, attendance }) => held && attendance.shortfall === null,
    );
    const seen = session?.attendance.trainees.find(
      ({ outcome, correction }) => outcome === "present" && correction === null,
    );
    const marks = course.raw.marks.map((mark) =>
      mark.roundId.startsWith(`${session?.sessionId}r`) && mark.traineeId === seen?.traineeId
        ? { ...mark, outcome: "absent" as const }
        : mark,
    );
    expect(recount(figures, { ...course.raw, marks }).length).toBeGreaterThan(0);
  });
});
