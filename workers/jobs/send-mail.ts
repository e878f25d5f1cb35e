import { closeAlarm, openAlarm } from "../../db/queries/alarms.ts";
import { markSent, markUnsent, outgoingById, outgoingFiles } from "../../db/queries/outbox.ts";
import type { MailContext } from "../context.ts";

/** After 1, 2, 4 … minutes, at most every six hours, for three days: a server away over a weekend loses nothing. */
const firstPauseMs = 60_000;
const longestPauseMs = 6 * 3_600_000;
const giveUpAfterMs = 3 * 24 * 3_600_000;
/** After about half an hour somebody should look: a wrong certificate or password does not mend itself. */
const alarmAfterAttempts = 6;

/** Sends one row of the outbox. Killed between sending and marking, it is sent again under the same Message-ID. */
export async function sendMail(ctx: MailContext, id: string): Promise<void> {
  if (ctx.mailSender === null) return;
  const row = await outgoingById(ctx.db, id);
  const now = ctx.clock.now();
  if (row.sentAt !== null || row.givenUpAt !== null || now < row.nextTryAt) return;
  const files = [];
  for (const { object, ...file } of await outgoingFiles(ctx.db, id)) {
    files.push({ ...file, bytes: await ctx.archive.open(object) });
  }
  const { messageId, recipient: to, subject, body: text, inReplyTo } = row;
  const autoSubmitted = row.purpose === "mail-reply" ? "auto-replied" : "auto-generated";
  const sent = await ctx.mailSender.send({ messageId, to, subject, text, inReplyTo, autoSubmitted, files });
  if (sent.ok) {
    await ctx.db.transaction().execute(async (trx) => {
      await markSent(trx, id, ctx.clock.now());
      await closeAlarm(trx, "mail-undeliverable", to, ctx.clock.now());
    });
    return;
  }
  const tooOld = now.getTime() - row.createdAt.getTime() > giveUpAfterMs;
  const pauseMs = Math.min(firstPauseMs * 2 ** row.attempts, longestPauseMs);
  const nextTryAt = sent.permanent || tooOld ? null : new Date(now.getTime() + pauseMs);
  ctx.log.warn({ outbox: id, why: sent.why, nextTryAt }, "thư chưa gửi được | a mail could not be sent");
  await ctx.db.transaction().execute(async (trx) => {
    await markUnsent(trx, id, { why: sent.why, at: now, nextTryAt });
    if (nextTryAt !== null && row.attempts + 1 < alarmAfterAttempts) return;
    await openAlarm(trx, {
      id: ctx.random.uuid(),
      code: "mail-undeliverable",
      subject: to,
      detail: { outbox: id, why: sent.why },
      at: now,
    });
  });
}
