import { SaxesParser } from "saxes";
import type { ReadLimits } from "./limits.ts";
import { refused } from "./refusal.ts";

/**
 * Counts rows, cells, columns and merged area of every sheet before a library builds objects of them: a merge over the
 * whole sheet or 10,000 rows would cost gigabytes. Throws `file-refused` naming the sheet part.
 */
export function checkSheetSizes(fileName: string, parts: Map<string, Buffer>, limits: ReadLimits): void {
  for (const [name, part] of parts) {
    if (/^xl\/worksheets\/[^/]+\.xml$/.test(name)) checkSheet(fileName, name, part, limits);
  }
}

function checkSheet(fileName: string, name: string, part: Buffer, limits: ReadLimits): void {
  const size = { rows: 0, columns: 0, cells: 0 };
  let column = 0;
  const parser = new SaxesParser({ fragment: false });
  parser.on("opentag", ({ name: tag, attributes }) => {
    const local = tag.slice(tag.indexOf(":") + 1);
    const ref = (attributes as Record<string, string>)[local === "mergeCell" ? "ref" : "r"];
    if (local === "row") {
      column = 0;
      size.rows++;
    } else if (local === "c") {
      column = ref ? columnOf(ref) : column + 1;
      size.cells++;
      size.columns = Math.max(size.columns, column);
    } else if (local === "mergeCell" && ref) size.cells += areaOf(ref);
    if (size.rows > limits.rows)
      throw tooBig(fileName, name, `hơn ${limits.rows} hàng`, `more than ${limits.rows} rows`);
    if (size.columns > limits.columns)
      throw tooBig(fileName, name, `hơn ${limits.columns} cột`, `more than ${limits.columns} columns`);
    if (size.cells > limits.cells)
      throw tooBig(fileName, name, `hơn ${limits.cells} ô`, `more than ${limits.cells} cells`);
  });
  const text = part.toString("utf8");
  for (let at = 0; at < text.length; at += 1 << 16) parser.write(text.slice(at, at + (1 << 16)));
  parser.close();
}

/** `BC12` → 55. */
function columnOf(ref: string): number {
  let column = 0;
  for (const letter of ref.match(/^[A-Z]+/i)?.[0].toUpperCase() ?? "")
    column = column * 26 + letter.charCodeAt(0) - 64;
  return column;
}

function rowOf(ref: string): number {
  return Number(ref.match(/\d+$/)?.[0] ?? 1);
}

function areaOf(range: string): number {
  const [from = "", to = from] = range.split(":");
  return (columnOf(to) - columnOf(from) + 1) * (rowOf(to) - rowOf(from) + 1);
}

function tooBig(fileName: string, sheet: string, vi: string, en: string): Error {
  return refused(
    fileName,
    {
      vi: `trang tính ${sheet.split("/").at(-1)} có ${vi}`,
      en: `sheet ${sheet.split("/").at(-1)} has ${en}`,
    },
    {
      vi: "Xóa các hàng, cột thừa (kể cả ô trống đã định dạng) rồi lưu lại",
      en: "Delete the surplus rows and columns (formatted empty cells too) and save it again",
    },
  );
}
