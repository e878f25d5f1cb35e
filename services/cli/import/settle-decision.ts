import type { Course } from "../../../db/queries/courses.ts";
import type { DecisionFile } from "../../../workers/imports/read-files.ts";
import { contradictions, DECISION_FIELDS, unread } from "../../intake/decision.ts";
import { problem } from "../../intake/problems.ts";
import type { Bilingual, DecisionField, DecisionReading, LocalDate, ReadingProblem } from "../../types.ts";
import { confirmedBy } from "../confirmed-by.ts";
import { parseDay, type decisionFieldOptions, type ImportOptions } from "./options.ts";

/** A decision with all that is known of it: a person's word goes before what was read, and that before what is stored. */
export interface SettledDecision {
  file: DecisionFile;
  /** Fields in force because somebody typed them, now or before. */
  typedFields: DecisionField[];
  problems: ReadingProblem[];
  unsettled: ReadingProblem[];
  /** The six facts and where each is from, a line each. */
  contents: string[];
}

interface Field extends Bilingual {
  field: DecisionField;
  option: (typeof decisionFieldOptions)[number];
  flag: string;
  /** Nothing can be stored without it. */
  needed: boolean;
}

const flags: Record<DecisionField, Pick<Field, "option" | "flag" | "needed">> = {
  number: { option: "number", flag: "--number", needed: false },
  date: { option: "date", flag: "--date", needed: false },
  courseName: { option: "courseName", flag: "--course-name", needed: true },
  startsOn: { option: "startsOn", flag: "--starts-on", needed: true },
  endsOn: { option: "endsOn", flag: "--ends-on", needed: true },
  place: { option: "place", flag: "--place", needed: false },
};

const fields: Field[] = DECISION_FIELDS.map((one) => ({ ...one, ...flags[one.field] }));

/** A field that nobody gives is asked for with the option that gives it. Throws `input-invalid` for a day that is none. */
export function settleDecision(
  file: DecisionFile,
  options: ImportOptions,
  stored: Course | null,
): SettledDecision {
  const { reading, fileName } = file;
  const typed = typedFields(options);
  const kept = stored === null ? null : factsOf(stored);
  const facts = fields.map((field) => ({
    ...field,
    typed: typed[field.field] ?? null,
    read: reading.value[field.field],
    kept: kept?.[field.field] ?? null,
  }));
  const value = { ...nothing, ...Object.fromEntries(facts.map((fact) => [fact.field, settled(fact)])) };
  const open = facts.filter((fact) => settled(fact) === null);
  const by = confirmedBy(options.by);
  const order = contradictions(fileName, value);
  return {
    file: { ...file, reading: { ...reading, value } },
    typedFields: facts.filter((fact) => isTyped(fact, stored)).map(({ field }) => field),
    problems: [
      ...withoutFields(file),
      ...facts.flatMap((fact) => remark(fileName, fact, by)),
      ...open.filter(({ needed }) => !needed).map((fact) => toType(fileName, fact)),
    ],
    unsettled: [...open.filter(({ needed }) => needed).map((fact) => toType(fileName, fact)), ...order],
    contents: [...facts.map((fact) => factLine(fact, by)), `SHA-256: ${file.document.sha256}`],
  };
}

type Fact = Field & { typed: string | null; read: string | null; kept: string | null };

const nothing: DecisionReading = {
  number: null,
  date: null,
  courseName: null,
  startsOn: null,
  endsOn: null,
  place: null,
};

function settled({ typed, read, kept }: Fact): string | null {
  return typed ?? read ?? kept;
}

function typedFields(options: ImportOptions): Partial<DecisionReading> {
  return {
    number: text(options.number),
    date: day("--date", options.date),
    courseName: text(options.courseName),
    startsOn: day("--starts-on", options.startsOn),
    endsOn: day("--ends-on", options.endsOn),
    place: text(options.place),
  };
}

function text(typed: string | undefined): string | null {
  return typed?.normalize("NFC").trim() || null;
}

function day(flag: string, typed: string | undefined): LocalDate | null {
  return typed ? parseDay(flag, typed) : null;
}

function factsOf(course: Course): DecisionReading {
  const { decisionNumber: number, decisionDate: date, name: courseName, startsOn, endsOn, place } = course;
  return { number, date, courseName, startsOn, endsOn, place };
}

function isTyped({ field, typed, read }: Fact, stored: Course | null): boolean {
  if (typed !== null) return typed !== read;
  return read === null && (stored?.typedFields.includes(field) ?? false);
}

/** What the reading found apart from the six facts, which are settled here. */
function withoutFields({ reading, fileName }: DecisionFile): ReadingProblem[] {
  const own = [
    ...DECISION_FIELDS.map((words) => unread(fileName, words)),
    ...contradictions(fileName, reading.value),
  ];
  return reading.problems.filter(({ why }) => !own.some((one) => one.why.vi === why.vi));
}

function toType(where: string, { vi, en, flag }: Fact): ReadingProblem {
  const fix = { vi: `Thêm ${flag} "…".`, en: `Add ${flag} "…".` };
  return { ...unread(where, { vi, en }), fix };
}

/** Everything that was not read from the file is said to be so. */
function remark(where: string, { typed, read, kept, vi, en }: Fact, by: string): ReadingProblem[] {
  if (typed !== null && typed === read) return [];
  if (typed !== null && read !== null) return [overruled(where, { vi, en }, read, typed, by)];
  if (typed !== null) {
    const why = {
      vi: `${capital(vi)} “${typed}”: ${by} gõ, không đọc từ tệp.`,
      en: `${capital(en)} "${typed}": typed by ${by}, not read from the file.`,
    };
    return [problem("note", where, why, { vi: "Đối chiếu với bản gốc.", en: "Compare it with the paper." })];
  }
  if (read !== null || kept === null) return [];
  const why = {
    vi: `Tệp không cho đọc ${vi}; giữ “${kept}” như đang có.`,
    en: `The file does not give ${en}; "${kept}" stays as it is stored.`,
  };
  return [problem("note", where, why, { vi: "Gõ lại nếu đã đổi.", en: "Type it if it has changed." })];
}

function overruled(where: string, words: Bilingual, read: string, said: string, by: string): ReadingProblem {
  return problem(
    "note",
    where,
    {
      vi: `Quyết định ghi ${words.vi} “${read}”; dùng “${said}” như ${by} đã gõ.`,
      en: `The decision gives ${words.en} as "${read}"; "${said}" is used as typed by ${by}.`,
    },
    { vi: "Bỏ tùy chọn nếu quyết định đúng.", en: "Leave the option out if the decision is right." },
  );
}

function factLine(fact: Fact, by: string): string {
  const said = settled(fact);
  if (said === null) return `${capital(fact.vi)}: – (chưa có · not known)`;
  if (fact.typed !== null && fact.typed !== fact.read) {
    return `${capital(fact.vi)}: ${said} (${by} gõ, không đọc từ tệp · typed, not read)`;
  }
  const kept = fact.read === null ? " (như đang có · as stored)" : "";
  return `${capital(fact.vi)}: ${said}${kept}`;
}

function capital(text: string): string {
  return `${text[0]?.toUpperCase() ?? ""}${text.slice(1)}`;
}
