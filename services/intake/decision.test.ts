import { describe, expect, it } from "vitest";
import { buildDecisionDocx } from "../../fixtures/documents/decision-file.ts";
import { seededRandom } from "../../fixtures/documents/people.ts";
import { sampleCourse } from "../../fixtures/documents/sample-course.ts";
import { READ_LIMITS } from "../readers/limits.ts";
import { readDocument } from "../readers/read-document.ts";
import type { SourceDocument } from "../types.ts";
import { decisionNumber, understandDecision } from "./decision.ts";

function letter(...paragraphs: string[]): SourceDocument {
  return { fileName: "qd.docx", sha256: "", format: "docx", grids: [], paragraphs, notes: [] };
}

describe("a class-opening decision", () => {
  it("gives its six facts from the usual layout, never those of a document it cites", async () => {
    const course = sampleCourse(seededRandom(2));
    const { value, rowsIn, understood, problems } = understandDecision(
      await readDocument("qd.docx", await buildDecisionDocx(course), READ_LIMITS),
    );
    expect(value).toEqual({
      number: "1234/QĐ-HCQG",
      date: "2026-08-20",
      courseName: course.name,
      startsOn: "2026-09-07",
      endsOn: "2026-09-18",
      place: course.decision.place,
    });
    expect([rowsIn, understood, problems]).toEqual([6, 6, []]);
  });

  it("reads one sentence that says everything", () => {
    const { value } = understandDecision(
      letter(
        "Hà Nội, ngày 05 tháng 9 năm 2026",
        "Điều 1. Mở Lớp bồi dưỡng kỹ năng lãnh đạo cấp phòng tại Hội trường A, từ ngày 07 đến ngày 18 tháng 9 năm 2026.",
      ),
    );
    expect(value).toMatchObject({
      date: "2026-09-05",
      courseName: "Lớp bồi dưỡng kỹ năng lãnh đạo cấp phòng",
      startsOn: "2026-09-07",
      endsOn: "2026-09-18",
      place: "Hội trường A",
    });
  });

  it("reports each fact it cannot read, to be typed in", () => {
    const reading = understandDecision(
      letter("Căn cứ Quyết định số 45/QĐ-TTg ngày 12 tháng 01 năm 2024;", "Kính gửi các đơn vị"),
    );
    expect(reading.value).toEqual({
      number: null,
      date: null,
      courseName: null,
      startsOn: null,
      endsOn: null,
      place: null,
    });
    expect([reading.rowsIn, reading.understood, reading.reported, reading.problems.length]).toEqual([
      6, 0, 6, 6,
    ]);
  });

  it("asks when the last day is before the first", () => {
    const { problems } = understandDecision(letter("Thời gian: từ ngày 18/09/2026 đến ngày 07/09/2026"));
    expect(problems.at(-1)?.why.vi).toContain("trước ngày khai giảng");
  });

  it.each([
    ["Số: 123/QĐ-HCQG", "123/QĐ-HCQG"],
    ["Số 45 / QĐ - HVHCQG", "45/QĐ-HVHCQG"],
    ["Số: 12/2026/QĐ-BNV", "12/2026/QĐ-BNV"],
    ["Căn cứ Quyết định số 45/QĐ-TTg", null],
    ["Số: 12/TB-BNV", null],
  ])("number of %s", (line, number) => expect(decisionNumber([line])).toBe(number));
});
