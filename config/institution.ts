import type { Rules } from "../services/types.ts";
import type { Institution } from "./institution-file.ts";

/**
 * The institution's defaults: data a deployment replaces by its own file (`SISO_INSTITUTION_FILE`), never constants in code.
 * Names have changed since the texts and will again.
 * Sources: N = NAPA classroom-camera regulation, L = Lai Châu rule; articles in brackets.
 */
export const defaultRules: Rules & Required<Pick<Rules, "onlineMinPercent" | "onlineMinPeriods">> = {
  periodMinutes: 45, // L Đ5.2
  periodsPerSession: 4, // L Đ5.2
  breakMinutes: 20, // L Đ5.2: at most 20, once, mid-session
  shiftStarts: { morning: "08:00", afternoon: "14:00", evening: "19:30" }, // L Đ5.3
  roundsPerSession: 2, // N Đ6: at least two
  minRoundSpacingMinutes: 20,
  edgeMarginMinutes: 5,
  breakMarginMinutes: 3,
  preflightMinutesBefore: 30, // L Đ5.3, Đ9.2
  burst: { pictures: 3, spacingSeconds: 3 },
  minSightings: 1, // the texts are silent: configurable, printed in each report
  retentionYears: 5, // N Đ6
  onlineMinPercent: 50, // the texts are silent: configurable, printed in each report of a course with online sessions
  onlineMinPeriods: 3, // L Đ5.2: at least three periods, the rest self-study, credited as a whole session
  reportDaysBeforeExam: 3, // N Đ7.1 says "before"; how long before is the office's choice
};

const zone = "Asia/Ho_Chi_Minh";

export const defaultInstitution: Institution = {
  name: "Học viện Hành chính Quốc gia",
  campuses: [
    { code: "HN", name: "Trụ sở Hà Nội", timeZone: zone, place: "Hà Nội" },
    { code: "HCM", name: "Phân viện tại Thành phố Hồ Chí Minh", timeZone: zone, place: "TP. Hồ Chí Minh" },
    { code: "HUE", name: "Phân viện tại thành phố Huế", timeZone: zone, place: "Huế" },
    { code: "TN", name: "Phân viện khu vực Tây Nguyên", timeZone: zone, place: "Đắk Lắk" },
  ],
  // N Đ3.1, in the text's order.
  units: [
    { code: "BQLBD", name: "Ban Quản lý bồi dưỡng", campus: null, email: null, senders: [] },
    { code: "VNCKHHC", name: "Viện Nghiên cứu Khoa học hành chính", campus: null, email: null, senders: [] },
    {
      code: "PVHCM",
      name: "Phân viện Học viện tại thành phố Hồ Chí Minh",
      campus: "HCM",
      email: null,
      senders: [],
    },
    { code: "PVHUE", name: "Phân viện Học viện tại thành phố Huế", campus: "HUE", email: null, senders: [] },
    { code: "PVTN", name: "Phân viện Học viện khu vực Tây Nguyên", campus: "TN", email: null, senders: [] },
  ],
  rooms: [],
  letterhead: {
    parentBody: "Học viện Hành chính Quốc gia",
    issuingBody: "Văn phòng",
    symbol: "BC-VP",
    addressee: "Giám đốc Học viện Hành chính Quốc gia", // N Đ7.2
    legalBases: [
      "Căn cứ Quy chế quản lý lớp học thông qua hệ thống công nghệ thông tin của Học viện Hành chính Quốc gia",
    ],
    signerTitles: [["CHÁNH VĂN PHÒNG"], ["KT. CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG"]],
    recipients: ["Như trên", "Đơn vị quản lý bồi dưỡng", "Cán bộ quản lý lớp", "Lưu: VT, CNTT"], // N Đ7.2
  },
  intakeAddress: null,
  mail: null,
  readiness: { publishDaysBefore: 10, remindDaysBefore: [7, 3, 1] }, // M 3b: ten days; the steps are the office's choice
  rules: defaultRules,
  rulesApproved: { by: "Quy chế quản lý lớp học thông qua hệ thống công nghệ thông tin", on: "2021-01-01" },
};
