import type { LocalDate } from "../types.ts";
import { buildFigures } from "./figures.ts";
import type { ReportModel } from "./model.ts";
import { sampleCourse } from "./sample-course.test-kit.ts";

/** A printable report of an invented course, not issued yet. */
export function sampleModel(over: Partial<ReportModel> = {}): ReportModel {
  const { input } = sampleCourse({ trainees: 40, sessions: 12, seed: 4, failing: 0.15 });
  return {
    occasion: { kind: "mid", ordinal: 1, of: 1, examStartsAt: new Date("2026-12-07T01:00:00Z") },
    letterhead: {
      parentBody: "Học viện Hành chính Quốc gia",
      issuingBody: "Văn phòng Học viện",
      symbol: "BC-VP",
      place: "Hà Nội",
    },
    issued: null,
    addressees: ["Giám đốc Học viện Hành chính Quốc gia"],
    legalBases: ["Căn cứ Quy chế quản lý lớp học", "Căn cứ kế hoạch bồi dưỡng năm 2026"],
    course: {
      name: "Bồi dưỡng ngạch chuyên viên chính khóa 12",
      decision: { number: "1234/QĐ-HCQG", date: "2026-11-02" as LocalDate },
      startsOn: "2026-11-23" as LocalDate,
      endsOn: "2026-12-25" as LocalDate,
      place: "Phòng P.201, Hà Nội",
      unitName: "Ban Quản lý bồi dưỡng",
    },
    zone: "Asia/Ho_Chi_Minh",
    figures: buildFigures(input),
    signer: { titles: ["TL. Giám đốc", "Chánh Văn phòng"], name: "Nguyễn Văn Đạt" },
    recipients: ["Như trên", "Cán bộ quản lý lớp", "Lưu: VT, CNTT"],
    recount: { at: new Date("2026-12-04T01:05:00Z"), differences: 0 },
    ...over,
  };
}
