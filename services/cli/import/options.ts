import { DateTime } from "luxon";
import type { CourseSetup } from "../../../workers/imports/confirm-decision.ts";
import type { TakenAs } from "../../../workers/imports/read-files.ts";
import { SisoError } from "../../errors.ts";
import type { IdentityAnswer } from "../../intake/identity-answers.ts";
import type { DocumentKind, LocalDate, Side } from "../../types.ts";

/** As typed. */
export interface ImportOptions {
  course?: string;
  as?: DocumentKind;
  only?: string;
  confirm?: boolean;
  dryRun?: boolean;
  asShown?: boolean;
  json?: boolean;
  all?: boolean;
  by?: string;
  effectiveAt?: string;
  campus?: string;
  unit?: string;
  dutyOfficer?: string;
  classManager?: string;
  midExam?: string[];
  finalExam?: string;
  number?: string;
  date?: string;
  courseName?: string;
  startsOn?: string;
  endsOn?: string;
  place?: string;
  same?: string[];
  new?: string[];
  room?: string;
  viewpoint?: "teacher" | "class";
  front?: Side;
  seatsPerDesk?: "1" | "2";
  session?: string;
  is?: string[];
  guest?: string[];
  takeSuggested?: boolean;
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
  ["number", "--number"],
  ["date", "--date"],
  ["courseName", "--course-name"],
  ["startsOn", "--starts-on"],
  ["endsOn", "--ends-on"],
  ["place", "--place"],
] as const;

const rosterOptions = [
  ["same", "--same"],
  ["new", "--new"],
] as const;

const chartOptions = [
  ["room", "--room"],
  ["viewpoint", "--viewpoint"],
  ["front", "--front"],
  ["seatsPerDesk", "--seats-per-desk"],
] as const;

/** Who of a changed list is whom, as typed. Throws `input-invalid` for an answer without “=”. */
export function identityAnswers({ same = [], new: fresh = [] }: ImportOptions): IdentityAnswer[] {
  const pairs = same.map((typed) => {
    const [who = "", is = "", ...more] = typed.split("=").map((part) => part.trim());
    if (who === "" || is === "" || more.length > 0) throw notAPair(typed);
    return { who, is };
  });
  return [...pairs, ...fresh.map((who) => ({ who: who.trim(), is: null }))];
}

function notAPair(typed: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `--same “${typed}”: cần hai người cách nhau bằng dấu =, người trong danh sách mới trước: --same "15. Lê Thị Hồng Hoa=12. Lê Thị Hoa".`,
    en: `--same "${typed}": two people parted by = are needed, the one of the new list first: --same "15. Lê Thị Hồng Hoa=12. Lê Thị Hoa".`,
  });
}

/** What the files are to be taken for: a scan is the decision whose fields were typed. */
export function takenAs(options: Pick<ImportOptions, "as" | DecisionOption>): TakenAs {
  const typed = decisionFieldOptions.some((key) => options[key] !== undefined);
  return { as: options.as, scanAs: typed ? "decision" : undefined };
}

/** Options that give a field of the decision itself. */
export const decisionFieldOptions = ["number", "date", "courseName", "startsOn", "endsOn", "place"] as const;
type DecisionOption = (typeof decisionFieldOptions)[number];

const meetingOptions = [
  ["session", "--session"],
  ["is", "--is"],
  ["guest", "--guest"],
  ["takeSuggested", "--take-suggested"],
] as const;

const optionsOf = {
  decision: decisionOptions,
  roster: rosterOptions,
  chart: chartOptions,
  "online-attendance": meetingOptions,
};

/** Flags typed that say something about papers of one kind alone. */
export function flagsFor(kind: keyof typeof optionsOf, options: ImportOptions): string[] {
  return optionsOf[kind].filter(([key]) => options[key] !== undefined).map(([, flag]) => flag);
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
