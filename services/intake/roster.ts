import type { Grid, Reading, ReadingProblem, RosterEntry, SourceDocument } from "../types.ts";
import { isPageNumber, isRemark, isSignature, isTitle, isTotals, statedTotal } from "./furniture.ts";
import { isBlank, rowsOf, rowText } from "./grid-rows.ts";
import type { Column } from "./header.ts";
import { belowTable, remarkRow } from "./left-out.ts";
import { cleanText, looksLikeName } from "./match-key.ts";
import { placeOf, problem } from "./problems.ts";
import { rosterTable } from "./roster-columns.ts";
import type { RosterField, RosterTable } from "./roster-columns.ts";
import { rosterTroubles, rowTroubles, unreadEmail, unusedColumns } from "./roster-troubles.ts";
import {
  bandOf,
  birthOf,
  emailOf,
  entryOf,
  isRepeatedHeader,
  nameOf,
  ordinalOf,
  rosterRow,
} from "./roster-row.ts";
import type { RosterRow } from "./roster-row.ts";
import { readsLikeRemark } from "./surnames.ts";

interface Draft {
  entries: RosterEntry[];
  reported: number;
  problems: ReadingProblem[];
  stated: number | null;
}

/** Text that stands below "Người lập" and its like. */
interface Below {
  where: string;
  texts: string[];
}

/**
 * The trainees of a list. Rows in = rows that are not titles, unit bands, totals or signatures; each becomes an entry or is
 * reported with its cell. A file without a recognisable list yields one `refuse` problem.
 */
export function understandRoster(doc: SourceDocument): Reading<RosterEntry[]> {
  const tables = doc.grids.map(rosterTable).filter((table) => table !== null);
  const main = tables.toSorted(
    (a, b) => b.header.score - a.header.score || b.grid.rowCount - a.grid.rowCount,
  )[0];
  if (!main) return noRoster(doc);
  const draft: Draft = { entries: [], reported: 0, problems: [...doc.notes], stated: null };
  for (const part of partsOf(doc, main, tables)) readTable(doc, part, draft);
  reportOthers(doc, main, tables, draft);
  draft.problems.push(...unusedColumns(doc, main), ...rosterTroubles(doc, main, draft.entries, draft.stated));
  const understood = draft.entries.length;
  return {
    kind: "roster",
    value: draft.entries,
    rowsIn: understood + draft.reported,
    understood,
    reported: draft.reported,
    problems: draft.problems,
  };
}

/** Word breaks a long list into several tables: later ones of the same width continue it, with or without a header of their own. */
function partsOf(doc: SourceDocument, main: RosterTable, tables: RosterTable[]): RosterTable[] {
  if (doc.format !== "docx") return [main];
  const later = doc.grids.slice(doc.grids.indexOf(main.grid) + 1);
  return [
    main,
    ...later
      .filter((grid) => grid.columnCount === main.grid.columnCount)
      .map((grid) => tables.find((table) => table.grid === grid) ?? continued(main, grid)),
  ];
}

function continued(main: RosterTable, grid: Grid): RosterTable {
  return { grid, header: { ...main.header, top: 0, bodyFrom: 0 } };
}

function readTable(doc: SourceDocument, { grid, header }: RosterTable, draft: Draft): void {
  let unit: string | null = null;
  let below: Below | null = null;
  for (const [index, cells] of rowsOf(grid).entries()) {
    if (index < header.bodyFrom) continue;
    const row = rosterRow(cells, index, header.columns);
    const kind = kindOf(row, header.columns, below !== null);
    if (kind === "end") below ??= { where: placeOf(doc, grid, row.own[0]), texts: [] };
    if (kind === "end" || kind === "below") below?.texts.push(...row.own.map((cell) => cleanText(cell.text)));
    else if (kind === "band") unit = bandOf(row, header.columns);
    else if (kind === "totals") draft.stated = statedTotal(rowText(row.own)) ?? draft.stated;
    else if (kind === "trainee") addEntry(doc, grid, row, unit, draft);
    else if (kind === "remark")
      draft.problems.push(remarkRow(placeOf(doc, grid, row.own[0]), rowText(row.own)));
    else if (kind === "unclear") reportRow(doc, grid, row, draft);
  }
  if (below) draft.problems.push(belowTable(below.where, below.texts));
}

type RowKind = "trainee" | "band" | "totals" | "end" | "below" | "remark" | "furniture" | "unclear";

/**
 * A number and a name make a trainee wherever they stand, so nothing below a subtotal or a signature is lost. Without a
 * number, a name with a birth date does; then a name in a list that has no numbers.
 */
function kindOf(row: RosterRow, columns: Column<RosterField>[], ended: boolean): RowKind {
  if (row.own.every(isBlank) || isRepeatedHeader(row)) return "furniture";
  const { name } = nameOf(row);
  if (ordinalOf(row) !== null && /\p{L}/u.test(name)) return "trainee";
  if (isTotals(rowText(row.own))) return "totals";
  if (isPageNumber(rowText(row.own)) || isTitle(rowText(row.own))) return "furniture";
  if (isRemark(rowText(row.own))) return "remark";
  const birth = birthOf(row);
  const named = looksLikeName(name) && !isSignature(name) && !readsLikeRemark(name);
  if (named && (birth.date !== null || birth.year !== null)) return "trainee";
  if (ended) return "below";
  if (!named && row.own.some((cell) => isSignature(cell.text))) return "end";
  if (bandOf(row, columns) !== null) return "band";
  const numberless = !columns.some((column) => column.field === "ordinal");
  return named && (numberless || row.own.length >= 3) ? "trainee" : "unclear";
}

function addEntry(doc: SourceDocument, grid: Grid, row: RosterRow, unit: string | null, draft: Draft): void {
  const nameCell = row.own.find((cell) => /\p{L}/u.test(cell.text)) ?? row.own[0];
  const where = placeOf(
    doc,
    grid,
    (row.byField.get("fullName") ?? row.byField.get("familyName"))?.[0] ?? nameCell,
  );
  const entry = entryOf(row, where, unit);
  draft.entries.push(entry);
  draft.problems.push(...rowTroubles(entry, birthOf(row)));
  const { unread } = emailOf(row);
  if (unread)
    draft.problems.push(unreadEmail(placeOf(doc, grid, unread), entry.fullName, cleanText(unread.text)));
}

function reportRow(doc: SourceDocument, grid: Grid, row: RosterRow, draft: Draft): void {
  draft.reported++;
  const shown = rowText(row.own).slice(0, 60);
  draft.problems.push(
    problem(
      "ask",
      placeOf(doc, grid, row.own[0]),
      { vi: `Không hiểu hàng này: “${shown}”.`, en: `This row was not understood: “${shown}”.` },
      {
        vi: "Ghi đủ STT và họ tên nếu là học viên, hoặc xóa hàng.",
        en: "Give number and full name if it is a trainee, or delete the row.",
      },
    ),
  );
}

/** People in tables that were not chosen: another sheet's list, or a Word table of another width without a header. */
function reportOthers(doc: SourceDocument, main: RosterTable, tables: RosterTable[], draft: Draft): void {
  const used = new Set(partsOf(doc, main, tables).map((part) => part.grid));
  for (const grid of doc.grids.filter((grid) => !used.has(grid))) {
    const people = rowsOf(grid).filter((row, index) =>
      isNumberedPerson(row.filter((cell) => cell.row === index).map((cell) => cleanText(cell.text))),
    ).length;
    if (people === 0) continue;
    draft.reported += people;
    draft.problems.push(
      problem(
        "ask",
        placeOf(doc, grid),
        {
          vi: `Bảng này có thêm ${people} người nhưng không được dùng; danh sách lấy từ “${main.grid.name}”.`,
          en: `This table holds ${people} more people and was not used; the list was taken from “${main.grid.name}”.`,
        },
        {
          vi: "Chỉ để một danh sách trong tệp, hoặc ẩn bảng cũ.",
          en: "Keep one list in the file, or hide the old one.",
        },
      ),
    );
  }
}

function isNumberedPerson(texts: string[]): boolean {
  return texts.some((text) => /^\d{1,6}\.?$/.test(text)) && texts.some(looksLikeName);
}

function noRoster(doc: SourceDocument): Reading<RosterEntry[]> {
  const rows = doc.grids.flatMap((grid) => rowsOf(grid)).filter((row) => !row.every(isBlank)).length;
  const missing = problem(
    "refuse",
    doc.fileName,
    {
      vi: "Không tìm thấy danh sách học viên: cần một hàng tiêu đề có “Họ và tên”.",
      en: "No list of trainees found: a header row with “Họ và tên” is needed.",
    },
    {
      vi: "Thêm hàng tiêu đề STT, Họ và tên, Ngày sinh, Chức vụ, Đơn vị công tác.",
      en: "Add a header row: STT, Họ và tên, Ngày sinh, Chức vụ, Đơn vị công tác.",
    },
  );
  return {
    kind: "roster",
    value: [],
    rowsIn: rows,
    understood: 0,
    reported: rows,
    problems: [...doc.notes, missing],
  };
}
