import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inventPeople, seededRandom } from "../../fixtures/documents/people.ts";
import type { ChartSeat, LocalDate, RosterEntry } from "../types.ts";
import { matchChartToRoster } from "./chart-matching.ts";
import { matchKey } from "./match-key.ts";
import { matchRosterVersions } from "./roster-versions.ts";

function entry(
  ordinal: number | null,
  fullName: string,
  birthDate: string | null = null,
  workplace: string | null = null,
): RosterEntry {
  return {
    ordinal,
    fullName,
    matchKey: matchKey(fullName),
    code: null,
    birthDate: birthDate as LocalDate | null,
    birthYear: birthDate === null ? null : Number(birthDate.slice(0, 4)),
    position: null,
    workplace,
    note: null,
    portrait: null,
    where: `ds.xlsx › B${ordinal}`,
  };
}

function seat(ordinal: number | null, fullName: string | null, column = 1): ChartSeat {
  return { row: 1, column, ordinal, fullName, where: `so-do.xlsx › ${column}` };
}

const AN = entry(1, "Nguyễn Văn An");
const BINH = entry(2, "Trần Thị Bình");
const AN2 = entry(3, "Nguyễn Văn An", "1990-01-01");
const HOA = entry(4, "Lê Thị Hoà");

describe("a chart against its roster", () => {
  const roster = [AN, BINH, AN2, HOA];

  it.each([
    ["number and name", seat(1, "Nguyễn Văn An"), AN, "ordinal-and-name"],
    ["a number alone", seat(2, null), BINH, "ordinal"],
    ["a name nobody shares", seat(null, "LÊ THỊ HÒA"), HOA, "name"],
    ["a namesake with its number", seat(3, "Nguyễn Văn An"), AN2, "ordinal-and-name"],
  ] as const)("joins by %s", (_, taken, wanted, by) => {
    expect(matchChartToRoster([taken], roster).seats[0]).toMatchObject({ entry: wanted, by });
  });

  it.each([
    ["a namesake by name alone", seat(null, "Nguyễn Văn An"), [AN, AN2]],
    ["a number and a name that contradict", seat(2, "Lê Thị Hoà"), [BINH, HOA]],
    ["a name without its accents", seat(null, "Tran Thi Binh"), [BINH]],
    ["a shortened name", seat(null, "T. T. Bình"), [BINH]],
    ["somebody unknown", seat(null, "Phạm Văn Lạ"), []],
  ] as const)("asks about %s", (_, taken, candidates) => {
    const match = matchChartToRoster([taken], roster);
    expect(match.seats[0]).toMatchObject({ entry: null, candidates });
    expect(match.extra).toEqual([taken]);
    expect(match.problems[0]).toMatchObject({ severity: "ask", where: taken.where });
  });

  it("takes numbers that fit no STT for seat numbers, and still asks about a namesake", () => {
    const list = "ABCDEFGH".split("").map((letter, i) => entry(i + 1, `Nguyễn Văn ${letter}`));
    const people = [...list, entry(9, "Nguyễn Văn A", "1990-01-01")];
    const seats = list.map((one, i) => seat(100 + i, one.fullName, i + 1));
    const match = matchChartToRoster(seats, people);
    expect(match.seats.map((one) => one.entry)).toEqual([null, ...list.slice(1)]);
    expect(match.seats[0]?.candidates).toEqual([people[0], people[8]]);
    expect(match.problems[0]).toMatchObject({ severity: "note" });
  });

  it("lists who is missing, extra and seated twice, and seats nobody twice", () => {
    const match = matchChartToRoster(
      [seat(1, null, 1), seat(1, "Nguyễn Văn An", 2), seat(9, null, 3), seat(null, null, 4)],
      roster,
    );
    expect(match.missing).toEqual([BINH, AN2, HOA]);
    expect(match.extra.map(({ column }) => column)).toEqual([3]);
    expect(match.doubled).toEqual([{ entry: AN, seats: [seat(1, null, 1), seat(1, "Nguyễn Văn An", 2)] }]);
    expect(match.seats.every((one) => one.entry === null)).toBe(true);
  });

  it("accounts for every entry and every taken seat", () => {
    const taken = fc.tuple(
      fc.option(fc.integer({ min: 1, max: 14 })),
      fc.option(fc.integer({ min: 0, max: 11 })),
    );
    fc.assert(
      fc.property(fc.nat(), fc.array(taken, { maxLength: 20 }), (seed, drawn) => {
        const people = inventPeople(seededRandom(seed), 10).map((person, i) => entry(i + 1, person.fullName));
        const list = [...people, entry(11, people[0]?.fullName ?? "")];
        const seats = drawn.map(([ordinal, who], i) =>
          seat(ordinal, who === null ? null : (list[who]?.fullName ?? "Phạm Văn Lạ"), i + 1),
        );
        const { seats: matches, missing, extra, doubled } = matchChartToRoster(seats, list);
        const seated = matches.flatMap((match) => (match.entry ? [match.entry] : []));
        expect(new Set(seated).size).toBe(seated.length);
        expect(seated.length + missing.length + doubled.length).toBe(list.length);
        const twice = doubled.reduce((sum, one) => sum + one.seats.length, 0);
        expect(seated.length + extra.length + twice).toBe(
          seats.filter((one) => one.ordinal !== null || one.fullName !== null).length,
        );
        const byName = matches.filter((match) => match.by === "name").map((match) => match.entry?.matchKey);
        expect(byName.filter((key) => list.filter((other) => other.matchKey === key).length > 1)).toEqual([]);
      }),
    );
  });
});

describe("a trainee across two versions of the roster", () => {
  const old = [
    entry(1, "Nguyễn Văn An", "1990-01-01", "Sở A"),
    entry(2, "Nguyễn Văn An", "1985-05-05", "Sở B"),
    entry(3, "Trần Thị Bình", null, "Sở C"),
    entry(4, "Lê Văn Cường"),
  ];

  it("keeps people renumbered, moved or with a mended spelling, namesakes apart", () => {
    const next = [
      entry(7, "Nguyễn Văn An", "1985-05-05", "Sở B"),
      entry(8, "Nguyễn Văn An", "1990-01-01", "Sở Mới"),
      entry(9, "Trần Thị Bình", null, "Sở C"),
      entry(4, "Lê Văn Cường", "1991-01-01"),
    ];
    const match = matchRosterVersions(old, next);
    expect(next.map((one) => old.indexOf(match.identityOf(one) as RosterEntry))).toEqual([1, 0, 2, 3]);
    expect(match.kept.find((pair) => pair.next === next[1])?.changes).toEqual(["renumbered", "moved"]);
    expect([match.joined, match.left, match.asked]).toEqual([[], [], []]);
  });

  it("keeps a person whose accents were mended, by the full birth date", () => {
    const match = matchRosterVersions(
      [entry(1, "Nguyen Van An", "1990-01-01")],
      [entry(5, "Nguyễn Văn An", "1990-01-01")],
    );
    expect(match.kept[0]?.changes).toEqual(["renumbered", "renamed"]);
  });

  it.each([
    ["the same name and nothing else", entry(1, "Lê Văn Cường"), entry(2, "Lê Văn Cường")],
    [
      "the same name with another birth date",
      entry(1, "Lê Văn Cường", "1990-01-01"),
      entry(1, "Lê Văn Cường", "1991-01-01"),
    ],
    [
      "another name with the same birth date and number",
      entry(1, "Lê Thị Hoa", "1990-01-01"),
      entry(1, "Lê Thị Hồng Hoa", "1990-01-01"),
    ],
  ])("asks about %s", (_, known, next) => {
    const match = matchRosterVersions([known], [next]);
    expect(match.identityOf(next)).toBeNull();
    expect(match.asked).toEqual([{ next, candidates: [known] }]);
    expect(match.questions).toHaveLength(1);
    const who = { who: next.fullName, is: known.fullName };
    const same = matchRosterVersions([known], [next], { answers: [who] });
    expect([same.identityOf(next), same.answerOf(next), same.asked]).toEqual([known, "same", []]);
    const other = matchRosterVersions([known], [next], { answers: [{ ...who, is: null }] });
    expect([other.joined, other.left, other.answerOf(next)]).toEqual([[next], [known], "new"]);
  });

  it("gives a person's word precedence over every evidence", () => {
    const [an] = old;
    const next = [entry(1, "Nguyễn Văn An", "1990-01-01", "Sở A"), entry(30, "Lê Thị Khác", "1999-09-09")];
    const answers = [
      { who: "1", is: null },
      { who: "30. le thi khac", is: "1. Nguyễn Văn An" },
    ];
    const match = matchRosterVersions(old, next, { answers });
    expect(next.map((one) => match.identityOf(one))).toEqual([null, an]);
    expect(match.misread).toEqual([]);
  });

  it.each([
    ["nobody of the new list", { who: "99", is: null }, "99"],
    ["nobody of the list before", { who: "1", is: "Phạm Không Có" }, "Không có ai"],
    ["one of two namesakes", { who: "1", is: "Nguyễn Văn An" }, "Có 2 người"],
  ])("says when an answer means %s", (_, answer, words) => {
    const next = [entry(1, "Nguyễn Văn Bách", "1990-01-01", "Sở A")];
    const match = matchRosterVersions(old, next, { answers: [answer] });
    expect(match.misread.map(({ why }) => why.vi)).toEqual([expect.stringContaining(words)]);
    expect(match.answerOf(next[0] as RosterEntry)).toBeNull();
  });

  it("finds again who was left out of a version in between, and asks when that is not certain", () => {
    const [, , binh, cuong] = old;
    const next = [entry(2, "Trần Thị Bình", null, "Sở C"), entry(9, "Lê Văn Cường")];
    const match = matchRosterVersions([], next, { former: old });
    expect(match.returned.map(({ previous }) => previous)).toEqual([binh]);
    expect(match.left).toEqual([]);
    expect(match.asked).toEqual([{ next: next[1], candidates: [cuong] }]);
  });

  it("never joins two namesakes of one unit to one person", () => {
    const next = [entry(1, "Lê Văn Cường", null, "Sở A"), entry(2, "Lê Văn Cường", null, "Sở A")];
    const match = matchRosterVersions([entry(9, "Lê Văn Cường", null, "Sở A")], next);
    expect(next.map((one) => match.identityOf(one))).toEqual([null, null]);
  });

  it("gives everybody back who is listed again in any order with new numbers", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat({ max: 39 }), (seed, gone) => {
        const people = inventPeople(seededRandom(seed), 40).map((person, i) =>
          entry(i + 1, person.fullName, person.birthDate, person.workplace),
        );
        const stays = people.filter((_, i) => i !== gone).toReversed();
        const next = stays.map((one, i) => ({ ...one, ordinal: i + 1 }));
        const match = matchRosterVersions(people, next);
        expect(next.map((one) => match.identityOf(one))).toEqual(stays);
        expect(match.left).toEqual([people[gone]]);
      }),
    );
  });
});
