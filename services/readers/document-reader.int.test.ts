import { describe, expect, it } from "vitest";
import { rawXlsx } from "../../fixtures/documents/raw-office.ts";
import { seededRandom } from "../../fixtures/documents/people.ts";
import { buildRosterDocx, buildRosterXlsx } from "../../fixtures/documents/roster-file.ts";
import { sampleCourse } from "../../fixtures/documents/sample-course.ts";
import { createDocumentReader } from "./document-reader.ts";
import { READ_LIMITS } from "./limits.ts";
import { readDocument } from "./read-document.ts";

const course = sampleCourse(seededRandom(5));

function wideRow(i: number): string {
  const cells = Array.from(
    { length: 19 },
    (_, c) =>
      `<c r="${String.fromCharCode(65 + c)}${i + 1}" t="inlineStr"><is><t>${i}-${c} ${"ô".repeat(60)}</t></is></c>`,
  );
  return `<row r="${i + 1}">${cells.join("")}</row>`;
}

describe("reading in a worker thread", () => {
  it("gives what reading in place gives", async () => {
    const reader = createDocumentReader();
    for (const [name, bytes] of [
      ["a.xlsx", await buildRosterXlsx(course)],
      ["a.docx", await buildRosterDocx(course)],
    ] as const) {
      expect(await reader.read(name, bytes)).toEqual(await readDocument(name, bytes, READ_LIMITS));
    }
  });

  it("passes a refusal on with its code and words", async () => {
    const page = new TextEncoder().encode("<html></html>");
    await expect(createDocumentReader().read("a.xlsx", page)).rejects.toMatchObject({
      code: "file-refused",
      words: { vi: expect.stringContaining("HTML") },
    });
  });

  it("stops a reading that takes too long", async () => {
    const bytes = await buildRosterXlsx(course);
    await expect(createDocumentReader({ milliseconds: 1 }).read("cham.xlsx", bytes)).rejects.toMatchObject({
      code: "file-refused",
      words: { vi: expect.stringContaining("cham.xlsx: đọc tệp tốn quá nhiều") },
    });
  });

  it("stops a reading that takes too much memory, and the process lives on", async () => {
    const bytes = rawXlsx(
      `<sheetData>${Array.from({ length: 4_900 }, (_, i) => wideRow(i)).join("")}</sheetData>`,
    );
    await expect(createDocumentReader({ heapMegabytes: 48 }).read("nang.xlsx", bytes)).rejects.toMatchObject({
      code: "file-refused",
      words: { vi: expect.stringContaining("bộ nhớ") },
    });
  });
});
