import { closeAlarm, openAlarm } from "../db/queries/alarms.ts";
import { mailAuditors } from "./archive-log/mail-checkpoint.ts";
import type { Context } from "./context.ts";
import { noteErasures } from "./keeping/erasures.ts";
import { measureRoom } from "./keeping/measure-room.ts";
import { keepWitness } from "./keeping/meet-archive.ts";
import { watchFixity } from "./keeping/watch-fixity.ts";
import { roomForPictures } from "./room-for-pictures.ts";

type Keeper = Pick<
  Context,
  "db" | "clock" | "random" | "archive" | "vault" | "log" | "institution" | "minFreeBytes"
>;

/**
 * Room, witness, the age of the readings back and the auditors' mail, each for itself, before every sweep. An archive that
 * cannot be asked or written is an alarm and never throws: what is due must be rung whatever the disk says.
 */
export async function lookAfterArchive(ctx: Keeper): Promise<void> {
  const failures: unknown[] = [];
  for (const look of [roomForPictures, measureRoom, keepWitness, noteErasures, watchFixity, mailAuditors])
    await look(ctx).catch((error: unknown) => failures.push(error));
  try {
    await tell(ctx, failures);
  } catch (error) {
    ctx.log.error({ err: error }, "the archive's alarm cannot be written");
  }
}

async function tell(ctx: Keeper, failures: readonly unknown[]): Promise<void> {
  const at = ctx.clock.now();
  if (failures.length === 0) return closeAlarm(ctx.db, "archive-unwritable", "archive", at);
  for (const error of failures) ctx.log.error({ err: error }, "the archive cannot be looked after");
  const why = failures.map((error) => (error instanceof Error ? error.message : String(error))).join("; ");
  await openAlarm(ctx.db, {
    id: ctx.random.uuid(),
    code: "archive-unwritable",
    subject: "archive",
    detail: { why: why.slice(0, 500) },
    at,
  });
}
