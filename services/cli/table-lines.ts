/** Columns wide enough for their longest cell; numbers to the right. */
export function tableLines(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => widthOf(row[column] ?? ""))),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const blank = " ".repeat((widths[column] ?? 0) - widthOf(cell));
        return /^(\d+|–)$/.test(cell) ? blank + cell : cell + blank;
      })
      .join("  ")
      .trimEnd(),
  );
}

const letters = new Intl.Segmenter("vi");

/** Vietnamese letters typed in parts count as one. */
function widthOf(text: string): number {
  return [...letters.segment(text)].length;
}
