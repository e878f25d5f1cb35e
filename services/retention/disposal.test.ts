import { describe, expect, it } from "vitest";
import type { CourseId, LocalDate } from "../types.ts";
import { judgeClock, type ClockReadings } from "./clock-check.ts";
import {
  approverKey,
  listHash,
  listText,
  mayBeProposed,
  refuseDisposal,
  type DisposalItem,
} from "./disposal.ts";
import { retainUntil } from "./retain-until.ts";

const dayMs = 86_400_000;
const zone = "Asia/Ho_Chi_Minh";
const courseStart = "2024-02-29" as LocalDate;
const floor = { courseStart, zone, classes: [{ name: "ảnh", years: 5 }], held: false };
const until = retainUntil(courseStart, 5, zone);

describe("N16 what may stand on a list", () => {
  it.each([
    ["the day before", until.getTime() - dayMs, false],
    ["a moment before", until.getTime() - 1, false],
    ["at its end", until.getTime(), true],
  ])("%s", (_, at, allowed) => {
    expect(mayBeProposed({ retainUntil: until }, floor, new Date(at))).toBe(allowed);
  });

  it("goes by the course's floor, the longest class and a hold, whatever the row says", () => {
    const late = new Date(until.getTime() + dayMs);
    const early = { retainUntil: new Date(0) };
    expect(mayBeProposed(early, floor, new Date(until.getTime() - 1))).toBe(false);
    expect(mayBeProposed(early, floor, late)).toBe(true);
    const ten = { ...floor, classes: [...floor.classes, { name: "hồ sơ", years: 10 }] };
    expect(mayBeProposed(early, ten, late)).toBe(false);
    const forever = { ...floor, classes: [...floor.classes, { name: "hồ sơ", years: "permanent" as const }] };
    expect(mayBeProposed(early, forever, new Date(8e15))).toBe(false);
    expect(mayBeProposed(early, { ...floor, held: true }, late)).toBe(false);
  });
});

describe("a list", () => {
  it("has one hash in any order, another with any line more, less or changed", () => {
    const [one, two] = [item("a"), item("b")];
    expect(listHash([one, two])).toBe(listHash([two, one]));
    expect(listText([one])).toBe("aaaaaaaa a snapshot c 3 2029-03-01T17:00:00.000Z\n");
    const others = [[one], [one, two, item("d")], [one, { ...two, retainUntil: new Date(0) }]];
    for (const other of others) expect(listHash(other)).not.toBe(listHash([one, two]));
  });

  it.each([
    ["Trần Thị Nga", "TRAN  THI NGA.", true],
    ["Đỗ Đức", "do duc", true],
    ["Trần Thị Nga", "Trần Thị Nga Anh", false],
    ["Trần Thị Nga", "PGS.TS. Trần Thị Nga", true],
    ["Trần Thị Nga", "Bà Trần Thị Nga", true],
    ["ThS. Lê Hùng", "Ông Lê Hùng", true],
    ["Th.S Lê Hùng", "Đ/c Lê Hùng", true],
    ["Đồng chí Lê Hùng", "GS Lê Hùng", true],
    ["Bà Nga", "Ông Nga", false],
  ])("%s and %s are one person: %s", (one, other, same) => {
    expect(approverKey(one) === approverKey(other)).toBe(same);
  });
});

describe("two approvals", () => {
  it("are of one minute number", () => {
    const [one] = [item("a")];
    const list = { listSha256: listHash([one]) };
    const given = (approver: string, minuteNumber: string) => ({
      approver,
      minuteNumber,
      ...list,
      approvedAt: until,
    });
    const said = (second: string) =>
      refuseDisposal(
        list,
        [one],
        [given("Trần Thị Nga", "12/BB"), given("Lê Văn Hùng", second)],
        new Map([[one.courseId, floor]]),
        until,
      ).map(({ en }) => en);
    expect(said("12/BB")).toEqual([]);
    expect(said("13/BB")).toEqual(["the approvals name different minutes: 12/BB, 13/BB"]);
  });
});

describe("the clocks", () => {
  const now = new Date("2031-11-24T03:00:00Z");
  const days = Array.from({ length: 60 }, (_, index) => new Date(now.getTime() - (60 - index) * 30 * dayMs));
  const good: ClockReadings = { system: now, database: now, newestTrace: now, days, outside: [] };
  const judged = (own: Partial<ClockReadings>) =>
    judgeClock({ ...good, ...own })
      .why.map(({ en }) => en)
      .join();

  it("are trusted when all agree, or the archive's own days lead up to today", () => {
    expect(judgeClock(good)).toEqual({ trusted: true, why: [] });
    expect(judged({ days: [], outside: [{ source: "ntp://a", at: now }] })).toBe("");
    expect(
      judged({
        outside: [
          { source: "ntp://a", at: now },
          { source: "ntp://b", at: null },
        ],
      }),
    ).toBe("");
  });

  it.each([
    [{ database: new Date(now.getTime() - 3_600_000) }, /database's/],
    [{ newestTrace: new Date(now.getTime() + dayMs) }, /later than the system's/],
    [{ days: [] }, /recorded no day/],
    [{ days: days.slice(0, 50) }, /ran on no day between/],
    [{ outside: [{ source: "ntp://a", at: null }] }, /no independent clock/],
    [{ outside: [{ source: "ntp://a", at: new Date(0) }] }, /ntp:\/\/a says/],
  ])("are not trusted: %o", (own, words) => {
    expect(judged(own)).toMatch(words);
  });
});

function item(objectId: string): DisposalItem {
  return {
    objectId,
    sha256: objectId.repeat(8),
    bytes: 3,
    kind: "snapshot",
    courseId: "c" as CourseId,
    retainUntil: until,
  };
}
