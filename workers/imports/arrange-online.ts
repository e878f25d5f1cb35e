import { refuseThird } from "../../services/attendance/device-share.ts";
import { SisoError } from "../../services/errors.ts";
import type { SessionId, TraineeId } from "../../services/types.ts";
import { closeAlarm, openAlarm } from "../../db/queries/alarms.ts";
import type { Course } from "../../db/queries/courses.ts";
import {
  addLink,
  addShare,
  endShare,
  linksOfCourse,
  sayOnline,
  sharesOfCourse,
  type OnlineLink,
  type StoredShare,
} from "../../db/queries/online.ts";
import { withdrawPlans } from "../../db/queries/rounds.ts";
import { rulesOfSession } from "../../db/queries/rules.ts";
import { lockSession } from "../../db/queries/sessions.ts";
import type { Trx } from "../../db/client.ts";
import type { Context } from "../context.ts";
import { shareOf } from "../jobs/online-record.ts";
import { settleSession } from "../jobs/settle-session.ts";

/** What people arrange for online sessions: the course's link, which sessions, who shares a device. */

type ArrangeContext = Pick<Context, "db" | "clock" | "random">;

interface Said {
  by: string;
  why: string | null;
}

/** A course has one link (L Đ4.3): a second one is refused unless it takes the first one's place. Throws `input-invalid`. */
export async function setLink(
  ctx: ArrangeContext,
  course: Course,
  url: string,
  { by, why, replace }: Said & { replace: boolean },
): Promise<OnlineLink> {
  return underCourse(ctx, course, async (trx) => {
    const inForce = (await linksOfCourse(trx, course.id)).at(-1);
    refuseSecondLink(course, inForce, url, replace);
    return addNext(ctx, trx, course, { url, by, why });
  });
}

/** Throws `input-invalid` naming the link in force, who set it and when. */
export function refuseSecondLink(
  { code }: Pick<Course, "code">,
  inForce: OnlineLink | undefined,
  url: string,
  replace: boolean,
): void {
  if (!inForce?.url) return;
  if (inForce.url === url) throw sameLink(code, url);
  if (!replace) throw secondLink(code, inForce, inForce.url);
}

/** The link before the last change is in force again, as a version of its own. */
export async function undoLink(ctx: ArrangeContext, course: Course, said: Said): Promise<OnlineLink> {
  return underCourse(ctx, course, async (trx) => {
    const links = await linksOfCourse(trx, course.id);
    if (links.length === 0) throw noLinkYet(course.code);
    return addNext(ctx, trx, course, { ...said, url: links.at(-2)?.url ?? null });
  });
}

async function addNext(
  ctx: ArrangeContext,
  trx: Trx,
  course: Course,
  { url, by, why }: Said & { url: string | null },
): Promise<OnlineLink> {
  const version = ((await linksOfCourse(trx, course.id)).at(-1)?.version ?? 0) + 1;
  const link = {
    id: ctx.random.uuid(),
    courseId: course.id,
    version,
    url,
    why,
    setBy: by,
    setAt: ctx.clock.now(),
  };
  await addLink(trx, link);
  return link;
}

/**
 * A person says how a session is held. What was planned for cameras is withdrawn, or drawn anew for a session still to come; one
 * already closed is counted again, from its files or from its pictures.
 */
export async function sayHeldOnline(
  ctx: ArrangeContext,
  sessionId: SessionId,
  online: boolean,
  { by, why }: { by: string; why: string },
): Promise<void> {
  await ctx.db.transaction().execute(async (trx) => {
    const before = await lockSession(trx, sessionId);
    if (before.online === online) return;
    const saidAt = ctx.clock.now();
    await sayOnline(trx, { id: ctx.random.uuid(), sessionId, online, why, saidBy: by, saidAt });
    const session = await lockSession(trx, sessionId);
    if (online && session.status === "scheduled") await withdrawPlans(trx, sessionId, saidAt);
    if (session.status !== "closed") return;
    const attendance = await settleSession(ctx, trx, session, await rulesOfSession(trx, session), saidAt);
    const { day, shift } = session;
    const alarm = { id: ctx.random.uuid(), code: "online-file-awaited" as const, subject: sessionId };
    if (attendance.online === "waiting")
      await openAlarm(trx, { ...alarm, detail: { day, shift }, at: saidAt });
    else await closeAlarm(trx, alarm.code, sessionId, saidAt);
  });
}

export interface SharePair {
  oneId: TraineeId;
  otherId: TraineeId;
  fromAt: Date;
}

/** Two trainees at one device (L Đ9.8). Throws `input-invalid` for a third one. */
export async function declareShare(
  ctx: ArrangeContext,
  course: Course,
  { oneId, otherId, fromAt }: SharePair,
  by: string,
  nameOf: (id: TraineeId) => string,
): Promise<void> {
  await underCourse(ctx, course, async (trx) => {
    const standing = (await sharesOfCourse(trx, course.id)).map(shareOf);
    refuseThird(standing, oneId, otherId, fromAt, nameOf);
    const declared = { declaredBy: by, declaredAt: ctx.clock.now() };
    await addShare(trx, { id: ctx.random.uuid(), courseId: course.id, oneId, otherId, fromAt, ...declared });
  });
}

/** The pair's declaration that stands, or null. */
export function standingShare(
  shares: readonly StoredShare[],
  one: TraineeId,
  other: TraineeId,
): StoredShare | null {
  const found = shares.find((share) => {
    const pair = new Set([share.oneId, share.otherId]);
    return share.untilAt === null && pair.has(one) && pair.has(other);
  });
  return found ?? null;
}

/** From an instant on the two no longer share; sessions before it keep the pair. */
export async function endDeclaredShare(
  ctx: ArrangeContext,
  course: Course,
  share: StoredShare,
  untilAt: Date,
  by: string,
): Promise<void> {
  if (untilAt <= share.fromAt) throw endsBeforeItBegins();
  await underCourse(ctx, course, (trx) => endShare(trx, share, untilAt, by, ctx.clock.now()));
}

async function underCourse<T>(
  ctx: ArrangeContext,
  { id }: Course,
  work: (trx: Trx) => Promise<T>,
): Promise<T> {
  return ctx.db.transaction().execute(async (trx) => {
    await trx.selectFrom("course").select("id").where("id", "=", id).forUpdate().execute();
    return work(trx);
  });
}

function secondLink(code: string, { setBy, setAt }: OnlineLink, url: string): SisoError {
  const on = setAt.toISOString().slice(0, 10);
  return new SisoError("input-invalid", {
    vi: `Khóa ${code} đã có đường link ${url} (${setBy} đặt ngày ${on}); mỗi khóa chỉ một link (L Đ4.3). Muốn thay thì thêm --replace --why "lý do".`,
    en: `Course ${code} has the link ${url} already (set by ${setBy} on ${on}); a course has one link (L Đ4.3). To put another in its place add --replace --why "reason".`,
  });
}

function sameLink(code: string, url: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `Đường link của khóa ${code} đã là ${url}.`,
    en: `The link of course ${code} is ${url} already.`,
  });
}

function noLinkYet(code: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `Khóa ${code} chưa có đường link nào để quay lại.`,
    en: `Course ${code} has no link to go back from.`,
  });
}

function endsBeforeItBegins(): SisoError {
  return new SisoError("input-invalid", {
    vi: "Ngày thôi dùng chung phải sau ngày bắt đầu dùng chung.",
    en: "The sharing must end after it began.",
  });
}
