import { describe, expect, it } from "vitest";
import { HOSTILE_FILES } from "../../fixtures/documents/hostile-files.ts";
import { seededRandom } from "../../fixtures/documents/people.ts";
import { buildRosterXlsx } from "../../fixtures/documents/roster-file.ts";
import { sampleCourse } from "../../fixtures/documents/sample-course.ts";
import { READ_LIMITS } from "./limits.ts";
import { readDocument } from "./read-document.ts";

describe("a hostile or wrong file is refused in words, naming the file", () => {
  it.each(HOSTILE_FILES)("%s", async (_, fileName, content, code, words) => {
    const error: unknown = await readDocument(fileName, content(), READ_LIMITS).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({
      name: "SisoError",
      code,
      words: { vi: expect.stringMatching(words), en: expect.stringMatching(/^.+: .+\. .+\.$/) },
    });
    expect((error as Error).message).toContain(fileName);
  });

  it("a list cut short at any byte", async () => {
    const whole = await buildRosterXlsx(sampleCourse(seededRandom(1)));
    for (const share of [0.1, 0.5, 0.9, 0.99]) {
      await expect(
        readDocument("cut.xlsx", whole.slice(0, Math.floor(whole.length * share)), READ_LIMITS),
      ).rejects.toMatchObject({ code: "file-unreadable" });
    }
  });
});
