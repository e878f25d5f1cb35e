import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Interval, TraineeId } from "../types.ts";
import { attendOnline, union, type OnlinePerson, type OnlineRecord } from "./attend-online.ts";
import { attendanceWords } from "./attendance-words.ts";
import { creditedOf, pairsAt, refuseThird, type DeviceShare } from "./device-share.ts";

const [an, binh, chi] = ["an", "binh", "chi"] as TraineeId[] as [TraineeId, TraineeId, TraineeId];
const at = (clock: string) => new Date(`2026-09-14T${clock}:00+07:00`);
const between = (from: string, to: string): Interval => ({ startsAt: at(from), endsAt: at(to) });
const periods = [
  between("08:00", "08:45"),
  between("08:45", "09:30"),
  between("09:50", "10:35"),
  between("10:35", "11:20"),
];

function person(traineeIds: TraineeId[], stays: Interval[], over: Partial<OnlinePerson> = {}): OnlinePerson {
  return { standing: "trainee", traineeIds, candidateIds: [], stays, awaySeconds: 0, unreadRows: 0, ...over };
}

function attend(
  id: TraineeId,
  people: OnlinePerson[] | null,
  over: Partial<OnlineRecord> = {},
  percent: number | undefined = 50,
) {
  const record = { zone: "Asia/Ho_Chi_Minh", periods, people, incomplete: false, pairs: [], ...over };
  const { outcome, reason } = attendOnline(
    id,
    record,
    percent === undefined ? {} : { onlineMinPercent: percent },
  );
  return { outcome, code: reason.code, params: reason.params };
}

/** An leaves at 09:10, Bình when the class does. */
function classUntil(end: string): OnlinePerson[] {
  return [person([an], [between("08:00", "09:10")]), person([binh], [between("07:50", end)])];
}

const allMorning = between("07:50", "11:30");

describe("attendance of an online session", () => {
  it("waits for its file", () => {
    expect(attend(an, null)).toMatchObject({ outcome: "not-observable", code: "online-waiting" });
  });

  it("taught for three periods, the rest self-study, is a whole session and counts by those three (L Đ5.2)", () => {
    const rules = { onlineMinPercent: 50, onlineMinPeriods: 3 };
    const record = { zone: "Asia/Ho_Chi_Minh", periods, incomplete: false, pairs: [] };
    const decided = (end: string, over: Partial<OnlineRecord> = {}, own: object = rules) =>
      attendOnline(an, { ...record, people: classUntil(end), ...over }, own);
    const three = decided("10:37");
    expect(three).toEqual({
      outcome: "present",
      reason: {
        code: "online-joined",
        params: {
          joined: "08:00–09:10",
          minutes: 70,
          of: 135,
          needed: 68,
          periods: "45, 25, 0",
          taught: 3,
          credited: 4,
        },
      },
    });
    expect(attendanceWords(three.reason, String)?.vi).toContain(
      "70/135 phút học (cần 68); từng tiết: 45, 25, 0 phút; dạy 3 tiết, phần còn lại tự học, tính như buổi 4 tiết (L Đ5.2)",
    );
    // Four periods taught; two only, fewer than the least; a file that may miss whoever stayed; rules from before.
    const whole = [
      decided("11:15"),
      decided("10:00"),
      decided("10:37", { incomplete: true }),
      decided("10:37", {}, { onlineMinPercent: 50 }),
    ];
    for (const { outcome, reason } of whole) {
      expect([outcome, reason.params.of, reason.params.needed]).toEqual(["review", 180, 90]);
      expect(reason.params.credited).toBeUndefined();
    }
  });

  it("counts several joins within the periods, the break left out", () => {
    const joins = [between("08:30", "09:40"), between("09:30", "10:00"), between("10:30", "12:00")];
    expect(attend(an, [person([an], joins)])).toEqual({
      outcome: "present",
      code: "online-joined",
      params: {
        joined: "08:30–10:00, 10:30–12:00",
        minutes: 120,
        of: 180,
        needed: 90,
        periods: "15, 45, 15, 45",
      },
    });
  });

  it.each([
    [90, 0, "present"],
    [89, 0, "review"],
    [100, 9 * 60, "present"],
    [100, 11 * 60, "review"],
  ])("%i minutes with %i seconds away at an unknown time: %s", (minutes, awaySeconds, outcome) => {
    const stay = {
      startsAt: at("08:00"),
      endsAt: new Date(+at("08:00") + (minutes + (minutes > 90 ? 20 : 0)) * 60_000),
    };
    expect(attend(an, [person([an], [stay], { awaySeconds })]).outcome).toBe(outcome);
  });

  it("is absent only when everybody in a whole file is known", () => {
    expect(attend(an, [person([binh], [allMorning])])).toMatchObject({
      outcome: "absent",
      code: "online-not-in-file",
    });
    const unknown = person([], [allMorning], { standing: "unknown" });
    expect(attend(an, [unknown])).toMatchObject({ outcome: "review", code: "online-unknown-people" });
    expect(attend(an, [person([binh], [allMorning])], { incomplete: true }).code).toBe(
      "online-list-incomplete",
    );
    for (const standing of ["staff", "guest"] as const) {
      expect(attend(an, [person([], [allMorning], { standing })]).outcome).toBe("absent");
    }
  });

  it("never counts a row against anybody it may be about", () => {
    const unclear = person([], [allMorning], { standing: "unclear", candidateIds: [an, binh] });
    expect(attend(an, [unclear]).code).toBe("online-row-unclear");
    expect(attend(chi, [unclear]).outcome).toBe("absent");
    expect(attend(an, [person([an], [], { unreadRows: 1 })]).code).toBe("online-row-unclear");
  });

  it("L15: one join is counted for two declared people, never for a third", () => {
    const pairs: OnlineRecord["pairs"] = [[an, binh]];
    expect(attend(binh, [person([an], [allMorning])], { pairs })).toMatchObject({
      outcome: "present",
      code: "online-joined-shared",
      params: { with: an },
    });
    const three = person([an, binh, chi], [allMorning]);
    expect([an, binh, chi].map((id) => attend(id, [three], { pairs }).outcome)).toEqual([
      "present",
      "present",
      "review",
    ]);
    expect([an, binh].map((id) => attend(id, [person([an, binh], [allMorning])]).outcome)).toEqual([
      "review",
      "review",
    ]);
  });

  it("asks a person while the rules set no threshold", () => {
    const record = {
      zone: "UTC",
      periods,
      people: [person([an], [allMorning])],
      incomplete: false,
      pairs: [],
    };
    expect(attendOnline(an, record, {}).reason.code).toBe("online-threshold-unset");
  });

  it("more time in the meeting never makes anybody less present", () => {
    const rank = ["absent", "review", "present"];
    const minute = fc.integer({ min: -30, max: 240 });
    const stay = fc.tuple(minute, minute).map(([a, b]) => ({
      startsAt: new Date(+at("08:00") + Math.min(a, b) * 60_000),
      endsAt: new Date(+at("08:00") + Math.max(a, b) * 60_000),
    }));
    fc.assert(
      fc.property(
        fc.array(stay, { maxLength: 5 }),
        stay,
        fc.integer({ min: 1, max: 100 }),
        (stays, more, percent) => {
          const before = attend(an, [person([an], stays)], {}, percent);
          const after = attend(an, [person([an], [...stays, more])], {}, percent);
          expect(rank.indexOf(after.outcome)).toBeGreaterThanOrEqual(rank.indexOf(before.outcome));
          expect(Number(after.params["minutes"])).toBeLessThanOrEqual(180);
          const merged = union(stays);
          expect(
            merged.every(({ startsAt }, i) => i === 0 || startsAt > (merged[i - 1]?.endsAt ?? startsAt)),
          ).toBe(true);
        },
      ),
      { numRuns: 500, seed: 3 },
    );
  });

  it("has words in both languages for every reason it gives", () => {
    const params = {
      joined: "08:00–09:00",
      minutes: 1,
      of: 2,
      needed: 1,
      periods: "1",
      with: "an",
      rows: 1,
      people: 1,
    };
    const codes = [
      "waiting",
      "joined",
      "joined-shared",
      "too-short",
      "threshold-unset",
      "row-unclear",
      "unknown-people",
      "list-incomplete",
      "not-in-file",
    ];
    for (const code of codes) {
      const words = attendanceWords({ code: `online-${code}`, params }, () => "12 An");
      expect(`${words?.vi} ${words?.en}`).not.toMatch(/undefined/);
    }
  });
});

const share = (one: TraineeId, other: TraineeId, from: string, until?: string): DeviceShare => ({
  one,
  other,
  fromAt: at(from),
  untilAt: until === undefined ? null : at(until),
});
const refusal = (shares: DeviceShare[], one: TraineeId, other: TraineeId, from = "08:00") => {
  try {
    refuseThird(shares, one, other, at(from), (id) => id);
    return null;
  } catch (error) {
    return (error as { words: { vi: string; en: string } }).words;
  }
};

describe("L Đ9.8: a device shared by two", () => {
  it("refuses a third in both languages and names who stands in the way", () => {
    expect(refusal([], an, binh)).toBeNull();
    const words = refusal([share(an, binh, "07:00")], chi, an);
    expect(words?.vi).toContain("an và binh đã đăng ký chung, không thêm được chi");
    expect(words?.en).toContain("an and binh are declared, chi cannot be added");
    expect(refusal([share(an, binh, "07:00")], binh, an)?.vi).toContain("đã đăng ký chung thiết bị rồi");
    expect(refusal([], an, an)?.vi).toContain("hai học viên khác nhau");
    expect(refusal([share(an, binh, "10:00")], chi, an)).not.toBeNull();
    expect(refusal([share(an, binh, "06:00", "08:00")], chi, an)).toBeNull();
  });

  it("holds from its first instant until its end, and credits a declared pair alone", () => {
    const shares = [share(an, binh, "08:00", "10:00")];
    expect(["07:59", "08:00", "09:59", "10:00"].map((clock) => pairsAt(shares, at(clock)).length)).toEqual([
      0, 1, 1, 0,
    ]);
    expect(creditedOf([an, chi], [[an, binh]])).toEqual([]);
    expect(creditedOf([chi, binh, an], [[an, binh]])).toEqual([an, binh]);
    expect(creditedOf([chi], [[an, binh]])).toEqual([chi]);
  });
});
