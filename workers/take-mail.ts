import { createHash } from "node:crypto";
import { nextTry } from "../services/correspondence/patience.ts";
import type { ListedMail, OpenMailbox } from "../services/ports.ts";
import { retainUntil } from "../services/retention/retain-until.ts";
import type { LocalDate, MailMessage } from "../services/types.ts";
import { openAlarm } from "../db/queries/alarms.ts";
import { addMail, findMail } from "../db/queries/mail.ts";
import {
  addMailPlace,
  addPending,
  beginTaking,
  describePending,
  dropPending,
  markFlagged,
  noteUntaken,
  pendingDue,
  pendingUids,
  placesOf,
  type PendingMail,
} from "../db/queries/mailbox.ts";
import { rulesAt } from "../db/queries/rules.ts";
import { storable } from "../db/stored.ts";
import { placeOf, watchFrom } from "./begin-watch.ts";
import type { MailContext } from "./context.ts";
import { capOf } from "./jobs/read-mail.ts";
import { isElsewhere, wordsOf } from "./mail-failure.ts";

/**
 * Takes every mail that waits: sealed in the archive, then its rows, then the server's flag. Stopped anywhere, the next call goes
 * on; the rows decide what was taken, so no mail is lost or taken twice. One that fails holds up no other. Returns how many are new.
 */
export async function takeWaiting(
  ctx: MailContext,
  mailbox: OpenMailbox,
  afterEach: () => Promise<void> = () => Promise.resolve(),
): Promise<number> {
  const { fromUid } = await watchFrom(ctx, mailbox);
  await noteWaiting(ctx, mailbox, fromUid);
  let fresh = 0;
  for (const pending of await pendingDue(ctx.db, placeOf(mailbox), ctx.clock.now())) {
    if (await attempt(ctx, mailbox, pending)) fresh += 1;
    await afterEach();
  }
  return fresh;
}

/** Every new message becomes a row; the flag is made up for where a process was stopped before it. */
async function noteWaiting(ctx: MailContext, mailbox: OpenMailbox, fromUid: number): Promise<void> {
  const place = placeOf(mailbox);
  const uids = await mailbox.waiting(fromUid);
  const taken = await placesOf(ctx.db, place, uids);
  for (const [uid, { flagged }] of taken) if (!flagged) await flag(ctx, mailbox, uid);
  const waits = await pendingUids(ctx.db, place, uids);
  const fresh = uids.filter((uid) => !taken.has(uid) && !waits.has(uid));
  const rows = fresh.map((uid) => ({ id: ctx.random.uuid(), uid }));
  await addPending(ctx.db, place, rows, false, ctx.clock.now());
}

/** True when the mail is new. What fails is noted at the message and tried again later; a lost connection is the caller's. */
async function attempt(ctx: MailContext, mailbox: OpenMailbox, pending: PendingMail): Promise<boolean> {
  const now = ctx.clock.now();
  const attempts = pending.attempts + 1;
  if (nextTry(pending.attempts, now) === null) {
    await giveUp(
      ctx,
      pending,
      new Error("dịch vụ ngừng giữa chừng mỗi lần nhận | the service ended at each attempt"),
    );
    return false;
  }
  await beginTaking(ctx.db, pending.id, nextTry(attempts, now) ?? now);
  try {
    return await takeOne(ctx, mailbox, pending);
  } catch (error) {
    const counted = !isElsewhere(error);
    const nextTryAt = counted ? nextTry(attempts, now) : now;
    ctx.log.warn(
      { pending: pending.id, attempts, nextTryAt, why: wordsOf(error) },
      "một thư chưa nhận được | a mail could not be taken",
    );
    if (nextTryAt === null) await giveUp(ctx, pending, error);
    else await noteUntaken(ctx.db, pending.id, { why: wordsOf(error), at: now, nextTryAt, counted });
    if (!counted || !mailbox.usable()) throw error;
    return false;
  }
}

async function giveUp(ctx: MailContext, { id }: PendingMail, error: unknown): Promise<void> {
  const at = ctx.clock.now();
  const why = wordsOf(error);
  await ctx.db.transaction().execute(async (trx) => {
    await noteUntaken(trx, id, { why, at, nextTryAt: null, counted: true });
    const detail = { step: "take", mail: id.slice(0, 8), why };
    await openAlarm(trx, { id: ctx.random.uuid(), code: "mail-stuck", subject: id, detail, at });
  });
}

async function takeOne(ctx: MailContext, mailbox: OpenMailbox, pending: PendingMail): Promise<boolean> {
  const place = { ...placeOf(mailbox), uid: pending.uid };
  const [listed] = await mailbox.list([pending.uid]);
  if (listed !== undefined) await describePending(ctx.db, pending.id, listed);
  const part = (listed?.bytes ?? 0) > capOf(ctx) ? "head" : "whole";
  const source = listed === undefined ? null : await mailbox.fetch(pending.uid, part);
  if (listed === undefined || source === null) {
    // Somebody deleted it meanwhile.
    await dropPending(ctx.db, place);
    return false;
  }
  const fresh = await store(ctx, place, pending, listed, source, part);
  await flag(ctx, mailbox, pending.uid);
  return fresh;
}

async function flag(ctx: MailContext, mailbox: OpenMailbox, uid: number): Promise<void> {
  await mailbox.flagTaken(uid);
  await markFlagged(ctx.db, { ...placeOf(mailbox), uid }, ctx.clock.now());
}

async function store(
  ctx: MailContext,
  place: { mailbox: string; uidValidity: string; uid: number },
  { unanswered }: PendingMail,
  { bytes, arrivedAt, fromAddress, subject }: ListedMail,
  source: Uint8Array,
  kept: "whole" | "head",
): Promise<boolean> {
  const message = await ctx.messages.parse(source);
  const identity = {
    messageId: storable(message.messageId ?? ""),
    contentSha256: contentOf(message, source),
  };
  const known = await findMail(ctx.db, identity);
  if (known !== null) {
    await addMailPlace(ctx.db, place, known);
    return false;
  }
  const object = await ctx.archive.seal(source);
  const now = ctx.clock.now();
  const { rules } = await rulesAt(ctx.db, now);
  return ctx.db.transaction().execute(async (trx) => {
    const mail = {
      id: ctx.random.uuid(),
      ...identity,
      bytes,
      kept,
      unanswered,
      fromAddress,
      subject,
      arrivedAt: notAfter(arrivedAt, now),
    };
    const added = await addMail(trx, mail, object, keepUntil(now, rules.retentionYears), now);
    const id = added ? mail.id : await findMail(trx, identity);
    if (id !== null) await addMailPlace(trx, place, id);
    return added;
  });
}

/** The server's clock may be ahead of ours; nothing arrives later than it is taken. */
function notAfter(arrivedAt: Date | null, now: Date): Date | null {
  return arrivedAt === null || arrivedAt <= now ? arrivedAt : now;
}

/** As long as the pictures of a course that begins the day the mail came; what is taken into a course is kept with it as well. */
function keepUntil(now: Date, years: number): Date {
  return retainUntil(now.toISOString().slice(0, 10) as LocalDate, years, "UTC");
}

/**
 * What the sender wrote, not how it was packed: the same mail delivered twice has other trace lines, and a server on the way may
 * have coded its parts anew.
 */
function contentOf({ from, subject, headers, text, attachments }: MailMessage, source: Uint8Array): string {
  if (headers.length === 0) return sha256(source);
  const date = headers.find(({ name }) => name === "date")?.value ?? null;
  const files = attachments.map(({ fileName, bytes }) => [fileName, sha256(bytes)]);
  return sha256(JSON.stringify([from, subject, date, text, files]));
}

function sha256(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}
