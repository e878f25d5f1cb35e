import type { Grid, GridCell, SourceDocument } from "../types.ts";
import { isBlank, rowsOf } from "./grid-rows.ts";
import { fieldOf } from "./header.ts";
import type { Aliases } from "./header.ts";
import { cleanText, foldAccents } from "./match-key.ts";
import { isDuration, writtenTime } from "./meeting-clock.ts";

/** Columns of a Teams attendance file. */
export type MeetingField =
  | "name"
  | "joined"
  | "left"
  | "duration"
  | "email"
  | "account"
  | "role"
  | "action"
  | "at";

/** Titles as Teams writes them, in English and in the Vietnamese of an interface set to it; "(UTC)" may follow. */
const ALIASES: Aliases<MeetingField> = [
  ["name", /^(full name|name|participant name|ho (va )?ten|ten( day du)?|ten nguoi (tham gia|tham du|du))$/],
  [
    "joined",
    /^(first join( time)?|join time|joined|(lan )?tham gia (dau tien|lan dau( tien)?)|lan dau tham gia|(thoi gian|gio|thoi diem) (tham gia|vao)( lan dau| dau tien)?)( utc)?$/,
  ],
  [
    "left",
    /^(last leave( time)?|leave time|left|(lan )?roi( di| khoi)? (cuoi( cung)?|lan cuoi)|lan cuoi roi( di)?|(thoi gian|gio|thoi diem) (roi|ra)( di| khoi)?( lan cuoi| cuoi cung)?)( utc)?$/,
  ],
  ["duration", /^((in meeting )?duration|(tong )?thoi luong( .*)?|thoi gian trong cuoc hop)$/],
  ["email", /^(e ?mail|e ?mail address|dia chi (e ?mail|thu dien tu))$/],
  [
    "account",
    /^(participant id( upn)?|upn|user principal name|(id|ma) (nguoi )?(tham gia|tham du|du|dung)( upn)?)$/,
  ],
  ["role", /^(role|vai tro)$/],
  ["action", /^(user action|action|hanh dong( cua)?( nguoi dung)?|thao tac( cua)?( nguoi dung)?)$/],
  ["at", /^(time ?stamp|dau thoi gian|moc thoi gian|thoi gian|thoi diem)( utc)?$/],
];

export interface MeetingRow {
  byField: Map<MeetingField, GridCell>;
  cells: GridCell[];
}

/**
 * `summary`: one row a person, first join and last leave. `stays`: one row a join. `actions`: one row a join or a leave. `unknown`:
 * rows under a title that are none of these.
 */
export interface MeetingTable {
  shape: "summary" | "stays" | "actions" | "unknown";
  grid: Grid;
  utc: boolean;
  rows: MeetingRow[];
}

export interface MeetingParts {
  tables: MeetingTable[];
  /** Rows of a title and a value above the tables. */
  facts: { title: string; cell: GridCell; grid: Grid }[];
}

/** The tables of an attendance file in order, in one sheet under numbered headings or a sheet each; null for any other file. */
export function meetingParts(doc: SourceDocument): MeetingParts | null {
  const parts: MeetingParts = { tables: [], facts: [] };
  for (const grid of doc.grids) readGrid(grid, parts);
  return parts.tables.some(({ shape }) => shape !== "unknown") ? parts : null;
}

const HEADING = /^([1-9])\s*[.)]\s*\D/;

function readGrid(grid: Grid, parts: MeetingParts): void {
  const rows = rowsOf(grid).map((row) => row.filter((cell) => !isBlank(cell)));
  let section = 0;
  let table: MeetingTable | null = null;
  let columns: Map<number, MeetingField> | null = null;
  rows.forEach((cells, index) => {
    const [first] = cells;
    if (!first) return;
    const heading = cells.length === 1 ? HEADING.exec(cleanText(first.text)) : null;
    if (heading) {
      section = Number(heading[1]);
      [table, columns] = [null, null];
      return;
    }
    const titles = headerOf(cells, rows.slice(index + 1), section);
    if (titles) {
      const shape = shapeOf(titles.fields, cells, section, parts.tables);
      table = { shape, grid, utc: titles.utc, rows: [] };
      columns = titles.fields;
      parts.tables.push(table);
    } else if (table && columns) table.rows.push(rowOf(cells, columns));
    else if (section > 1) {
      table = { shape: "unknown", grid, utc: false, rows: [] };
      columns = new Map();
      parts.tables.push(table);
    } else if (cells[1]) parts.facts.push({ title: foldAccents(first.text), cell: cells[1], grid });
    else parts.facts.push({ title: foldAccents(first.text), cell: { ...first, text: "" }, grid });
  });
}

function rowOf(cells: GridCell[], columns: Map<number, MeetingField>): MeetingRow {
  const byField = new Map<MeetingField, GridCell>();
  for (const cell of cells) {
    const field = columns.get(cell.column);
    if (field) byField.set(field, cell);
  }
  return { byField, cells };
}

interface Titles {
  fields: Map<number, MeetingField>;
  utc: boolean;
}

/** The titles of a table when this row is one: by their words, or, under a numbered heading of another language, by what stands below. */
function headerOf(cells: GridCell[], below: GridCell[][], section: number): Titles | null {
  if (cells.length < 3) return null;
  const fields = new Map<number, MeetingField>();
  for (const cell of cells) {
    const field = fieldOf(cell.text, ALIASES);
    if (field && ![...fields.values()].includes(field)) fields.set(cell.column, field);
  }
  if (section >= 2 && !isTable(fields)) fillByContent(fields, cells, below);
  const utc = cells.some((cell) => /\butc\b/i.test(cell.text));
  return isTable(fields) ? { fields, utc } : null;
}

function isTable(fields: Map<number, MeetingField>): boolean {
  const has = (...wanted: MeetingField[]) => wanted.every((field) => [...fields.values()].includes(field));
  return has("name", "joined", "left") || has("name", "action", "at");
}

/** Teams is there in forty languages: the first column is the name, and times, lengths and addresses show what they are. */
function fillByContent(fields: Map<number, MeetingField>, titles: GridCell[], below: GridCell[][]): void {
  if (titles.some((cell) => writtenTime(cell) !== null)) return;
  const sample = below.find((row) => row.length >= 3);
  if (!sample) return;
  const taken = () => [...fields.values()];
  for (const { column } of titles) {
    const cell = sample.find((one) => one.column === column);
    if (!cell || fields.has(column)) continue;
    const field = fieldByContent(cell, taken());
    if (field) fields.set(column, field);
  }
}

function fieldByContent(cell: GridCell, taken: MeetingField[]): MeetingField | null {
  const open = (field: MeetingField) => (taken.includes(field) ? null : field);
  if (writtenTime(cell) !== null) return open("joined") ?? open("left");
  if (isDuration(cell.text)) return open("duration");
  if (/^\S+@\S+\.\S+$/.test(cell.text.trim())) return open("email") ?? open("account");
  return cell.column === 0 ? open("name") : null;
}

function shapeOf(
  fields: Map<number, MeetingField>,
  titles: GridCell[],
  section: number,
  before: MeetingTable[],
): MeetingTable["shape"] {
  if ([...fields.values()].includes("action")) return "actions";
  const words = foldAccents(titles.map(({ text }) => text).join(" "));
  if (/first join|last leave|lan dau|dau tien|lan cuoi|cuoi cung/.test(words)) return "summary";
  // In a language not known here the sections' order tells: people first, then their joins.
  return section === 2 && !/join time|leave time/.test(words) && before.length === 0 ? "summary" : "stays";
}
