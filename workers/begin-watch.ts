import type { ListedMail, OpenMailbox } from "../services/ports.ts";
import {
  addPending,
  addWatch,
  dropPendingElsewhere,
  findWatch,
  lastWatch,
  type MailboxPlace,
  type MailboxWatch,
} from "../db/queries/mailbox.ts";
import { closeAlarm } from "../db/queries/alarms.ts";
import type { MailContext } from "./context.ts";

const dayMs = 24 * 3_600_000;
/** A server gives up delivering after five days (RFC 5321, 4.5.4.1), and a sender's clock is off by little. */
const underwayMs = 7 * dayMs;
/** A server finds mail by whole seconds, rounded on the way there and back. */
const roundedMs = 2000;

export function placeOf(mailbox: OpenMailbox): MailboxPlace {
  return { mailbox: mailbox.name, uidValidity: mailbox.uidValidity };
}

/**
 * From which message on this mailbox is taken. At the first look ever that is the next one to come: an officer's years of mail
 * are neither taken nor answered unless one asks for them.
 */
export async function watchFrom(ctx: MailContext, mailbox: OpenMailbox): Promise<MailboxWatch> {
  const known = await findWatch(ctx.db, placeOf(mailbox));
  if (known !== null) return known;
  const last = await lastWatch(ctx.db, mailbox.account);
  return last === null ? firstLook(ctx, mailbox) : renumbered(ctx, mailbox, last);
}

async function firstLook(ctx: MailContext, mailbox: OpenMailbox): Promise<MailboxWatch> {
  const { account, uidNext: fromUid } = mailbox;
  const earlier = (await mailbox.since(null)).filter((uid) => uid < fromUid).length;
  const now = ctx.clock.now();
  const watch = { ...placeOf(mailbox), account, fromUid, beganAt: now, notedAt: now, earlier };
  await addWatch(ctx.db, watch);
  if (earlier > 0) {
    ctx.log.warn(
      { earlier },
      "thư có sẵn trong hộp thư không được nhận; muốn nhận: ./siso mail take --since NGÀY | mail that lay there already is not taken; to take it: ./siso mail take --since DATE",
    );
  }
  return watch;
}

/**
 * The server numbers its mail anew, or goes by another name: what came since the watch began is looked at once more, and what was
 * taken is known by Message-ID and content. A move that stamps old mail as just arrived is told by the date it was written.
 */
async function renumbered(ctx: MailContext, mailbox: OpenMailbox, last: MailboxWatch): Promise<MailboxWatch> {
  const { account, uidNext: fromUid } = mailbox;
  const { beganAt, earlier } = last;
  const about = new Date(beganAt.getTime() - roundedMs);
  const uids = (await mailbox.since(about)).filter((uid) => uid < fromUid);
  // One message the server cannot list must not hold up the rest: then all of these are looked at.
  const listed = await mailbox.list(uids).catch(() => null);
  const wanted =
    listed === null ? uids : listed.filter((mail) => cameSince(mail, beganAt)).map(({ uid }) => uid);
  const now = ctx.clock.now();
  const watch = { ...placeOf(mailbox), account, fromUid, beganAt, notedAt: now, earlier };
  await ctx.db.transaction().execute(async (trx) => {
    await addWatch(trx, watch);
    const rows = wanted.map((uid) => ({ id: ctx.random.uuid(), uid }));
    await addPending(trx, placeOf(mailbox), rows, false, now);
    for (const id of await dropPendingElsewhere(trx, account, placeOf(mailbox))) {
      await closeAlarm(trx, "mail-stuck", id, now);
    }
  });
  ctx.log.warn(
    { messages: wanted.length },
    "máy chủ thư đã đánh số lại hộp thư; xem lại thư từ ngày bắt đầu nhận | the mail server numbered its mail anew; mail since the watch began is looked at again",
  );
  return watch;
}

function cameSince({ arrivedAt, sentAt }: ListedMail, beganAt: Date): boolean {
  // A server tells the second (RFC 3501, 2.3.3): what came in the one the watch began in counts as come since.
  const arrived = arrivedAt === null || arrivedAt.getTime() >= Math.floor(beganAt.getTime() / 1000) * 1000;
  return arrived && (sentAt === null || sentAt.getTime() >= beganAt.getTime() - underwayMs);
}
