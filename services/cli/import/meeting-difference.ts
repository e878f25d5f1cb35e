import type { Db } from "../../../db/client.ts";
import { peopleById } from "../../../db/queries/explain.ts";
import { sheetsInForce } from "../../../db/queries/online-files.ts";
import { reportsHolding } from "../../../db/queries/reports.ts";
import { rulesOfSession } from "../../../db/queries/rules.ts";
import { sessionMarksOf } from "../../../db/queries/marks.ts";
import type { Session } from "../../../db/queries/sessions.ts";
import { sameMeeting, type MeetingSheet } from "../../../workers/imports/confirm-meeting.ts";
import { sessionRecord } from "../../../workers/jobs/settle-session.ts";
import { attendanceWords, outcomeWords } from "../../attendance/attendance-words.ts";
import { attendSession } from "../../attendance/attend-session.ts";
import type { Bilingual, SessionOutcome, TraineeId } from "../../types.ts";
import { reportWords } from "../correct/preview-text.ts";
import { slot } from "./meeting-session.ts";

const order: SessionOutcome[] = ["present", "excused", "review", "not-observable", "absent"];

/** What every trainee's outcome becomes with a file, beside what is written now, and which reports hold the old. */
export async function meetingDifference(
  db: Db,
  session: Session,
  sheet: MeetingSheet,
  incomplete: boolean,
): Promise<Bilingual[]> {
  const record = await sessionRecord(db, session, await rulesOfSession(db, session));
  if (!record.online) return [];
  const others = ((await sheetsInForce(db, session.id)) ?? []).filter((one) => !sameMeeting(one, sheet));
  const people = [
    ...others.flatMap((one) => one.people),
    ...sheet.matches.map(({ person, ...match }) => ({
      ...match,
      awaySeconds: person.awaySeconds,
      unreadRows: person.unreadRows,
    })),
  ];
  const whole = incomplete || others.some((one) => one.incomplete);
  const { trainees } = attendSession({ ...record, online: { ...record.online, people, incomplete: whole } });
  const before = new Map((await sessionMarksOf(db, session.id)).map((row) => [row.traineeId, row.outcome]));
  const named = await peopleById(db, record.trainees);
  const nameOf = (id: TraineeId) => {
    const person = named.get(id);
    return person ? `${person.ordinal ?? "?"} ${person.fullName}` : id.slice(0, 8);
  };
  const count = (outcome: SessionOutcome) => trainees.filter((one) => one.outcome === outcome).length;
  const counts = order.filter((outcome) => count(outcome) > 0);
  const lines = trainees
    .filter(({ traineeId, outcome }) => outcome !== "present" || changes(before.get(traineeId), outcome))
    .map(({ traineeId, outcome, reasons }): Bilingual => {
      const old = before.get(traineeId);
      const from =
        old !== undefined && changes(old, outcome)
          ? { vi: `${outcomeWords[old].vi} → `, en: `${outcomeWords[old].en} → ` }
          : { vi: "", en: "" };
      const why = reasons.map((reason) => attendanceWords(reason, nameOf)).filter((words) => words !== null);
      return {
        vi: `${nameOf(traineeId)}: ${from.vi}${outcomeWords[outcome].vi}: ${why.map(({ vi }) => vi).join("; ")}`,
        en: `${from.en}${outcomeWords[outcome].en}: ${why.map(({ en }) => en).join("; ")}`,
      };
    });
  const changed = trainees.some(({ traineeId, outcome }) => changes(before.get(traineeId), outcome));
  const reports = changed ? await reportsHolding(db, session.courseId, session.frame.endsAt) : [];
  return [
    {
      vi: `Buổi ${slot(session).vi}, ${trainees.length} học viên: ${counts.map((one) => `${outcomeWords[one].vi} ${count(one)}`).join(", ")}.`,
      en: `Session ${slot(session).en}, ${trainees.length} trainees: ${counts.map((one) => `${count(one)} ${outcomeWords[one].en}`).join(", ")}.`,
    },
    ...(session.status === "closed" ? [] : [notClosedYet]),
    ...lines,
    ...reports.map((report) => ({
      vi: `Báo cáo đã lập với kết quả cũ: ${reportWords(report).split(" · ")[0] ?? ""}`,
      en: `built with the old outcome: ${reportWords(report).split(" · ")[1] ?? ""}`,
    })),
  ];
}

function changes(before: SessionOutcome | undefined, after: SessionOutcome): boolean {
  return before !== undefined && before !== after;
}

const notClosedYet: Bilingual = {
  vi: "Buổi học chưa chốt: kết quả được ghi khi dịch vụ chốt buổi.",
  en: "The session is not closed yet: outcomes are written when the service closes it.",
};
