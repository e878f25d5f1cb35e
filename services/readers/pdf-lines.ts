/** A piece of text on a page, in points from its bottom-left corner. */
export interface PdfText {
  text: string;
  x: number;
  y: number;
  width: number;
  size: number;
}

interface Line {
  text: string;
  left: number;
  right: number;
  y: number;
  size: number;
}

/** A gap this many times the letter size parts the two columns of a letterhead. */
const COLUMN_GAP = 1.8;

/**
 * A page's text as paragraphs: pieces of one height are a line, a wide gap parts columns, and a line that reaches the right
 * edge of the text is joined to the next one below it.
 */
export function pdfParagraphs(pieces: PdfText[]): string[] {
  const lines = linesOf(pieces);
  const edge = Math.max(0, ...lines.map(({ right }) => right));
  const paragraphs: { text: string; last: Line }[] = [];
  for (const line of lines) {
    const before = paragraphs.findLast(({ last }) => goesOn(last, line, edge));
    if (before) Object.assign(before, { text: `${before.text} ${line.text}`, last: line });
    else paragraphs.push({ text: line.text, last: line });
  }
  return paragraphs.map(({ text }) => text);
}

function linesOf(pieces: PdfText[]): Line[] {
  const rows: PdfText[][] = [];
  for (const piece of pieces.toSorted((a, b) => b.y - a.y)) {
    const row = rows.at(-1);
    if (row?.[0] && Math.abs(row[0].y - piece.y) < Math.min(row[0].size, piece.size) * 0.45) row.push(piece);
    else rows.push([piece]);
  }
  return rows.flatMap((row) => splitRow(row.toSorted((a, b) => a.x - b.x)));
}

function splitRow(row: PdfText[]): Line[] {
  const lines: Line[] = [];
  for (const { text, x, y, width, size } of row) {
    const line = lines.at(-1);
    const gap = line ? x - line.right : 0;
    if (!line || gap > size * COLUMN_GAP) {
      lines.push({ text: text.trim(), left: x, right: x + width, y, size });
      continue;
    }
    const apart = gap > size * 0.15 && !/\s$/.test(line.text) && !/^\s/.test(text);
    line.text += (apart ? " " : "") + text;
    line.right = x + width;
  }
  return lines.map((line) => ({ ...line, text: line.text.replace(/\s+/g, " ").trim() }));
}

/** The next line of the same paragraph: below by one line, beginning no further right, the upper one filled to the edge. */
function goesOn(last: Line, line: Line, edge: number): boolean {
  const drop = last.y - line.y;
  return (
    drop > 0 &&
    drop < last.size * 1.9 &&
    Math.abs(last.size - line.size) < 1.5 &&
    last.right > edge - last.size * 5 &&
    line.left < last.left + last.size &&
    last.left < edge / 2 &&
    !/^(Điều \d|[-–•]\s|\d+[.)]\s|[a-zđ]\)\s|Số:)/u.test(line.text)
  );
}
