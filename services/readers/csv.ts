import { parse } from "csv-parse/sync";
import type { Grid } from "../types.ts";
import type { ReadLimits } from "./limits.ts";
import { refused, SEND_OFFICE_FILE } from "./refusal.ts";

const DELIMITERS = [",", ";", "\t", "|"];

/**
 * One grid of a delimited text; the delimiter is the one that cuts most lines alike, and a tab before all others when it cuts as
 * many lines as they do: nobody types one inside a value, while the dates of a Teams file hold a comma each. Throws `file-refused` for prose
 * or too many rows.
 */
export function readCsv(fileName: string, text: string, limits: ReadLimits): Grid {
  const parsed = DELIMITERS.map((delimiter) => ({
    delimiter,
    rows: parseWith(text, delimiter, limits.rows + 1),
  })).flatMap(({ delimiter, rows }) => (rows === null ? [] : [{ delimiter, rows, ...evenness(rows) }]));
  const mostCut = Math.max(0, ...parsed.map(({ cut }) => cut));
  const best =
    parsed.find(({ delimiter, cut }) => delimiter === "\t" && cut > 0 && cut === mostCut) ??
    parsed.sort((a, b) => b.alike - a.alike || b.width - a.width)[0];
  if (!best || best.width < 2 || best.rows.length < 2) {
    throw refused(
      fileName,
      { vi: "tệp chỉ là văn bản, không có bảng", en: "the file is plain text without a table" },
      SEND_OFFICE_FILE,
    );
  }
  if (best.rows.length > limits.rows || best.width > limits.columns) {
    throw refused(
      fileName,
      {
        vi: `bảng quá lớn (hơn ${limits.rows} hàng hoặc ${limits.columns} cột)`,
        en: `the table is too large (over ${limits.rows} rows or ${limits.columns} columns)`,
      },
      SEND_OFFICE_FILE,
    );
  }
  return toGrid(best.rows);
}

function parseWith(text: string, delimiter: string, to: number): string[][] | null {
  try {
    return parse(text, {
      delimiter,
      to,
      bom: true,
      relax_column_count: true,
      relax_quotes: true,
      max_record_size: 1 << 17,
    });
  } catch {
    return null;
  }
}

/** The commonest width of two or more, how many rows have it, and how many are cut at all. */
function evenness(rows: string[][]): { width: number; alike: number; cut: number } {
  const counts = new Map<number, number>();
  for (const row of rows) if (row.length > 1) counts.set(row.length, (counts.get(row.length) ?? 0) + 1);
  const [width = 0, alike = 0] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [];
  return { width, alike, cut: rows.filter((row) => row.length > 1).length };
}

function toGrid(rows: string[][]): Grid {
  const cells = rows.flatMap((values, row) =>
    values.map((text, column) => ({
      row,
      column,
      rowSpan: 1,
      columnSpan: 1,
      text,
      date: null,
      ref: `dòng ${row + 1}, cột ${column + 1}`,
      picture: null,
    })),
  );
  return {
    name: "CSV",
    rowCount: rows.length,
    columnCount: Math.max(...rows.map((row) => row.length)),
    cells,
  };
}
