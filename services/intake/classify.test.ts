import { describe, expect, it } from "vitest";
import { buildChartDocx, buildChartXlsx } from "../../fixtures/documents/chart-file.ts";
import { buildDecisionDocx } from "../../fixtures/documents/decision-file.ts";
import { seededRandom } from "../../fixtures/documents/people.ts";
import { buildRosterDocx, buildRosterXlsx } from "../../fixtures/documents/roster-file.ts";
import { ROSTER_SHAPES } from "../../fixtures/documents/roster-shapes.ts";
import { sampleCourse } from "../../fixtures/documents/sample-course.ts";
import { texts } from "../../fixtures/documents/table.ts";
import { buildTimetableDocx, buildTimetableXlsx } from "../../fixtures/documents/timetable-file.ts";
import { writeXlsx } from "../../fixtures/documents/write-xlsx.ts";
import { READ_LIMITS } from "../readers/limits.ts";
import { readDocument } from "../readers/read-document.ts";
import { classify } from "./classify.ts";

const course = sampleCourse(seededRandom(4));

async function kindOf(bytes: Uint8Array) {
  return classify(await readDocument("van-ban", bytes, READ_LIMITS));
}

describe("the kind of a document, whatever its name", () => {
  it.each([
    ["roster", buildRosterXlsx],
    ["roster", buildRosterDocx],
    ["chart", buildChartXlsx],
    ["chart", buildChartDocx],
    ["timetable", buildTimetableXlsx],
    ["timetable", buildTimetableDocx],
    ["decision", buildDecisionDocx],
  ] as const)("%s", async (kind, build) => {
    const found = await kindOf(await build(course));
    expect(found.kind).toBe(kind);
    expect(found.score).toBeGreaterThan(0.5);
  });

  it.each(ROSTER_SHAPES.map((shape) => [shape.name, shape] as const))("roster shape %s", async (_, shape) => {
    expect((await kindOf(await shape.build(course))).kind).toBe("roster");
  });

  it("says when it is none of the four", async () => {
    const bytes = await writeXlsx([{ name: "S", table: [texts("Thu", "Chi"), texts("100", "20")] }]);
    expect(await kindOf(bytes)).toMatchObject({ kind: null, score: 0 });
  });
});
