import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rawDocx, rawXlsx, relationshipPart, textPart } from "../../fixtures/documents/raw-office.ts";
import { writePdf } from "../../fixtures/documents/write-pdf.ts";
import type { ErrorCode, SisoError } from "../errors.ts";
import { createDocumentReader } from "./document-reader.ts";

let connections = 0;
const server = createServer((_, response) => response.end("x"));
server.on("connection", () => connections++);
beforeAll(() => new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve)));
afterAll(() => new Promise<void>((resolve) => void server.close(() => resolve())));

const text = (content: string) => new TextEncoder().encode(content);
const cell = (formula: string) =>
  `<sheetData><row r="1"><c r="A1" t="str"><f>${formula}</f><v>x</v></c></row></sheetData>`;

/** Files that ask their reader to fetch something from `url`. */
const LURES: [
  what: string,
  fileName: string,
  content: (url: string) => Uint8Array,
  notes: number | ErrorCode,
][] = [
  [
    "a linked picture, template and frame in Word",
    "a.docx",
    (url) =>
      rawDocx("<w:p><w:r><w:t>a</w:t></w:r></w:p>", [
        relationshipPart(
          "word/_rels/document.xml.rels",
          ["image", "attachedTemplate", "frame", "hyperlink"].map((type, i) => ({
            id: `r${i}`,
            type,
            target: url,
            external: true,
          })),
        ),
      ]),
    1,
  ],
  [
    "an outside workbook and a web query in Excel",
    "a.xlsx",
    (url) =>
      rawXlsx(cell(`WEBSERVICE(&quot;${url}&quot;)`), [
        relationshipPart("xl/externalLinks/_rels/externalLink1.xml.rels", [
          { id: "r1", type: "externalLinkPath", target: url, external: true },
        ]),
        textPart(
          "xl/connections.xml",
          `<connections><connection><webPr url="${url}"/></connection></connections>`,
        ),
      ]),
    1,
  ],
  [
    "an entity from outside",
    "b.xlsx",
    (url) =>
      rawXlsx("<sheetData/>", [textPart("xl/styles.xml", `<!DOCTYPE a SYSTEM "${url}"><styleSheet/>`)]),
    "file-refused",
  ],
  ["a web page named .doc", "a.doc", (url) => text(`<html><img src="${url}"></html>`), "file-refused"],
  ["formulas in CSV", "a.csv", (url) => text(`a,b\n"=WEBSERVICE(""${url}"")",=1+1\n`), 0],
  [
    "a PDF that opens an address",
    "a.pdf",
    (url) => writePdf([[{ text: "Quyết định", x: 72, y: 700 }]], { opens: url }),
    0,
  ],
];

describe("a file that wants something fetched is read without any request", () => {
  it.each(LURES)("%s", async (_, fileName, content, expected) => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a`;
    const read = createDocumentReader()
      .read(fileName, content(url))
      .then(
        ({ notes }) => notes.length,
        (error: unknown) => (error as SisoError).code,
      );
    expect(await read).toBe(expected);
    expect(connections).toBe(0);
  });

  it("and the listener does hear a request", async () => {
    await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/a`);
    expect(connections).toBe(1);
  });
});
