import sharp from "sharp";

export interface SheetRow {
  /** Shown left of the pictures, the first line larger. */
  lines: string[];
  /** JPEG or PNG. */
  pictures: Uint8Array[];
  colour: string;
}

const cellPx = 112;
const gapPx = 8;
const wordsPx = 420;

/** One row a person: words on the left, faces on the right. A PNG. */
export async function contactSheet(title: string, rows: readonly SheetRow[]): Promise<Buffer> {
  const most = Math.max(1, ...rows.map(({ pictures }) => pictures.length));
  const rowPx = cellPx + gapPx;
  const width = wordsPx + most * rowPx + gapPx;
  const height = 44 + rows.length * rowPx + gapPx;
  const cells = await Promise.all(
    rows.flatMap(({ pictures }, r) =>
      pictures.map(async (picture, c) => ({
        input: await sharp(picture).resize(cellPx, cellPx, { fit: "cover" }).png().toBuffer(),
        left: wordsPx + c * rowPx,
        top: 44 + r * rowPx,
      })),
    ),
  );
  const words = rows.map((row, r) => rowWords(row, 44 + r * rowPx, width)).join("");
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${text(12, 29, 19, "#111", title)}${words}</svg>`;
  return sharp({ create: { width, height, channels: 3, background: "#ffffff" } })
    .composite([{ input: Buffer.from(svg) }, ...cells])
    .png()
    .toBuffer();
}

function rowWords({ lines, colour }: SheetRow, top: number, width: number): string {
  const bar = `<rect x="0" y="${top}" width="6" height="${cellPx}" fill="${colour}"/>`;
  const rule = `<path d="M0 ${top + cellPx + gapPx / 2}H${width}" stroke="#ddd"/>`;
  const said = lines.map((line, i) =>
    text(16, top + 20 + i * 20, i === 0 ? 16 : 13, i === 0 ? "#111" : "#444", line),
  );
  return bar + rule + said.join("");
}

function text(x: number, y: number, size: number, colour: string, words: string): string {
  const safe = words.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<text x="${x}" y="${y}" font-family="sans-serif" font-size="${size}" fill="${colour}">${safe}</text>`;
}
