import type { MeetingMatch } from "../../services/intake/meeting-matching.ts";
import type { CourseId, Interval, SessionId, TraineeId } from "../../services/types.ts";
import { closeAlarm, openAlarm } from "../../db/queries/alarms.ts";
import { findDocument, type Course } from "../../db/queries/courses.ts";
import { saveAccounts } from "../../db/queries/online.ts";
import {
  addOnlineVersion,
  addSheet,
  onlineVersions,
  sheetsById,
  sheetsInForce,
  type StoredPerson,
  type StoredSheet,
} from "../../db/queries/online-files.ts";
import { rulesOfSession } from "../../db/queries/rules.ts";
import { lockSession, type Session } from "../../db/queries/sessions.ts";
import type { Db, Trx } from "../../db/client.ts";
import type { Context } from "../context.ts";
import { settleSession } from "../jobs/settle-session.ts";
import { addOriginal, sealOriginal, type Confirmation } from "./keep-original.ts";
import type { MeetingFile } from "./read-files.ts";

/** A file as it was understood for one session, all its times instants. */
export interface MeetingSheet {
  sessionId: SessionId;
  startedAt: Date;
  endedAt: Date;
  matches: readonly (MeetingMatch & { stays: Interval[] })[];
  /** Accounts a person named in this call, to be known from now on. */
  accounts: readonly { account: string; traineeId: TraineeId }[];
}

type OnlineContext = Pick<Context, "db" | "clock" | "random" | "archive">;

/**
 * A confirmed attendance file joins what its session is counted from; a later file of the same meeting takes the place of the
 * earlier one. A session already closed is counted again, and no person's word is touched. False when the very same was confirmed.
 */
export async function confirmMeeting(
  ctx: OnlineContext,
  course: Course,
  zone: string,
  file: MeetingFile,
  sheet: MeetingSheet,
  confirmation: Confirmation,
): Promise<boolean> {
  const original = await sealOriginal(ctx, course, zone, "online-attendance", file);
  const { receivedFrom, confirmedBy } = confirmation;
  const people = peopleOf(sheet);
  return ctx.db.transaction().execute(async (trx) => {
    const { documentId } = await addOriginal(
      ctx,
      trx,
      course.id,
      "online-attendance",
      original,
      receivedFrom,
    );
    const session = await lockSession(trx, sheet.sessionId);
    const now = ctx.clock.now();
    const versions = await onlineVersions(trx, session.id);
    const standing = await sheetsById(trx, versions.at(-1)?.sheetIds ?? []);
    const before = standing.find((one) => sameMeeting(one, sheet));
    if (before?.documentId === documentId && samePeople(before.people, people)) return false;
    const id = ctx.random.uuid();
    const { title, incomplete } = file.reading.value;
    const { startedAt, endedAt } = sheet;
    const head = { id, sessionId: session.id, documentId, title, startedAt, endedAt, incomplete };
    await addSheet(trx, { ...head, confirmedBy, confirmedAt: now }, people);
    const said = { source: "person" as const, saidBy: confirmedBy, saidAt: now };
    await saveAccounts(trx, course.id, sheet.accounts, said);
    const sheetIds = [...standing.filter((one) => one !== before).map((one) => one.id), id];
    await putInForce(ctx, trx, session, sheetIds, confirmedBy);
    return true;
  });
}

/** From now on a session is counted from these sheets; a closed one is counted again at once. */
export async function putInForce(
  ctx: Pick<Context, "clock" | "random">,
  trx: Trx,
  session: Session,
  sheetIds: string[],
  madeBy: string,
): Promise<void> {
  const madeAt = ctx.clock.now();
  const version = ((await onlineVersions(trx, session.id)).at(-1)?.version ?? 0) + 1;
  const row = { id: ctx.random.uuid(), sessionId: session.id, version, sheetIds, madeBy, madeAt };
  await addOnlineVersion(trx, row);
  if (sheetIds.length > 0) await closeAlarm(trx, "online-file-awaited", session.id, madeAt);
  if (session.status !== "closed") return;
  if (sheetIds.length === 0) {
    const { id: subject, day, shift } = session;
    const alarm = { id: ctx.random.uuid(), code: "online-file-awaited" as const, subject };
    await openAlarm(trx, { ...alarm, detail: { day, shift }, at: madeAt });
  }
  await settleSession(ctx, trx, session, await rulesOfSession(trx, session), madeAt);
}

/** Teams gives one report each time a meeting is opened; the minute it began in tells which. */
export function sameMeeting(
  one: Pick<StoredSheet, "startedAt">,
  other: Pick<MeetingSheet, "startedAt">,
): boolean {
  return Math.abs(+one.startedAt - +other.startedAt) < 60_000;
}

/** The session is counted from these very bytes, understood as they are now. */
export async function alreadyInForce(
  db: Db,
  courseId: CourseId,
  file: MeetingFile,
  sheet: MeetingSheet,
): Promise<boolean> {
  const kept = await findDocument(db, courseId, "online-attendance", file.document.sha256);
  const standing = ((await sheetsInForce(db, sheet.sessionId)) ?? []).find((one) => sameMeeting(one, sheet));
  return kept !== null && standing?.documentId === kept && samePeople(standing.people, peopleOf(sheet));
}

function peopleOf({ matches }: MeetingSheet): StoredPerson[] {
  return matches.map(({ person, standing, traineeIds, candidateIds, stays }) => ({
    shownName: person.name,
    standing,
    traineeIds,
    candidateIds,
    stays,
    awaySeconds: person.awaySeconds,
    unreadRows: person.unreadRows,
  }));
}

function samePeople(before: readonly StoredPerson[], after: readonly StoredPerson[]): boolean {
  return JSON.stringify(before.map(inOrder)) === JSON.stringify(after.map(inOrder));
}

function inOrder({
  shownName,
  standing,
  traineeIds,
  candidateIds,
  stays,
  awaySeconds,
  unreadRows,
}: StoredPerson) {
  const times = stays.map(({ startsAt, endsAt }) => [+startsAt, +endsAt]);
  return [shownName, standing, traineeIds, candidateIds, times, awaySeconds, unreadRows];
}
