import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { Table, TableCell } from "../../fixtures/documents/table.ts";
import { writeXlsx } from "../../fixtures/documents/write-xlsx.ts";
import type { LocalDate } from "../types.ts";
import { READ_LIMITS } from "./limits.ts";
import { readDocument } from "./read-document.ts";

const WIDTH = 6;

const text = fc.oneof(
  fc.constantFrom(
    "Nguyễn Văn An",
    "Ðặng\u00A0Thị",
    "Hoa\u0300 Bình",
    "dòng 1\ndòng 2",
    "=1+1",
    "<b>&",
    " 01 ",
  ),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }).filter((value) => !/[\p{C}\r]/u.test(value)),
);
const cell: fc.Arbitrary<TableCell | null> = fc.oneof(
  { weight: 5, arbitrary: text.map((value) => ({ text: value })) },
  { weight: 1, arbitrary: fc.constant({ text: "" }) },
  { weight: 1, arbitrary: fc.constant(null) },
  {
    weight: 2,
    arbitrary: fc.integer({ min: -9_999, max: 99_999 }).map((number) => ({ text: String(number), number })),
  },
  {
    weight: 2,
    arbitrary: fc
      .date({ min: new Date("1930-01-01"), max: new Date("2079-12-31"), noInvalidDate: true })
      .map((value) => value.toISOString().slice(0, 10) as LocalDate)
      .map((date) => ({ text: date.split("-").reverse().join("/"), date })),
  },
);

/** Rows of cells of which some are merged to the right; covered places are null. */
const table = fc.array(
  fc
    .tuple(
      fc.array(cell, { minLength: WIDTH, maxLength: WIDTH }),
      fc.nat(WIDTH - 2),
      fc.integer({ min: 1, max: 2 }),
    )
    .map(([row, from, columnSpan]) =>
      row.map((one, column) => {
        if (column === from) return { ...(one ?? { text: "" }), columnSpan };
        return column > from && column < from + columnSpan ? null : one;
      }),
    ),
  { minLength: 1, maxLength: 12 },
);

it("any table another program writes reads back: text, dates, merges and blank drawn cells", async () => {
  await fc.assert(
    fc.asyncProperty(table, async (written: Table) => {
      const bytes = await writeXlsx([{ name: "Bảng", table: written }]);
      const { grids, notes } = await readDocument("a.xlsx", bytes, READ_LIMITS);
      const expected = written.flatMap((row, r) =>
        row.flatMap((one, c) => (one ? [[r, c, one.columnSpan ?? 1, one.text, one.date ?? null]] : [])),
      );
      const read = (grids[0]?.cells ?? []).map((one) => [
        one.row,
        one.column,
        one.columnSpan,
        one.text,
        one.date,
      ]);
      expect(read).toEqual(expected);
      expect(notes).toEqual([]);
    }),
    { numRuns: 40 },
  );
});
