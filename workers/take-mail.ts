import { createHash } from "node:crypto";
import type { OpenMailbox } from "../services/ports.ts";
import { retainUntil } from "../services/retention/retain-until.ts";
import type { LocalDate, MailMessage } from "../services/types.ts";
import { addMail, addMailPlace, findMail, takenUids } from "../db/queries/mail.ts";
import { rulesAt } from "../db/queries/rules.ts";
import { storable } from "../db/stored.ts";
import type { MailContext } from "./context.ts";
import { capOf } from "./jobs/read-mail.ts";

/**
 * Takes every mail that waits: sealed in the archive, then its rows, then the server's flag. Stopped anywhere, the next call goes
 * on; the rows decide what was taken, so no mail is lost or taken twice. Returns how many are new.
 */
export async function takeWaiting(
  ctx: MailContext,
  mailbox: OpenMailbox,
  afterEach: () => Promise<void> = () => Promise.resolve(),
): Promise<number> {
  const place = { mailbox: mailbox.name, uidValidity: mailbox.uidValidity };
  const waiting = await mailbox.waiting();
  const uids = waiting.map(({ uid }) => uid);
  const taken = await takenUids(ctx.db, place, uids);
  let fresh = 0;
  for (const { uid, bytes } of waiting) {
    if (!taken.has(uid)) {
      const part = bytes > capOf(ctx) ? "head" : "whole";
      const source = await mailbox.fetch(uid, part);
      // Somebody deleted it meanwhile.
      if (source === null) continue;
      if (await takeOne(ctx, { ...place, uid }, source, bytes, part)) fresh += 1;
      await afterEach();
    }
    await mailbox.flagTaken(uid);
  }
  return fresh;
}

async function takeOne(
  ctx: MailContext,
  place: { mailbox: string; uidValidity: string; uid: number },
  source: Uint8Array,
  bytes: number,
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
    const mail = { id: ctx.random.uuid(), ...identity, bytes, kept };
    const added = await addMail(trx, mail, object, keepUntil(now, rules.retentionYears), now);
    const id = added ? mail.id : await findMail(trx, identity);
    if (id !== null) await addMailPlace(trx, place, id);
    return added;
  });
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
