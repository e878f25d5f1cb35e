import { DateTime } from "luxon";
import type { CourseSetup } from "../../../workers/imports/confirm-decision.ts";
import { SisoError } from "../../errors.ts";
import type { DocumentKind, LocalDate } from "../../types.ts";

/** As typed. */
export interface ImportOptions {
  course?: string;
  as?: DocumentKind;
  only?: string;
  confirm?: boolean;
  dryRun?: boolean;
  asShown?: boolean;
  json?: boolean;
  by?: string;
  effectiveAt?: string;
  campus?: string;
  unit?: string;
  dutyOfficer?: string;
  classManager?: string;
  midExam?: string[];
  finalExam?: string;
  courseName?: string;
  startsOn?: string;
  endsOn?: string;
  room?: string;
  viewpoint?: "teacher" | "class";
  front?: "top" | "bottom";
  seatsPerDesk?: "1" | "2";
}

/** What a person says about a course beside its decision. */
export type Setup = Partial<Pick<CourseSetup, "campusCode" | "unitCode" | "dutyOfficer" | "classManager">>;

const decisionOptions = [
  ["campus", "--campus"],
  ["unit", "--unit"],
  ["dutyOfficer", "--duty-officer"],
  ["classManager", "--class-manager"],
  ["midExam", "--mid-exam"],
  ["finalExam", "--final-exam"],
  ["courseName", "--course-name"],
  ["startsOn", "--starts-on"],
  ["endsOn", "--ends-on"],
] as const;

const chartOptions = [
  ["room", "--room"],
  ["viewpoint", "--viewpoint"],
  ["front", "--front"],
  ["seatsPerDesk", "--seats-per-desk"],
] as const;

/** Flags typed that say something about a decision, or about a chart. */
export function flagsFor(kind: "decision" | "chart", options: ImportOptions): string[] {
  const all = kind === "decision" ? decisionOptions : chartOptions;
  return all.filter(([key]) => options[key] !== undefined).map(([, flag]) => flag);
}

const formats = ["yyyy-MM-dd HH:mm", "yyyy-MM-dd'T'HH:mm", "dd/MM/yyyy HH:mm"];

/** A time on the campus's wall clock, or an ISO instant with its own offset. Throws `input-invalid` naming the flag. */
export function parseInstant(flag: string, text: string, zone: string): Date {
  const offset = /(Z|[+-]\d{2}:?\d{2})$/.test(text) ? [DateTime.fromISO(text)] : [];
  const local = formats.map((format) => DateTime.fromFormat(text.trim(), format, { zone }));
  const found = [...offset, ...local].find(({ isValid }) => isValid);
  if (found) return found.toJSDate();
  throw new SisoError("input-invalid", {
    vi: `${flag} “${text}”: cần ngày giờ dạng "2026-09-14 14:00" (giờ của cơ sở).`,
    en: `${flag} "${text}": a time like "2026-09-14 14:00" (the campus's clock) is needed.`,
  });
}

/** Throws `input-invalid` naming the flag. */
export function parseDay(flag: string, text: string): LocalDate {
  const found = ["yyyy-MM-dd", "dd/MM/yyyy"]
    .map((format) => DateTime.fromFormat(text.trim(), format, { zone: "utc" }))
    .find(({ isValid }) => isValid);
  if (found) return found.toFormat("yyyy-MM-dd") as LocalDate;
  throw new SisoError("input-invalid", {
    vi: `${flag} “${text}”: cần ngày dạng 2026-09-07.`,
    en: `${flag} "${text}": a day like 2026-09-07 is needed.`,
  });
}
