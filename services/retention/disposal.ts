import { createHash } from "node:crypto";
import type { Bilingual, CourseId, LocalDate } from "../types.ts";
import { hasExpired, retentionOf, type RetentionClass } from "./retain-until.ts";

export interface DisposalItem {
  objectId: string;
  sha256: string;
  bytes: number;
  kind: "document" | "snapshot" | "portrait" | "report";
  courseId: CourseId;
  retainUntil: Date;
}

export interface Approval {
  approver: string;
  minuteNumber: string;
  listSha256: string;
  approvedAt: Date;
}

/** What decides when a course's objects may go. */
export interface CourseFloor {
  courseStart: LocalDate;
  zone: string;
  /** The rules' class and every further one that was decided for the course. */
  classes: readonly RetentionClass[];
  held: boolean;
}

/**
 * Whether an object may stand on a list: its own date is reached, and so is the floor computed anew from the course's start
 * and all its classes, and nobody holds the course (N Đ6, X Đ9.5).
 */
export function mayBeProposed(item: { retainUntil: Date }, floor: CourseFloor, now: Date): boolean {
  const { courseStart, zone, classes } = floor;
  if (floor.held) return false;
  const { until } = retentionOf({ courseStart, zone, classes, current: item.retainUntil });
  return hasExpired(until, now);
}

/** The list as text, one object a line, in one order whatever order it came in; its SHA-256 is what people approve. */
export function listText(items: readonly DisposalItem[]): string {
  const lines = items.map(({ sha256, objectId, kind, courseId, bytes, retainUntil }) =>
    [sha256, objectId, kind, courseId, bytes, retainUntil.toISOString()].join(" "),
  );
  return lines
    .toSorted()
    .map((line) => `${line}\n`)
    .join("");
}

export function listHash(items: readonly DisposalItem[]): string {
  return createHash("sha256").update(listText(items)).digest("hex");
}

/** Forms of address and academic titles as written before a name, without marks. */
const titles = new Set(
  "ong ba co thay dc gs pgs ts tskh th s ths ncs cn ks bs ls mr mrs ms dr prof".split(" "),
);

/** A name without titles, case, marks, blanks and signs: one person does not become two by typing. */
export function approverKey(name: string): string {
  const words = name
    .normalize("NFD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/[đĐ]/g, "d")
    .toLowerCase()
    .replace(/^\s*(dong chi\s|d\/c)/, "")
    .split(/[^a-z]+/)
    .filter((word) => word !== "");
  // Two words are left whatever they are: no name is shorter.
  while (words.length > 2 && titles.has(words[0] ?? "")) words.shift();
  return words.join("");
}

/** Whether this person may approve now, beside those who did. Null when nothing speaks against it. */
export function refuseApproval(
  given: readonly Approval[],
  next: { approver: string; minuteNumber: string },
): Bilingual | null {
  if (approverKey(next.approver).length < 2) {
    return {
      vi: `“${next.approver}” không phải họ tên. Ghi họ và tên người duyệt.`,
      en: `"${next.approver}" is no name. Give the approver's full name.`,
    };
  }
  if (!/\d/.test(next.minuteNumber)) {
    return {
      vi: `“${next.minuteNumber}” không phải số biên bản; ví dụ --minutes "12/BB-HĐTH".`,
      en: `"${next.minuteNumber}" is no minute number; for example --minutes "12/BB-HĐTH".`,
    };
  }
  const same = given.find(({ approver }) => approverKey(approver) === approverKey(next.approver));
  if (same) {
    return {
      vi: `${same.approver} đã duyệt rồi. Cần hai người khác nhau.`,
      en: `${same.approver} has approved already. Two different people are needed.`,
    };
  }
  const [first] = given;
  if (first && first.minuteNumber !== next.minuteNumber) {
    return {
      vi: `${first.approver} duyệt theo biên bản số ${first.minuteNumber}, không phải ${next.minuteNumber}. Hai người phải theo cùng một biên bản.`,
      en: `${first.approver} approved under minute number ${first.minuteNumber}, not ${next.minuteNumber}. Both must name the same minutes.`,
    };
  }
  return null;
}

/** Everything that speaks against destroying now; empty when nothing does. */
export function refuseDisposal(
  disposal: { listSha256: string },
  items: readonly DisposalItem[],
  approvals: readonly Approval[],
  floors: ReadonlyMap<CourseId, CourseFloor>,
  now: Date,
): Bilingual[] {
  const reasons: Bilingual[] = [];
  if (listHash(items) !== disposal.listSha256) {
    reasons.push({ vi: "danh sách đã khác với danh sách đã lập", en: "the list is not the one proposed" });
  }
  const valid = approvals.filter(({ listSha256 }) => listSha256 === disposal.listSha256);
  const people = new Set(valid.map(({ approver }) => approverKey(approver)));
  if (people.size < 2) {
    reasons.push({
      vi: `mới có ${people.size} người duyệt, cần hai người khác nhau`,
      en: `${people.size} of two different people have approved`,
    });
  }
  const minutes = [...new Set(valid.map(({ minuteNumber }) => minuteNumber))];
  if (minutes.length > 1) {
    reasons.push({
      vi: `những người duyệt ghi các biên bản khác nhau: ${minutes.join(", ")}`,
      en: `the approvals name different minutes: ${minutes.join(", ")}`,
    });
  }
  const early = items.filter((item) => {
    const floor = floors.get(item.courseId);
    return floor === undefined || !mayBeProposed(item, floor, now);
  });
  if (early.length > 0) {
    reasons.push({
      vi: `${early.length} đối tượng chưa hết thời hạn hoặc đang bị giữ lại`,
      en: `${early.length} objects have not expired or are under legal hold`,
    });
  }
  return reasons;
}
