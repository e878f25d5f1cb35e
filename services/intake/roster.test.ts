import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inventPeople, seededRandom } from "../../fixtures/documents/people.ts";
import { buildRosterDocx, buildRosterXlsx } from "../../fixtures/documents/roster-file.ts";
import { ROSTER_SHAPES } from "../../fixtures/documents/roster-shapes.ts";
import type { RosterShape } from "../../fixtures/documents/roster-shapes.ts";
import { sampleCourse } from "../../fixtures/documents/sample-course.ts";
import { smallJpeg } from "../../fixtures/documents/small-picture.ts";
import { READ_LIMITS } from "../readers/limits.ts";
import { readDocument } from "../readers/read-document.ts";
import type { Grid, GridCell, RosterEntry, SourceDocument } from "../types.ts";
import { understandRoster } from "./roster.ts";

function told({ ordinal, fullName, birthDate, birthYear, position, workplace }: RosterEntry) {
  return { ordinal, fullName, birthDate, birthYear, position, workplace };
}

async function readBack(shape: RosterShape, seed: number, count: number) {
  const course = { ...sampleCourse(seededRandom(seed)), trainees: inventPeople(seededRandom(seed), count) };
  const doc = await readDocument(shape.fileName, await shape.build(course), READ_LIMITS);
  return { course, reading: understandRoster(doc) };
}

/** A one-sheet document from texts; blanks are cells that do not exist. */
function sheetOf(rows: string[][], merges: Record<string, number> = {}): SourceDocument {
  const cells = rows.flatMap((row, r) =>
    row.flatMap((text, c): GridCell[] => {
      const columnSpan = merges[`${r},${c}`] ?? 1;
      return text === ""
        ? []
        : [
            {
              row: r,
              column: c,
              rowSpan: 1,
              columnSpan,
              text,
              date: null,
              ref: `R${r + 1}C${c + 1}`,
              picture: null,
            },
          ];
    }),
  );
  const grid: Grid = {
    name: "Sheet1",
    rowCount: rows.length,
    columnCount: Math.max(...rows.map((row) => row.length)),
    cells,
  };
  return { fileName: "ds.xlsx", sha256: "", format: "xlsx", grids: [grid], paragraphs: [], notes: [] };
}

const HEADER = ["STT", "Họ và tên", "Ngày sinh", "Chức vụ"];

describe("every roster shape", () => {
  it.each(ROSTER_SHAPES.map((shape) => [shape.name, shape] as const))("reads back %s", async (_, shape) => {
    const { course, reading } = await readBack(shape, 11, 19);
    expect(reading.value.map(told)).toEqual(course.trainees.map((trainee, i) => shape.expected(trainee, i)));
    expect(reading).toMatchObject({ rowsIn: 19, understood: 19, reported: 0 });
    expect(reading.problems.filter((found) => found.severity !== "note")).toEqual([]);
  });

  it("reads back equal for any people", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...ROSTER_SHAPES),
        fc.nat(),
        fc.integer({ min: 12, max: 60 }),
        async (shape, seed, count) => {
          const { course, reading } = await readBack(shape, seed, count);
          expect(reading.value.map(told)).toEqual(
            course.trainees.map((trainee, i) => shape.expected(trainee, i)),
          );
          expect(reading.reported).toBe(0);
        },
      ),
      { numRuns: 25 },
    );
  });

  it("reads the academy's own list from Excel and Word alike, portraits included", async () => {
    const course = sampleCourse(seededRandom(3));
    const withPictures = {
      ...course,
      trainees: course.trainees.map((trainee, i) =>
        i % 2 ? trainee : { ...trainee, portrait: smallJpeg() },
      ),
    };
    const files = [
      ["ds.xlsx", await buildRosterXlsx(withPictures)],
      ["ds.docx", await buildRosterDocx(withPictures)],
    ] as const;
    for (const [name, bytes] of files) {
      const { value } = understandRoster(await readDocument(name, bytes, READ_LIMITS));
      expect(value.map((entry) => entry.portrait !== null)).toEqual(
        withPictures.trainees.map((_, i) => i % 2 === 0),
      );
      expect(value[0]?.portrait?.bytes).toEqual(smallJpeg().bytes);
    }
  });
});

describe("noise in a list", () => {
  const noise: ((text: string) => string)[] = [
    (text) => text,
    (text) => text.normalize("NFD"),
    (text) => text.replaceAll(" ", "\u00A0"),
    (text) => text.replaceAll("Đ", "Ð"),
    (text) => `  ${text} \u200B`,
    (text) => text.replace(" ", "  \u00AD"),
  ];

  it("does not change who is read", () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.array(fc.constantFrom(...noise), { minLength: 20, maxLength: 20 }),
        (seed, spoil) => {
          const people = inventPeople(seededRandom(seed), 20);
          const rows = people.map((person, i) => [
            String(i + 1),
            (spoil[i] ?? String)(person.fullName),
            person.birthDate,
            person.position,
          ]);
          const { value, reported } = understandRoster(sheetOf([HEADER, ...rows]));
          expect(value.map((entry) => entry.fullName)).toEqual(people.map((person) => person.fullName));
          expect(reported).toBe(0);
        },
      ),
    );
  });

  it("never loses a row: each is an entry or is reported", () => {
    const cell = fc.constantFrom(
      "",
      "12",
      "Nguyễn Văn An",
      "Ghi chú gì đó",
      "x",
      "31/02/1990",
      "???",
      "Phạm Thị Bình",
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, cell, cell), { maxLength: 15 }), (rows) => {
        const reading = understandRoster(
          sheetOf([HEADER, ["1", "Lê Văn Đầu", "01/02/1990", "Chuyên viên"], ...rows]),
        );
        expect(reading.rowsIn).toBe(reading.understood + reading.reported);
        const numbered = rows.filter(
          ([stt, name]) => /^\d+$/.test(stt) && name.includes(" ") && /\p{L}/u.test(name),
        ).length;
        expect(reading.understood).toBeGreaterThanOrEqual(numbered + 1);
        const asked = reading.problems.filter((found) => found.why.vi.startsWith("Không hiểu hàng")).length;
        expect(asked).toBe(reading.reported);
      }),
    );
  });
});

describe("what a list leaves unclear", () => {
  const first = ["1", "Lê Văn Đầu", "01/02/1990", "Chuyên viên"];

  it("keeps people below a subtotal and below a signature", () => {
    const { value } = understandRoster(
      sheetOf([
        HEADER,
        first,
        ["Cộng: 1"],
        ["", "NGƯỜI LẬP"],
        ["", "Vũ Thị Lập"],
        ["2", "Tống Văn Sau", "", ""],
      ]),
    );
    expect(value.map((entry) => entry.fullName)).toEqual(["Lê Văn Đầu", "Tống Văn Sau"]);
  });

  it("does not take the surnames Tống, Vũ, Tô, Đoàn or a director for totals, units or signatures", () => {
    const names = ["Tống Văn An", "Vũ Thị Bình", "Tô Văn Cường", "Đoàn Thị Dung", "Công Tôn Nữ Hà"];
    const rows = names.map((name, i) => ["", name, `0${i + 1}/02/1990`, "Giám đốc"]);
    const { value, reported } = understandRoster(sheetOf([HEADER, ...rows]));
    expect(value.map((entry) => entry.fullName)).toEqual(names);
    expect(reported).toBe(0);
  });

  it("reports a row that is no person, with its cell and the remedy", () => {
    const { problems, reported } = understandRoster(sheetOf([HEADER, first, ["", "???", "", ""]]));
    expect(reported).toBe(1);
    expect(problems).toContainEqual(
      expect.objectContaining({ severity: "ask", where: "ds.xlsx › Sheet1 › R3C2" }),
    );
  });

  it("asks about a birth date that is none, a stated total that differs and a person listed twice", () => {
    const { problems } = understandRoster(
      sheetOf([
        HEADER,
        first,
        ["2", "Trần An Bình", "31/02/1990", ""],
        ["3", ...first.slice(1)],
        ["Danh sách gồm 5 học viên"],
      ]),
    );
    const asked = problems.filter((found) => found.severity === "ask").map((found) => found.why.vi);
    expect(asked).toEqual([
      expect.stringContaining("31/02/1990"),
      expect.stringContaining("hai lần"),
      expect.stringContaining("ghi 5 học viên nhưng đọc được 3"),
    ]);
  });

  it("flags letters of another script in a name", () => {
    const { problems } = understandRoster(sheetOf([HEADER, ["1", "Һoàng Văn An", "", ""]]));
    expect(problems).toContainEqual(
      expect.objectContaining({
        severity: "ask",
        why: expect.objectContaining({ vi: expect.stringContaining("Һ") }),
      }),
    );
  });

  it("counts the people of a second visible list as reported", () => {
    const doc = sheetOf([HEADER, first]);
    const other = sheetOf([
      ["STT", "Họ và tên"],
      ["1", "Phạm Văn Khác"],
      ["2", "Phạm Văn Nữa"],
    ]).grids[0] as Grid;
    const reading = understandRoster({ ...doc, grids: [...doc.grids, { ...other, name: "Sheet2" }] });
    expect(reading).toMatchObject({ understood: 1, reported: 2, rowsIn: 3 });
  });

  it("refuses a file without a list", () => {
    const reading = understandRoster(
      sheetOf([
        ["Kính gửi", "Ban Giám đốc"],
        ["a", "b"],
      ]),
    );
    expect(reading).toMatchObject({ value: [], rowsIn: 2, reported: 2, problems: [{ severity: "refuse" }] });
  });

  it("joins a Word list that page breaks cut into tables", () => {
    const doc = sheetOf([HEADER, first]);
    const rest = sheetOf([
      ["2", "Trần Văn Hai", "02/02/1991", "Văn thư"],
      ["3", "Trần Văn Ba", "03/02/1991", "Văn thư"],
    ]).grids[0] as Grid;
    const { value, reported } = understandRoster({ ...doc, format: "docx", grids: [...doc.grids, rest] });
    expect(value.map((entry) => entry.ordinal)).toEqual([1, 2, 3]);
    expect(reported).toBe(0);
  });
});

it("takes a row's address, tells of a cell that holds none, and is silent about a blank one", () => {
  const { value, reported, problems } = understandRoster(
    sheetOf([
      ["STT", "Họ và tên", "Email"],
      ["1", "Lê Văn An", "An.Le@tinh.gov.vn"],
      ["2", "Lê Văn Bình", "binh tinh.gov.vn"],
      ["3", "Lê Văn Chung", ""],
      ["4", "Lê Văn Dũng", "-"],
      ["5", "Lê Văn Em", "em@a.vn; em@b.vn"],
    ]),
  );
  expect(value.map(({ email }) => email)).toEqual([
    "an.le@tinh.gov.vn",
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  expect(reported).toBe(0);
  expect(problems.map(({ where, severity, why }) => [where, severity, /“(.*)”/.exec(why.vi)?.[1]])).toEqual([
    ["ds.xlsx › Sheet1 › R3C3", "note", "binh tinh.gov.vn"],
    ["ds.xlsx › Sheet1 › R6C3", "note", "em@a.vn; em@b.vn"],
  ]);
});

it("a remark, a page number and the header printed again are no unit and nobody; a cell beside the table changes nothing", () => {
  const { value, problems } = understandRoster(
    sheetOf(
      [
        ["TT", "Họ đệm", "Tên"],
        ["1", "Lê Văn", "An"],
        ["Trang 1/2"],
        ["TT", "Họ đệm", "Tên"],
        ["II. Sở Tư pháp", "", "", "", "đã kiểm tra"],
        ["2", "Lê Văn", "Bình"],
        ["(*) Học viên vắng: xem sổ"],
        ["3", "Lê Văn", "Chung"],
        ["", "", "Người lập"],
        ["", "", "Vũ Thị Lập"],
      ],
      { "2,0": 3, "4,0": 3, "6,0": 3 },
    ),
  );
  expect(value.map(({ fullName, workplace }) => [fullName, workplace])).toEqual([
    ["Lê Văn An", null],
    ["Lê Văn Bình", "Sở Tư pháp"],
    ["Lê Văn Chung", "Sở Tư pháp"],
  ]);
  const words = problems.map(({ why }) => why.vi).join("\n");
  for (const text of ["(*) Học viên vắng", "đã kiểm tra", "Vũ Thị Lập"]) expect(words).toContain(text);
});
