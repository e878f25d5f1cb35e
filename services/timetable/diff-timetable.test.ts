import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LocalDate, SessionId, Shift, TimetableEntry } from "../types.ts";
import { diffTimetable } from "./diff-timetable.ts";
import type { KnownSession } from "./diff-timetable.ts";

const rules = { shiftStarts: { morning: "08:00", afternoon: "14:00", evening: "19:30" } };
const entry = (
  day: string,
  shift: Shift,
  topic: string,
  over: Partial<TimetableEntry> = {},
): TimetableEntry => ({
  day: day as LocalDate,
  shift,
  topic,
  startsAtLocal: null,
  roomText: "P.201",
  lecturer: null,
  where: "x",
  ...over,
});
const session = (id: string, slot: TimetableEntry, held = false): KnownSession => ({
  sessionId: id as SessionId,
  day: slot.day,
  shift: slot.shift,
  startsAtLocal: slot.startsAtLocal,
  roomText: slot.roomText,
  topic: slot.topic,
  lecturer: slot.lecturer,
  held,
});
const monday = entry("2026-11-23", "morning", "Chuyên đề 1");
const tuesday = entry("2026-11-24", "morning", "Chuyên đề 2");
const wednesday = entry("2026-11-25", "afternoon", "Chuyên đề 3");
const diff = (previous: KnownSession[], next: TimetableEntry[]) => diffTimetable(previous, next, rules);

describe("re-imported timetable", () => {
  it("keeps everything when nothing changed, in any order", () => {
    const result = diff(
      [session("1", monday), session("2", tuesday)],
      [tuesday, { ...monday, startsAtLocal: "08:00" }],
    );
    expect(result.kept.map(({ session }) => session.sessionId)).toEqual(["1", "2"]);
    expect(result.kept.flatMap(({ changes }) => changes)).toEqual([]);
    expect([result.moved, result.added, result.cancelled, result.held]).toEqual([[], [], [], []]);
  });

  it("keeps the plan when only room, topic or lecturer changed, and says what did", () => {
    const changed = { ...monday, roomText: "P.305", lecturer: "TS. Trần A", topic: " chuyên  đề 1 " };
    const { kept } = diff([session("1", monday)], [changed]);
    expect(kept[0]?.changes).toEqual(["room", "lecturer"]);
  });

  it("moves a session whose start changed in its slot, or whose topic went to another day", () => {
    const result = diff(
      [session("1", monday), session("2", tuesday)],
      [
        { ...monday, startsAtLocal: "07:30" },
        { ...tuesday, day: "2026-11-27" as LocalDate },
      ],
    );
    expect(result.moved.map(({ session, changes }) => [session.sessionId, changes])).toEqual([
      ["1", ["start"]],
      ["2", ["day"]],
    ]);
  });

  it("adds and cancels the rest", () => {
    const result = diff([session("1", monday), session("2", tuesday)], [monday, wednesday]);
    expect(result.added).toEqual([wednesday]);
    expect(result.cancelled.map(({ sessionId }) => sessionId)).toEqual(["2"]);
  });

  it("never touches a held session, listed, changed, moved or dropped", () => {
    const result = diff(
      [session("1", monday, true), session("2", tuesday, true)],
      [
        { ...monday, roomText: "P.9" },
        { ...tuesday, day: "2026-11-28" as LocalDate },
      ],
    );
    expect(
      result.held.map(({ session, entry, changes }) => [session.sessionId, entry !== null, changes]),
    ).toEqual([
      ["1", true, ["room"]],
      ["2", false, []],
    ]);
    expect([result.kept, result.moved, result.cancelled]).toEqual([[], [], []]);
    expect(result.added.map(({ day }) => day)).toEqual(["2026-11-28"]);
  });

  it("pairs two sessions of one shift by their start", () => {
    const early = { ...monday, startsAtLocal: "07:00", topic: "A" };
    const late = { ...monday, startsAtLocal: "09:00", topic: "B" };
    const result = diff([session("1", early), session("2", late)], [late]);
    expect(result.kept.map(({ session }) => session.sessionId)).toEqual(["2"]);
    expect(result.cancelled.map(({ sessionId }) => sessionId)).toEqual(["1"]);
  });

  it("accounts for every session and every entry exactly once", () => {
    const slot = fc.record({
      day: fc.constantFrom("2026-11-23", "2026-11-24", "2026-11-25"),
      shift: fc.constantFrom<Shift>("morning", "afternoon", "evening"),
      topic: fc.constantFrom("A", "B", "C"),
      startsAtLocal: fc.constantFrom(null, "09:00"),
    });
    const entries = fc.array(
      slot.map(({ day, shift, topic, startsAtLocal }) => entry(day, shift, topic, { startsAtLocal })),
    );
    fc.assert(
      fc.property(entries, fc.array(fc.boolean(), { minLength: 20 }), entries, (before, held, after) => {
        const previous = before.map((slot, index) => session(String(index), slot, held[index] ?? false));
        const result = diff(previous, after);
        const sessions = [...result.kept, ...result.moved, ...result.held].map(({ session }) => session);
        expect([...sessions, ...result.cancelled].map(({ sessionId }) => sessionId).sort()).toEqual(
          previous.map(({ sessionId }) => sessionId).sort(),
        );
        const used = [...result.kept, ...result.moved, ...result.held].flatMap(({ entry }) => entry ?? []);
        expect(new Set([...used, ...result.added])).toEqual(new Set(after));
        expect(used.length + result.added.length).toBe(after.length);
        expect(result.cancelled.some(({ held }) => held)).toBe(false);
      }),
      { numRuns: 500, seed: 3 },
    );
  });
});
