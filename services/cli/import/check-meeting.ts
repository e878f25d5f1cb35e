import { officerName } from "../../../db/queries/campus.ts";
import { rosterAt, type Course, type RosterVersion } from "../../../db/queries/courses.ts";
import { accountsOfCourse, linksOfCourse, sharesOfCourse } from "../../../db/queries/online.ts";
import { sessionsOfCourse, type Session } from "../../../db/queries/sessions.ts";
import type { Db } from "../../../db/client.ts";
import { alreadyInForce, type MeetingSheet } from "../../../workers/imports/confirm-meeting.ts";
import type { MeetingFile } from "../../../workers/imports/read-files.ts";
import { shareOf } from "../../../workers/jobs/online-record.ts";
import { pairsAt } from "../../attendance/device-share.ts";
import { foldAccents } from "../../intake/match-key.ts";
import {
  answersWithoutUse,
  matchMeeting,
  type MeetingCast,
  type MeetingMatch,
} from "../../intake/meeting-matching.ts";
import type { Bilingual, MeetingReading, ReadingProblem, TraineeId } from "../../types.ts";
import {
  answerWithoutUse,
  noLink,
  noRoster,
  strangers,
  unfinished,
  unreadAnswer,
  wrongClass,
} from "./check-meeting-words.ts";
import type { CourseView } from "./course-view.ts";
import { meetingDifference } from "./meeting-difference.ts";
import { instantOf, sessionOfMeeting } from "./meeting-session.ts";
import type { ImportOptions } from "./options.ts";

export interface MeetingCheck {
  problems: ReadingProblem[];
  unsettled: ReadingProblem[];
  difference: Bilingual[];
  changesNothing: boolean;
  /** Null while something stands in the way. */
  sheet: MeetingSheet | null;
  /** Rows about people who are settled; null when nobody was looked at. */
  understood: number | null;
}

/** An attendance file against the course: which session it is about, who everybody is, and what each trainee's outcome becomes. */
export async function checkMeeting(
  view: CourseView,
  file: MeetingFile,
  options: ImportOptions,
): Promise<MeetingCheck> {
  const { db, course, campus } = view;
  if (db === null || course === null || campus === null) return stopped([]);
  const where = file.fileName;
  const lacking = (await linksOfCourse(db, course.id)).at(-1)?.url ? [] : [noLink(where, course.code)];
  const sessions = await sessionsOfCourse(db, course.id);
  const found = sessionOfMeeting(where, file.reading.value, sessions, options.session, campus.timeZone);
  if (found.session === null) return stopped([...lacking, found.unsettled]);
  const { session, reading } = found;
  const roster = await rosterAt(db, course.id, session.frame.startsAt);
  if (roster === null) return stopped([...lacking, noRoster(where)]);
  const answers = answersOf(options, roster);
  const cast = await castOf(db, course, session, roster, answers.said, options);
  const matches = matchMeeting(reading.people, cast).map((match) => withInstants(match, reading, session));
  const unused = answersWithoutUse(reading.people, cast).map(answerWithoutUse);
  const sheet = sheetOf(session, reading, matches, cast);
  const asked = matches.flatMap(({ problem: one }) => one ?? []);
  const changesNothing = await alreadyInForce(db, course.id, file, sheet);
  return {
    problems: [
      ...found.problems,
      ...unfinished(where, session, view.clock.now()),
      ...asked,
      ...strangers(where, matches),
    ],
    unsettled: [
      ...lacking,
      ...answers.problems,
      ...unused,
      ...(nobodyOfClass(matches) ? [wrongClass(where, course)] : []),
    ],
    difference: await meetingDifference(db, session, sheet, file.reading.value.incomplete),
    changesNothing,
    sheet,
    understood: understoodRows(file, matches),
  };
}

function stopped(unsettled: ReadingProblem[]): MeetingCheck {
  return { problems: [], unsettled, difference: [], changesNothing: false, sheet: null, understood: null };
}

async function castOf(
  db: Db,
  course: Course,
  session: Session,
  roster: RosterVersion,
  said: MeetingCast["said"],
  options: ImportOptions,
): Promise<MeetingCast> {
  const officers = [course.dutyOfficerId, course.classManagerId].filter((id) => id !== null);
  const shares = (await sharesOfCourse(db, course.id)).map(shareOf);
  return {
    roster: roster.trainees,
    accounts: await accountsOfCourse(db, course.id),
    staff: [
      ...(session.lecturer?.split(/[;,\n]/) ?? []),
      ...(await Promise.all(officers.map((id) => officerName(db, id)))),
    ],
    pairs: pairsAt(shares, session.frame.startsAt),
    said,
    takeSuggested: options.takeSuggested === true,
  };
}

type TimedMatch = MeetingSheet["matches"][number];

function withInstants(match: MeetingMatch, reading: MeetingReading, { timeZone }: Session): TimedMatch {
  const stays = match.person.stays.map(({ joinedAt, leftAt }) => ({
    startsAt: instantOf(joinedAt, reading, timeZone),
    endsAt: instantOf(leftAt, reading, timeZone),
  }));
  return { ...match, stays };
}

function sheetOf(
  session: Session,
  reading: MeetingReading,
  matches: TimedMatch[],
  { said }: MeetingCast,
): MeetingSheet {
  const at = (time: MeetingReading["startedAt"]) =>
    time === null ? session.frame.startsAt : instantOf(time, reading, session.timeZone);
  const named = said.flatMap(({ words, traineeId }) =>
    matches
      .filter(
        ({ person, traineeIds }) =>
          traineeId !== null && traineeIds.includes(traineeId) && isCalled(person, words),
      )
      .flatMap(({ person }) =>
        person.accounts.map((account) => ({ account, traineeId: traineeId as TraineeId })),
      ),
  );
  return {
    sessionId: session.id,
    startedAt: at(reading.startedAt),
    endedAt: at(reading.endedAt),
    matches,
    accounts: named,
  };
}

function isCalled({ name, accounts }: MeetingMatch["person"], words: string): boolean {
  return accounts.includes(words.toLowerCase()) || foldAccents(name) === foldAccents(words);
}

/** `--is "X=12"` and `--guest "X"`. */
function answersOf({ is = [], guest = [] }: ImportOptions, roster: RosterVersion) {
  const problems: ReadingProblem[] = [];
  const said = is.flatMap((typed) => {
    const [words, who] = [
      typed.slice(0, typed.lastIndexOf("=")).trim(),
      typed.slice(typed.lastIndexOf("=") + 1).trim(),
    ];
    const wanted = foldAccents(who);
    const meant = roster.trainees.filter(
      ({ ordinal, fullName }) => String(ordinal) === wanted || foldAccents(fullName) === wanted,
    );
    const [trainee, ...others] = meant;
    if (words !== "" && trainee && others.length === 0) return [{ words, traineeId: trainee.id }];
    problems.push(unreadAnswer(typed));
    return [];
  });
  return { said: [...said, ...guest.map((words) => ({ words: words.trim(), traineeId: null }))], problems };
}

/** Rows of the tables less those about people nobody knows. */
function understoodRows({ reading }: MeetingFile, matches: readonly TimedMatch[]): number {
  const open = matches.filter(({ standing }) => standing === "unclear" || standing === "unknown");
  return reading.understood - open.reduce((sum, { person }) => sum + person.rows, 0);
}

function nobodyOfClass(matches: readonly TimedMatch[]): boolean {
  return !matches.some(({ traineeIds, candidateIds }) => traineeIds.length + candidateIds.length > 0);
}
