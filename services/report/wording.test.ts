import { describe, expect, it } from "vitest";
import type { LocalDate } from "../types.ts";
import type { ReportFigures } from "./figures.ts";
import type { ReportModel } from "./model.ts";
import { sampleModel } from "./sample-model.test-kit.ts";
import {
  count,
  dateOrBlank,
  longDate,
  longInstant,
  numberOrBlank,
  printable,
  shortDate,
} from "./vietnamese.ts";
import { closingSentence, reportParts, subjectLines } from "./wording.ts";

const day = (text: string) => text as LocalDate;
const textOf = (model = sampleModel()) =>
  reportParts(model)
    .flatMap((part) => [part.heading, ...part.paragraphs, ...part.items, ...part.verbatim])
    .join("\n");

describe("Vietnamese by Decree 30", () => {
  it("puts a 0 before days below 10 and months 1 and 2 only", () => {
    expect(longDate(day("2026-02-05"))).toBe("ngày 05 tháng 02 năm 2026");
    expect(longDate(day("2026-03-31"))).toBe("ngày 31 tháng 3 năm 2026");
    expect(shortDate(day("2026-02-05"))).toBe("05/02/2026");
  });

  it("puts a 0 before numbers below 10 and leaves blanks until issue", () => {
    expect(numberOrBlank(5, "BC-VP")).toBe("05/BC-VP");
    expect(numberOrBlank(123, "BC-VP")).toBe("123/BC-VP");
    expect(numberOrBlank(null, "BC-VP")).toMatch(/^\u00A0+\/BC-VP$/);
    expect(dateOrBlank(null)).toMatch(/^ngày\u00A0+tháng\u00A0+năm\u00A0+$/);
  });

  it("prints instants on the campus's clock and counts with a point", () => {
    expect(longInstant(new Date("2026-12-04T17:05:00Z"), "Asia/Ho_Chi_Minh")).toBe(
      "00 giờ 05 phút ngày 05 tháng 12 năm 2026",
    );
    expect(count(12_345)).toBe("12.345");
  });

  it("drops what an office file cannot hold, and composes letters", () => {
    expect(printable("Nguye\u0302\u0303n\u0000\u0007 A\uD800n\uFFFE")).toBe("Nguyễn An");
    expect(printable("một\thai\nba 😀")).toBe("một\thai\nba 😀");
  });
});

const subject = (model: ReportModel) => subjectLines(model)[1];

describe("report wording", () => {
  it("prints policy, rule version, data cut and the course", () => {
    const text = textOf();
    expect(text).toContain("Quy tắc QT-2026.1: mỗi buổi học tối thiểu 2 lượt");
    expect(text).toContain("ở ít nhất 1 lượt hợp lệ");
    expect(text).toContain("Số liệu chốt lúc 17 giờ 20 phút ngày 28 tháng 11 năm 2026");
    expect(text).toContain("Quyết định số 1234/QĐ-HCQG ngày 02 tháng 11 năm 2026");
    expect(text).toContain("sĩ số theo danh sách: 40 học viên");
  });

  it("never hides shortfalls, what is not observable, what is to review, and edits", () => {
    const { totals, edits } = sampleModel().figures;
    const text = textOf();
    expect(text).toContain(`Có ${totals.sessionsShort} buổi học không đủ số lượt`);
    expect(text).toContain("Buổi sáng 23/11/2026: 1/2 lượt hợp lệ (P.201-02: không kết nối được với camera)");
    expect(text).toContain(
      `${totals.attendance.notObservable} lượt không quan sát được và ${totals.attendance.toReview} lượt còn cần xem xét`,
    );
    expect(text).toContain(`quyết định lại ${edits.sessionOutcomes} kết quả buổi học`);
    expect(text).toContain(`${totals.picturesMissing} ảnh không chụp được`);
  });

  it("says so when nothing was recounted, or the recount differs", () => {
    expect(textOf()).toContain("khớp hoàn toàn");
    expect(textOf(sampleModel({ recount: null }))).toContain("chưa được đếm lại");
    const differing = sampleModel({ recount: { at: new Date(0), differences: 3 } });
    expect(textOf(differing)).toContain("có 3 chỗ không khớp");
  });

  it("prints the archive's stamp only when there is one", () => {
    expect(textOf()).not.toContain("Nhật ký lưu trữ");
    const archive = {
      size: 1843,
      rootHash: "ab".repeat(32),
      at: new Date("2026-12-04T01:00:00Z"),
      key: "siso/1+00000000+AQ==",
    };
    expect(textOf(sampleModel({ archive }))).toMatch(/1\.843 bản ghi[^]*abab/);
  });

  it("names the occasion: several mid-course tests, the final one, ad hoc (L19)", () => {
    const examStartsAt = new Date("2026-12-07T01:00:00Z");
    expect(subject(sampleModel({ occasion: { kind: "mid", ordinal: 2, of: 3, examStartsAt } }))).toBe(
      "(trước kỳ kiểm tra giữa khóa lần 2)",
    );
    expect(subject(sampleModel({ occasion: { kind: "final", ordinal: 1, of: 1, examStartsAt } }))).toBe(
      "(trước bài kiểm tra kết thúc khóa học)",
    );
    expect(subject(sampleModel({ occasion: { kind: "adhoc" } }))).toContain("không phải báo cáo định kỳ");
  });

  it("lists absentees worst first and points to Phụ lục I for the rest", () => {
    const model = sampleModel();
    const figures: ReportFigures = structuredClone(model.figures);
    for (const row of figures.trainees) row.totals.unexcused = row.ordinal <= 20 ? row.ordinal : 0;
    const text = textOf({ ...model, figures });
    expect(text).toMatch(/Có 20 học viên vắng không phép: [^(]+\(STT 20, 20 buổi\)/);
    expect(text).toContain("và 5 học viên khác tại Phụ lục I");
    for (const row of figures.trainees) row.totals.unexcused = 0;
    expect(textOf({ ...model, figures })).toContain("Không có học viên vắng không phép.");
  });

  it("names the trainees in whose seat nobody was ever seen, and in how many sessions", () => {
    const model = sampleModel();
    expect(textOf(model)).not.toContain("Chưa từng thấy ai");
    const [row] = model.figures.trainees;
    if (row === undefined) throw new Error("no trainee");
    const { traineeId, ordinal, fullName } = row;
    const neverSeen = [{ traineeId, ordinal, fullName, sessions: 6, open: 4 }];
    expect(textOf({ ...model, figures: { ...model.figures, neverSeen } })).toContain(
      `của 1 học viên: ${fullName} (STT 1, 6 buổi, trong đó 4 buổi còn cần xem xét). Học viên có thể chưa đến lớp`,
    );
  });

  it("ends with ./.", () => {
    expect(closingSentence(sampleModel())).toMatch(
      /kính báo cáo Giám đốc Học viện Hành chính Quốc gia\.\/\.$/,
    );
  });
});
