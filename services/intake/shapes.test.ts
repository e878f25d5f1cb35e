import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ChartReading, Grid, GridCell, LocalDate, Shift, Side, SourceDocument } from "../types.ts";
import { inventPeople, seededRandom } from "../../fixtures/documents/people.ts";
import { turnReading, turnSeat } from "../seating/orientation.ts";
import { understandChart } from "./chart.ts";
import { inCourseNumbers, restartsNumbering } from "./course-numbers.ts";
import { matchKey } from "./match-key.ts";
import { papersIn } from "./papers.ts";
import { understandRoster } from "./roster.ts";
import { toCanonicalSeats } from "./seat-frame.ts";
import { understandTimetable } from "./timetable.ts";

type Spot = string | { text: string; rowSpan?: number; columnSpan?: number } | null;

/** Null is no cell, "" a drawn blank one. */
function gridOf(rows: Spot[][], name = "Sheet1"): Grid {
  const cells = rows.flatMap((row, r) =>
    row.flatMap((spot, column): GridCell[] => {
      if (spot === null) return [];
      const { text, rowSpan = 1, columnSpan = 1 } = typeof spot === "string" ? { text: spot } : spot;
      return [
        { row: r, column, rowSpan, columnSpan, text, date: null, ref: `R${r}C${column}`, picture: null },
      ];
    }),
  );
  const columnCount = Math.max(...cells.map((cell) => cell.column + cell.columnSpan));
  return { name, rowCount: rows.length, columnCount, cells };
}

function docOf(...grids: Grid[]): SourceDocument {
  return { fileName: "a.xlsx", sha256: "", format: "xlsx", grids, paragraphs: [], notes: [] };
}

const NOISE: ((text: string) => string)[] = [
  (text) => text,
  (text) => text.normalize("NFD"),
  (text) => text.replaceAll(" ", "\u00A0"),
  (text) => text.replaceAll("Đ", "\u00D0"),
  (text) => `\u200B ${text} `,
];
const spoilt = fc.array(fc.constantFrom(...NOISE), { minLength: 24, maxLength: 24 });

function drawnSeats({ seats, rowCount, columnCount }: ChartReading): string[][] {
  const drawn = Array.from({ length: rowCount }, () => Array.from({ length: columnCount }, () => ""));
  for (const { row, column, fullName } of seats) (drawn[row - 1] ?? [])[column - 1] = fullName ?? "";
  return drawn;
}

function seatedFromFront(chart: ChartReading, front: Side, viewpoint: "teacher" | "class" = "teacher") {
  const seats = toCanonicalSeats(chart, { front, viewpoint, seatsPerDesk: 1 });
  return drawnSeats({ ...chart, seats });
}

describe("a chart with its front at any side", () => {
  const sides = ["top", "bottom", "left", "right"] as const;
  const across = 5;

  /** The same room on a sheet held four ways; null is a place nothing is drawn at. */
  function sheetOf(rows: string[][], side: Side, strip: boolean): Spot[][] {
    const width = { text: strip ? "BỤC GIẢNG" : "", columnSpan: across };
    const height = { text: strip ? "BỤC GIẢNG" : "", rowSpan: across };
    const columns = Array.from({ length: across }, (_, c) => rows.map((row) => row[c] ?? null));
    return {
      top: [[width], ...rows],
      bottom: [...rows.toReversed(), [width]],
      // The sheet turned counter-clockwise: its top is on the left.
      left: columns.toReversed().map((column, i): Spot[] => [i === 0 ? height : null, ...column]),
      right: columns.map((column, i): Spot[] => [...column.toReversed(), i === 0 ? height : null]),
    }[side];
  }

  it("reads back to the same rows from the front, whatever way the sheet is turned, drawn there or only said to be", () => {
    fc.assert(
      fc.property(fc.nat(), spoilt, fc.constantFrom(...sides), fc.boolean(), (seed, noise, side, strip) => {
        const names = inventPeople(seededRandom(seed), 15).map((person) => person.fullName);
        const rows = [0, 1, 2].map((r) => names.slice(r * across, r * across + across));
        const said = rows.map((row, r) => row.map((name, c) => (noise[r * across + c] ?? String)(name)));
        const doc = docOf(gridOf(sheetOf(said, side, strip)));
        const { value, rowsIn, understood, reported } = understandChart(doc, strip ? null : side);
        expect(value.front).toBe(side);
        expect(seatedFromFront(value, side)).toEqual(rows);
        const cells = strip ? 16 : 15;
        expect([rowsIn, understood, reported]).toEqual([cells, cells, 0]);
      }),
      { numRuns: 60 },
    );
  });

  it("turned afterwards is the chart another answer would have given", () => {
    const rows = [
      ["Lê Văn An", "Lê Văn Bình", "Lê Văn Chung", "Lê Văn Dũng", "Lê Văn Em"],
      ["Lê Thị An", "Lê Thị Bình", "Lê Thị Chung", "Lê Thị Dũng", "Lê Thị Em"],
    ];
    for (const front of sides) {
      const doc = docOf(gridOf(sheetOf(rows, front, false)));
      for (const viewpoint of ["teacher", "class"] as const) {
        for (const turn of ["mirrored", "upside-down", "turned"] as const) {
          const chart = understandChart(doc, front).value;
          const seats = toCanonicalSeats(chart, { front, viewpoint, seatsPerDesk: 1 });
          const turned = seats.map((seat) => ({
            ...seat,
            ...turnSeat(seat, turn, chart.rowCount, chart.columnCount),
          }));
          const answer = turnReading({ front, viewpoint }, turn);
          const other = understandChart(doc, answer.front).value;
          expect(seatedFromFront(other, answer.front, answer.viewpoint)).toEqual(
            drawnSeats({ ...chart, seats: turned }),
          );
        }
      }
    }
  });

  it("cannot have it at the side when it is a list of seats", () => {
    const list = gridOf([
      ["STT", "Họ và tên", "Chỗ ngồi"],
      ...[1, 2].map((n) => [`${n}`, `Lê Văn ${"AB"[n - 1]}`, `A${n}`]),
    ]);
    const { value } = understandChart(docOf(list), "left");
    expect(() => toCanonicalSeats(value, { front: "left", viewpoint: "teacher", seatsPerDesk: 1 })).toThrow(
      "danh sách có cột chỗ ngồi",
    );
  });

  it("drawn with text boxes, a little out of line, is the same chart", () => {
    const jitter = fc.array(fc.integer({ min: -6, max: 6 }), { minLength: 40, maxLength: 40 });
    fc.assert(
      fc.property(fc.nat(), jitter, fc.integer({ min: 1, max: 3 }), (seed, off, aisle) => {
        const names = inventPeople(seededRandom(seed), 20).map((person) => person.fullName);
        const boxes = names.map((text, i) => {
          const [r, c] = [Math.floor(i / 4), i % 4];
          const x = 50 + c * 110 + (c >= aisle ? 70 : 0) + (off[i] ?? 0);
          const place = { x, y: 150 + r * 60 + (off[i + 20] ?? 0), width: 95, height: 40 };
          return { text, place, on: "Trang 1", ref: `hộp chữ ${i + 2}` };
        });
        const front = { text: "BẢNG", place: { x: 150, y: 70, width: 220, height: 35 } };
        const textBoxes = [{ ...front, on: "Trang 1", ref: "hộp chữ 1" }, ...boxes.toReversed()];
        const { value, reported } = understandChart({ ...docOf(), format: "docx", textBoxes });
        expect(value).toMatchObject({ front: "top", aislesAfter: [aisle], rowCount: 5, columnCount: 4 });
        expect(drawnSeats(value).flat()).toEqual(names);
        expect(reported).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it("around an empty middle has no seats there", () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 7 }), fc.integer({ min: 5, max: 8 }), (deep, wide) => {
        const names = inventPeople(seededRandom(deep * wide), deep * 2 + wide).map((one) => one.fullName);
        const rows: Spot[][] = Array.from({ length: deep }, (_, r): Spot[] => [
          names[r] ?? "",
          ...Array.from({ length: wide - 2 }, () => ""),
          names[deep + r] ?? "",
        ]);
        const sheet = [[{ text: "MÀN CHIẾU", columnSpan: wide }], ...rows, names.slice(deep * 2)];
        const { value } = understandChart(docOf(gridOf(sheet)));
        expect(value.seats).toHaveLength(names.length);
        expect(value.aislesAfter).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });
});

const WEEK = ["Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu"];

describe("a weekly grid", () => {
  it("reads back equal, weeks in bands, the room beside the day or none", () => {
    const slots = fc.array(fc.boolean(), { minLength: 30, maxLength: 30 });
    fc.assert(
      fc.property(slots, fc.boolean(), fc.constantFrom(...NOISE), (held, rooms, noise) => {
        fc.pre(held.some(Boolean));
        const wanted: { day: string; shift: Shift; topic: string; roomText: string | null }[] = [];
        const body = [7, 14, 21].flatMap((monday, w): Spot[][] => [
          [
            {
              text: `Tuần ${w + 1}: từ ${monday}/9/2026 đến ${monday + 4}/9/2026`,
              columnSpan: rooms ? 11 : 6,
            },
          ],
          ...(["morning", "afternoon"] as const).map((shift, s): Spot[] => [
            noise(shift === "morning" ? "Sáng" : "Chiều"),
            ...WEEK.flatMap((_, d): Spot[] => {
              if (!held[w * 10 + s * 5 + d]) return rooms ? ["", ""] : [""];
              const topic = `Chuyên đề ${w}${s}${d} về đất đai`;
              const day = `2026-09-${String(monday + d).padStart(2, "0")}` as LocalDate;
              wanted.push({ day, shift, topic, roomText: rooms ? "P.301" : null });
              return rooms ? [noise(topic), "P.301"] : [noise(topic)];
            }),
          ]),
        ]);
        const head = ["Buổi", ...WEEK.flatMap((day) => (rooms ? [noise(day), "Phòng"] : [noise(day)]))];
        const { value, rowsIn, understood, reported } = understandTimetable(docOf(gridOf([head, ...body])));
        const inOrder = wanted.toSorted(
          (a, b) => a.day.localeCompare(b.day) || b.shift.localeCompare(a.shift),
        );
        expect(value).toMatchObject(inOrder);
        expect([value.length, rowsIn, understood, reported]).toEqual([
          wanted.length,
          wanted.length,
          wanted.length,
          0,
        ]);
      }),
      { numRuns: 60 },
    );
  });
});

describe("a list whose numbering restarts", () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 2, maxLength: 5 });
  it("is numbered through when taken in, and says so", () => {
    fc.assert(
      fc.property(sizes, fc.nat(), (sizes, seed) => {
        const total = sizes.reduce((sum, size) => sum + size, 0);
        const people = inventPeople(seededRandom(seed), total);
        let next = 0;
        const rows = sizes.flatMap((size, g): Spot[][] => [
          [{ text: `${"ABCDE"[g]}. Sở Nội vụ ${g + 1}`, columnSpan: 3 }],
          ...Array.from({ length: size }, (_, i): Spot[] => {
            const person = people[next++];
            return [String(i + 1), person?.fullName ?? "", person?.birthDate ?? ""];
          }),
        ]);
        const { value } = understandRoster(docOf(gridOf([["STT", "Họ và tên", "Ngày sinh"], ...rows])));
        expect(value.map(({ matchKey }) => matchKey)).toEqual(people.map((one) => matchKey(one.fullName)));
        expect(restartsNumbering(value)).toBe(true);
        expect(inCourseNumbers(value).map(({ ordinal }) => ordinal)).toEqual(people.map((_, i) => i + 1));
      }),
      { numRuns: 60 },
    );
  });

  it("is not taken for one when a number is only mistyped", () => {
    const rows = [1, 2, 2, 4].map((n, i): Spot[] => [
      String(n),
      `Nguyễn Văn ${"ABCD"[i]}`,
      `0${i + 1}/02/1990`,
    ]);
    const { value } = understandRoster(docOf(gridOf([["STT", "Họ và tên", "Ngày sinh"], ...rows])));
    expect(inCourseNumbers(value).map(({ ordinal }) => ordinal)).toEqual([1, 2, 2, 4]);
  });
});

function list(names: string[]): Grid {
  const rows = names.map((name, i) => [`${i + 1}`, name, `0${i + 1}/02/1990`]);
  return gridOf([["STT", "Họ và tên", "Ngày sinh"], ...rows], names[0]);
}

describe("the papers of one file", () => {
  it("are two classes when the people differ, and one list when a sheet repeats the other", () => {
    const [a, b] = [
      ["Lê Văn An", "Lê Văn Bình"],
      ["Trần Thị Chi", "Trần Thị Dung"],
    ];
    expect(papersIn(docOf(list(a), list(b))).map(({ part }) => part)).toEqual([a[0], b[0]]);
    expect(papersIn(docOf(list(a), list(a))).map(({ kind, part }) => [kind, part])).toEqual([
      ["roster", null],
    ]);
  });

  it("leave out no table: each grid belongs to a paper", () => {
    const chart = gridOf([
      ["BẢNG"],
      ...[0, 1, 2].map((r) => [0, 1, 2].map((c) => `Lê Văn ${"ABC"[r]}${"xyz"[c]}`)),
    ]);
    const doc = docOf(list(["Lê Văn An", "Lê Văn Bình"]), chart);
    const papers = papersIn(doc);
    expect(papers.map(({ kind }) => kind)).toEqual(["roster", "chart"]);
    expect(new Set(papers.flatMap(({ document }) => document.grids))).toEqual(new Set(doc.grids));
  });
});
