import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeWith } from "../../fixtures/describe-with.ts";
import { oleFile } from "../../fixtures/documents/ole-file.ts";
import { seededRandom } from "../../fixtures/documents/people.ts";
import { textPart, rawDocx, relationshipPart } from "../../fixtures/documents/raw-office.ts";
import { buildRosterDocx, buildRosterXlsx } from "../../fixtures/documents/roster-file.ts";
import { sampleCourse } from "../../fixtures/documents/sample-course.ts";
import type { SourceDocument } from "../types.ts";
import { createDocumentReader } from "./document-reader.ts";
import { CONVERSION_LIMITS, convertOffice } from "./legacy-office.ts";
import { sandboxAllowed } from "./sandbox.ts";

const course = sampleCourse(seededRandom(11), 12);
const reader = createDocumentReader();

function workFolders(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith("siso-convert-"));
}

function cells({ grids }: SourceDocument) {
  return grids.map((grid) =>
    grid.cells.map(({ row, column, columnSpan, text, date }) => [row, column, columnSpan, text, date]),
  );
}

describeWith(["libreoffice-writer", "libreoffice-calc", "bubblewrap"], "old Word and Excel files", () => {
  it("read like the new ones they were made from, keep their own hash, and say they were converted", async () => {
    for (const [from, name, bytes] of [
      ["docx", "cu.doc", await buildRosterDocx(course)],
      ["xlsx", "cu.xls", await buildRosterXlsx(course)],
    ] as const) {
      const old = await convertOffice("fixture", bytes, from);
      expect(Array.from(old.subarray(0, 4))).toEqual([0xd0, 0xcf, 0x11, 0xe0]);
      const [read, direct] = [await reader.read(name, old), await reader.read(name, bytes)];
      expect(cells(read)).toEqual(cells(direct));
      expect(read.format).toBe(from);
      expect(read.sha256).not.toBe(direct.sha256);
      expect(read.notes.map(({ why }) => why.vi)).toEqual([expect.stringContaining("kiểu cũ")]);
    }
  });

  it("damaged or cut short are refused, and nothing is left behind", async () => {
    const old = await convertOffice("fixture", await buildRosterDocx(course), "docx");
    const before = workFolders();
    await expect(reader.read("cut.doc", old.slice(0, 3_000))).rejects.toMatchObject({
      code: "file-unreadable",
    });
    expect(workFolders().filter((name) => !before.includes(name))).toEqual([]);
  });

  it("that take too long are ended with all they started", async () => {
    const bytes = await buildRosterDocx(course);
    const started = Date.now();
    await expect(
      convertOffice("lau.doc", bytes, "docx", { ...CONVERSION_LIMITS, milliseconds: 150 }),
    ).rejects.toMatchObject({ code: "file-refused", words: { vi: expect.stringContaining("quá lâu") } });
    expect(Date.now() - started).toBeLessThan(CONVERSION_LIMITS.milliseconds);
  });
});

describeWith(["libreoffice-writer", "bubblewrap"], "a converter attacked through its input", () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.end("<p>x</p>");
  });
  beforeAll(() => new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve)));
  afterAll(() => new Promise<void>((resolve) => void server.close(() => resolve())));
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.png`;

  it("reaches nobody: a linked picture and a linked template stay unasked", async () => {
    const links = relationshipPart("word/_rels/document.xml.rels", [
      { id: "r1", type: "image", target: url(), external: true },
      { id: "r2", type: "attachedTemplate", target: url(), external: true },
    ]);
    const picture = `<w:p><w:r><w:pict><v:shape xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" style="width:10pt;height:10pt"><v:imagedata r:id="r1"/></v:shape></w:pict></w:r></w:p>`;
    const body = `${picture}<w:p><w:r><w:t>Xin chào</w:t></w:r></w:p>`;
    const old = await convertOffice("fixture", rawDocx(body, [links]), "docx");
    expect((await reader.read("lien-ket.doc", old)).paragraphs).toEqual(["Xin chào"]);
    expect(asked).toEqual([]);
  });

  it("is not even started for a web page or RTF named .doc", async () => {
    for (const text of [
      `<html><img src="${url()}">`,
      `{\\rtf1 {\\field{\\*\\fldinst INCLUDEPICTURE "${url()}"}}}`,
    ]) {
      await expect(reader.read("trang.doc", textPart("", text).bytes)).rejects.toMatchObject({
        code: "file-refused",
      });
    }
    expect(asked).toEqual([]);
  });
});

describe("where bubblewrap is installed and may not run", () => {
  let folder = "";
  const path = process.env["PATH"] ?? "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "siso-forbidden-"));
    for (const [name, script] of [
      ["bwrap", "echo 'No permissions to create new namespace' >&2; exit 1"],
      ["soffice", `touch ${join(folder, "started")}`],
    ] as const)
      await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    process.env["PATH"] = `${folder}:${path}`;
  });
  afterAll(async () => {
    process.env["PATH"] = path;
    await rm(folder, { recursive: true });
  });

  it("an old file is refused for that reason, not as a damaged one, and nothing is started", async () => {
    await expect(reader.read("cu.doc", oleFile(["WordDocument"]))).rejects.toMatchObject({
      code: "file-refused",
      words: { vi: expect.stringContaining("tệp không hỏng; máy này có bubblewrap") },
    });
    expect(existsSync(join(folder, "started"))).toBe(false);
    expect(sandboxAllowed()).toBe(false);
  });
});

describe("an old file that will not be converted", () => {
  it("of another program, with macros or with tables that lead nowhere is refused before anything is started", async () => {
    await expect(reader.read("a.doc", oleFile(["PowerPoint Document"]))).rejects.toMatchObject({
      code: "file-refused",
      words: { vi: expect.stringContaining("không phải Word") },
    });
    await expect(reader.read("a.xls", oleFile(["Workbook", "_VBA_PROJECT_CUR"]))).rejects.toMatchObject({
      words: { vi: expect.stringContaining("macro") },
    });
    const lost = oleFile(["WordDocument"]);
    new DataView(lost.buffer).setInt32(48, 1 << 20, true);
    await expect(reader.read("a.doc", lost)).rejects.toMatchObject({
      code: "file-unreadable",
    });
  });
});
