import { DateTime } from "luxon";
import type { Bilingual } from "../types.ts";
import type { CourseFacts, ItemState, Readiness, ReadinessItem } from "./assess-course.ts";
import { itemWords, lateWords } from "./readiness-words.ts";

/** One reminder of one item, or of one room's: so many days before its deadline, 0 when the deadline has gone by. */
export interface ReminderStep {
  item: ReadinessItem;
  part: string;
  daysBefore: number;
}

const dayMs = 24 * 3_600_000;

/** Steps whose time has come for what the unit still owes; which of them were made already, the rows know. */
export function reachedSteps(
  { items }: Readiness,
  now: Date,
  remindDaysBefore: readonly number[],
): ReminderStep[] {
  return items
    .filter(owed)
    .flatMap(({ item, part, deadline }) =>
      [...remindDaysBefore, 0]
        .filter((days) => now.getTime() >= deadline.getTime() - days * dayMs)
        .map((daysBefore) => ({ item, part, daysBefore })),
    );
}

export function owed({ from, state }: ItemState): boolean {
  return from === "unit" && state !== "ready";
}

/** The office's own work that should be done by now: nobody mails the office, an alarm stands until it is. */
export function officeOwes(
  { items }: Readiness,
  now: Date,
  remindDaysBefore: readonly number[],
): ItemState[] {
  const lastDays = Math.min(...remindDaysBefore, Infinity);
  const from = (deadline: Date) => deadline.getTime() - (Number.isFinite(lastDays) ? lastDays : 0) * dayMs;
  return items.filter(
    ({ from: who, item, state, deadline }) =>
      who === "office" && (state === "missing" || item === "rows") && now.getTime() >= from(deadline),
  );
}

/** One mail naming all a unit owes for a course, however many of its reminders fell due together. */
export function reminderMail(
  facts: CourseFacts,
  { items }: Readiness,
  institution: { name: string; intakeAddress: string },
): { subject: string; body: string } {
  const owing = items.filter(owed);
  const overdue = owing.some(({ lateDays }) => lateDays !== null);
  return {
    subject: `${overdue ? "[Quá hạn] " : ""}Lớp ${facts.code}: còn thiếu ${[...new Set(owing.map(({ item }) => itemWords[item].vi.toLowerCase()))].join(", ")}`,
    body: `${letter(facts, owing, institution, "vi")}\n\n--- English ---\n\n${letter(facts, owing, institution, "en")}\n`,
  };
}

function letter(
  { code, name, unitName, startsOn, zone }: CourseFacts,
  owing: readonly ItemState[],
  institution: { name: string; intakeAddress: string },
  language: keyof Bilingual,
): string {
  const day = DateTime.fromISO(startsOn, { zone }).toFormat("dd/MM/yyyy");
  const lines = owing.map(({ item, what, deadline, lateDays }) => {
    const by = DateTime.fromJSDate(deadline, { zone }).toFormat("HH:mm dd/MM/yyyy");
    const late = lateWords(lateDays);
    const due = language === "vi" ? `hạn ${by}` : `due ${by}`;
    return `- ${itemWords[item][language]}: ${what[language]} (${due}${late ? `; ${late[language]}` : ""})`;
  });
  const text =
    language === "vi"
      ? {
          head: `Kính gửi ${unitName},`,
          about: `Lớp ${code} (${name}) khai giảng ngày ${day} còn thiếu:`,
          ask: `Xin gửi tệp Word hoặc Excel đính kèm đến ${institution.intakeAddress}, ghi ${code} trong tiêu đề thư.`,
          end: "Thư này do máy gửi tự động.",
        }
      : {
          head: `To ${unitName},`,
          about: `Course ${code} (${name}), which begins on ${day}, still lacks:`,
          ask: `Please send Word or Excel files to ${institution.intakeAddress}, with ${code} in the subject.`,
          end: "This mail was sent automatically.",
        };
  return [text.head, text.about, lines.join("\n"), text.ask, text.end, institution.name].join("\n\n");
}
