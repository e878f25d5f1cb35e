import type { Grid, GridCell, SourceDocument } from "../types.ts";
import { isTotals } from "./furniture.ts";
import { rowsOf } from "./grid-rows.ts";
import { cleanText, foldAccents, looksLikeName, matchKey } from "./match-key.ts";
import { isRepeatedHeader, nameOf, rosterRow, textOf } from "./roster-row.ts";
import { rosterTable } from "./roster-columns.ts";

interface ClassPart {
  part: string;
  document: SourceDocument;
}

/** The lists of several classes in one file: a list a sheet (or a Word table under its class's title), or a class column. */
export function classesIn(doc: SourceDocument): ClassPart[] {
  const tables = doc.grids.filter((grid) => peopleOf(grid).length > 1);
  const apart = doc.format === "docx" ? tables.every((grid) => titleOf(grid) !== null) : true;
  if (tables.length > 1) return apart && !repeats(tables) ? byTable(doc, tables) : [];
  const [only] = tables;
  return only ? byColumn(doc, only) : [];
}

function byTable(doc: SourceDocument, tables: Grid[]): ClassPart[] {
  return tables.map((grid, i) => ({
    part: (doc.format === "docx" ? titleOf(grid) : null) ?? grid.name,
    document: {
      ...doc,
      grids: doc.grids.filter((other) => other === grid || (i === 0 && !tables.includes(other))),
    },
  }));
}

/** "Lớp …" or "Khóa …" over a table, in its first row or in the text before it. */
function titleOf(grid: Grid): string | null {
  const header = rosterTable(grid)?.header;
  const titles = [
    ...(grid.above ?? []),
    ...grid.cells.filter((cell) => cell.row < (header?.top ?? 0)).map((cell) => cell.text),
  ].map(cleanText);
  return titles.findLast((title) => /^(lop|khoa|danh sach.* (lop|khoa)) /.test(foldAccents(title))) ?? null;
}

/** Half of the people again: an older copy of the same list, not another class. */
function repeats(tables: Grid[]): boolean {
  const people = tables.map((grid) => new Set(peopleOf(grid)));
  return people.some((one, i) =>
    people.some((other, j) => j < i && [...one].filter((key) => other.has(key)).length * 2 > one.size),
  );
}

function peopleOf(grid: Grid): string[] {
  const table = rosterTable(grid);
  if (!table) return [];
  return rowsOf(grid)
    .slice(table.header.bodyFrom)
    .map((cells, i) => nameOf(rosterRow(cells, i + table.header.bodyFrom, table.header.columns)).name)
    .filter((name) => name.includes(" "))
    .map(matchKey);
}

/** A column "Lớp" that names several classes, each of two people or more. */
function byColumn(doc: SourceDocument, grid: Grid): ClassPart[] {
  const header = rosterTable(grid)?.header;
  if (!header?.columns.some(({ field }) => field === "class")) return [];
  const classOf = rowsOf(grid).map((cells, index) => {
    const row = rosterRow(cells, index, header.columns);
    const person = index >= header.bodyFrom && looksLikeName(nameOf(row).name) && !isRepeatedHeader(row);
    return person ? textOf(row, "class") : "";
  });
  const names = [...new Set(classOf.filter((name) => name !== ""))];
  const sizes = names.map((name) => classOf.filter((other) => other === name).length);
  if (names.length < 2 || sizes.some((size) => size < 2)) return [];
  return names.map((name, i) => ({
    part: name,
    document: {
      ...doc,
      grids: doc.grids.flatMap((other): Grid[] => {
        if (other !== grid) return i === 0 ? [other] : [];
        const own = ({ row, text }: GridCell) =>
          row < header.bodyFrom ||
          classOf[row] === name ||
          (i === 0 && classOf[row] === "" && !isTotals(text));
        return [{ ...grid, cells: grid.cells.filter(own) }];
      }),
    },
  }));
}
