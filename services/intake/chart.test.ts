import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildChartDocx, buildChartXlsx } from "../../fixtures/documents/chart-file.ts";
import type { ChartStyle } from "../../fixtures/documents/chart-file.ts";
import type { FixtureCourse } from "../../fixtures/documents/course.ts";
import { seededRandom } from "../../fixtures/documents/people.ts";
import { sampleCourse } from "../../fixtures/documents/sample-course.ts";
import { banner, texts } from "../../fixtures/documents/table.ts";
import type { Table } from "../../fixtures/documents/table.ts";
import { wordTable, writeDocx } from "../../fixtures/documents/write-docx.ts";
import { writeXlsx } from "../../fixtures/documents/write-xlsx.ts";
import { READ_LIMITS } from "../readers/limits.ts";
import { readDocument } from "../readers/read-document.ts";
import type { ChartReading } from "../types.ts";
import { understandChart } from "./chart.ts";
import { canonicalAisles, toCanonicalSeats } from "./seat-frame.ts";

/** The course with its seats shuffled and some left free. */
function shuffled(course: FixtureCourse, seed: number): FixtureCourse {
  const random = seededRandom(seed);
  const { rowCount, columnCount } = course.room;
  const places = Array.from({ length: rowCount * columnCount }, (_, i) => ({
    row: Math.floor(i / columnCount) + 1,
    column: (i % columnCount) + 1,
    key: random(),
  })).sort((a, b) => a.key - b.key);
  return {
    ...course,
    seats: course.seats.map(({ trainee }, i) => ({
      trainee,
      row: places[i]?.row ?? 1,
      column: places[i]?.column ?? 1,
    })),
  };
}

async function drawing(table: Table, format: "xlsx" | "docx" = "xlsx") {
  const bytes =
    format === "xlsx" ? await writeXlsx([{ name: "Sơ đồ", table }]) : await writeDocx([wordTable(table)]);
  return understandChart(await readDocument(`so-do.${format}`, bytes, READ_LIMITS));
}

function seatsAsText(chart: ChartReading): string[][] {
  const rows: string[][] = Array.from({ length: chart.rowCount }, () =>
    Array.from({ length: chart.columnCount }, () => "·"),
  );
  for (const seat of chart.seats) {
    const row = rows[seat.row - 1];
    if (row) row[seat.column - 1] = seat.fullName ?? (seat.ordinal === null ? "" : String(seat.ordinal));
  }
  return rows;
}

describe("a chart drawn any way", () => {
  const style: fc.Arbitrary<ChartStyle> = fc.record({
    front: fc.constantFrom("top", "bottom"),
    viewpoint: fc.constantFrom("teacher", "class"),
    statesViewpoint: fc.boolean(),
    content: fc.constantFrom("name", "ordinal", "ordinal-name"),
    empty: fc.constantFrom("Trống", ""),
    aisle: fc.constantFrom("LỐI ĐI", ""),
    labels: fc.boolean(),
  });

  it("reads back to the same seats in the room's frame", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(style, fc.nat(), fc.constantFrom("xlsx", "docx"), async (style, seed, format) => {
        const course = shuffled(sampleCourse(seededRandom(seed)), seed);
        const bytes =
          format === "xlsx" ? await buildChartXlsx(course, style) : await buildChartDocx(course, style);
        const { value, reported, rowsIn, understood, problems } = understandChart(
          await readDocument(`so-do.${format}`, bytes, READ_LIMITS),
        );
        expect(problems.filter((found) => found.where.includes("›"))).toEqual([]);
        expect([reported, rowsIn - understood]).toEqual([0, 0]);
        expect(value).toMatchObject({
          front: style.front,
          viewpoint: style.statesViewpoint ? style.viewpoint : null,
          roomText: "Phòng 301 nhà A",
        });
        const answers = { front: style.front, viewpoint: style.viewpoint, seatsPerDesk: 1 } as const;
        const seats = toCanonicalSeats(value, answers);
        expect(seats).toHaveLength(42);
        expect(canonicalAisles(value, answers)).toEqual([3]);
        const taken = seats.filter((seat) => seat.ordinal !== null || seat.fullName !== null);
        expect(
          taken.map(({ row, column, ordinal, fullName }) => ({ row, column, ordinal, fullName })),
        ).toEqual(
          course.seats
            .toSorted((a, b) => a.row - b.row || a.column - b.column)
            .map(({ row, column, trainee }) => ({
              row,
              column,
              ordinal: style.content === "name" ? null : trainee + 1,
              fullName: style.content === "ordinal" ? null : course.trainees[trainee]?.fullName,
            })),
        );
      }),
      { numRuns: 30 },
    );
  });
});

describe("what a seat cell says", () => {
  it("tells two people on two lines from one name that goes on, and a person from a remark", async () => {
    const { value, problems } = await drawing([
      banner("BẢNG", 3),
      texts("Hồ Thị Ngọc\nLý Thanh Hoa", "Nguyễn Thị\nMinh Anh", "nguyễn thị hoa"),
      texts("Trần Ngọc\nLan Anh", "Bản nháp", "Phạm Văn Hải"),
      texts("", "Hết danh sách", ""),
    ]);
    expect(value.seats.flatMap(({ fullName }) => fullName ?? [])).toEqual([
      "Hồ Thị Ngọc",
      "Lý Thanh Hoa",
      "Nguyễn Thị Minh Anh",
      "nguyễn thị hoa",
      "Trần Ngọc Lan Anh",
      "Phạm Văn Hải",
    ]);
    expect(
      problems.filter(({ why }) => /Bản nháp|Hết danh sách/.test(why.vi)).map((one) => one.severity),
    ).toEqual(["ask", "note"]);
  });

  it("asks about a number that stands apart and is nobody's seat", async () => {
    const names = ["Lê Văn An", "Lê Văn Bình", "Lê Văn Chung", "Lê Văn Dũng"];
    const named = await drawing([
      banner("BẢNG", 2),
      texts(...names.slice(0, 2)),
      texts(...names.slice(2), "", "7"),
    ]);
    expect(named.value.seats.map(({ fullName }) => fullName)).toEqual(names);
    expect(named.reported).toBe(1);
    const numbers = await drawing([
      banner("BẢNG", 2),
      texts("1", "2"),
      texts("3", "4"),
      texts("", ""),
      texts("", "2"),
    ]);
    expect(numbers.value.seats.map(({ ordinal }) => ordinal)).toEqual([1, 2, 3, 4]);
    expect(numbers.reported).toBe(1);
  });

  it("reads two names in one cell as the two seats of a desk, and asks about nothing but what is unknown", async () => {
    const { value, reported } = await drawing([
      banner("BỤC GIẢNG", 3),
      [{ text: "Nguyễn Văn An\nTrần Thị Bình" }, null, { text: "Lê Văn Cường, Phạm Thị Dung" }],
      [{ text: "3. Võ Văn Em / 4. Hồ Thị Gái" }, null, { text: "Đỗ Văn Hải" }],
    ]);
    expect(reported).toBe(0);
    expect(value).toMatchObject({
      rowCount: 2,
      columnCount: 4,
      seatsPerDesk: 2,
      aislesAfter: [2],
      front: "top",
    });
    expect(seatsAsText(value)).toEqual([
      ["Nguyễn Văn An", "Trần Thị Bình", "Lê Văn Cường", "Phạm Thị Dung"],
      ["Võ Văn Em", "Hồ Thị Gái", "Đỗ Văn Hải", ""],
    ]);
    expect(() => toCanonicalSeats(value, { front: "top", viewpoint: "teacher", seatsPerDesk: 1 })).toThrow(
      /hai người/,
    );
  });

  it("reads a number over its name, a name broken in two lines and a unit below a name as one person", async () => {
    const { value } = await drawing([
      texts("7\nNguyễn Văn An", "Nguyễn Thị\nMinh Anh", "Trần Văn Bình\nSở Nội vụ tỉnh Gia Lai"),
      texts("02 - Lê Văn Cường", "Hoàng Văn\nDũng", "Vũ Thị Hà (lớp trưởng)"),
    ]);
    expect(seatsAsText(value)).toEqual([
      ["Nguyễn Văn An", "Nguyễn Thị Minh Anh", "Trần Văn Bình"],
      ["Lê Văn Cường", "Hoàng Văn Dũng", "Vũ Thị Hà"],
    ]);
    expect(value.seats.map((seat) => seat.ordinal)).toEqual([7, null, null, 2, null, null]);
  });

  it("puts a name merged over a double desk on the left seat and says so", async () => {
    const { value, problems } = await drawing([
      banner("BẢNG", 4),
      texts("1", "2", "3", "4"),
      [{ text: "5. Nguyễn Văn An", columnSpan: 2 }, null, ...texts("6", "7")],
    ]);
    expect(seatsAsText(value)[1]).toEqual(["Nguyễn Văn An", "·", "6", "7"]);
    expect(problems).toContainEqual(
      expect.objectContaining({ severity: "note", where: expect.stringContaining("A3") }),
    );
  });

  it("keeps teachers, doors and the board out of the seats", async () => {
    const { value, reported } = await drawing(
      [
        texts("BÀN GIÁO VIÊN\nThS. Lê Thị Cô", "BẢNG LỚP HỌC", "CỬA RA VÀO"),
        texts("GV: Trần Văn Thầy", "", ""),
        texts("Nguyễn Văn Bằng", "Vũ Thị Hoa", "Tô Văn Bảo"),
        texts("Đoàn Thị Lan", "Tống Văn Nam", "Trống"),
      ].map((row, i) => (i === 1 ? row.map((cell) => (cell.text === "" ? null : cell)) : row)),
    );
    expect(value.front).toBe("top");
    expect(seatsAsText(value).slice(-2)).toEqual([
      ["Nguyễn Văn Bằng", "Vũ Thị Hoa", "Tô Văn Bảo"],
      ["Đoàn Thị Lan", "Tống Văn Nam", ""],
    ]);
    expect(reported).toBe(0);
  });

  it("takes numbers along the edges for labels, not for STT, when they occur again inside", async () => {
    const { value } = await drawing(
      [texts("", "1", "2", "3"), texts("1", "5", "6", "1"), texts("2", "2", "4", "3")].map((row) =>
        row.map((cell) => (cell.text === "" ? null : cell)),
      ),
    );
    expect(seatsAsText(value)).toEqual([
      ["5", "6", "1"],
      ["2", "4", "3"],
    ]);
  });

  it("reports what it cannot read among the seats, with the cell", async () => {
    const { reported, problems } = await drawing([texts("1", "2", "3"), texts("4", "??!", "6")]);
    expect(reported).toBe(1);
    expect(problems).toContainEqual(
      expect.objectContaining({ severity: "ask", where: "so-do.xlsx › Sơ đồ › B2" }),
    );
  });

  it("asks the three things a chart does not say", async () => {
    const { problems } = await drawing([texts("1", "2"), texts("3", "4")]);
    expect(problems.map((found) => found.severity)).toEqual(["ask", "ask", "ask"]);
  });

  it("refuses a document without a chart", async () => {
    const reading = await drawing([texts("Kính gửi: Ban Giám đốc")]);
    expect(reading).toMatchObject({ value: { seats: [] }, problems: [{ severity: "refuse" }] });
    expect(reading.rowsIn).toBe(reading.reported);
  });
});

describe("a list with a seat column", () => {
  it("reads each seat and reports the seat it cannot read", async () => {
    const { value, rowsIn, understood, reported } = await drawing([
      texts("STT", "Họ và tên", "ID chỗ"),
      texts("1", "Nguyễn Văn An", "A1"),
      texts("2", "Trần Thị Bình", "B3"),
      texts("3", "Lê Văn Cường", "Hàng 2, chỗ 1"),
      texts("4", "Phạm Thị Dung", "gần cửa"),
    ]);
    expect(value.seats.map(({ row, column, ordinal }) => [row, column, ordinal])).toEqual([
      [1, 1, 1],
      [2, 1, 3],
      [2, 3, 2],
    ]);
    expect([rowsIn, understood, reported]).toEqual([4, 3, 1]);
  });
});
