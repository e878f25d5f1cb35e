import { setTimeout as sleep } from "node:timers/promises";
import type { ConnectMailbox, OpenMailbox } from "../services/ports.ts";
import { SisoError } from "../services/errors.ts";
import { closeAlarm, openAlarm } from "../db/queries/alarms.ts";
import type { MailContext } from "./context.ts";
import { takeWaiting } from "./take-mail.ts";

const firstPauseMs = 2_000;
const longestPauseMs = 5 * 60_000;

export interface MailboxWatch {
  /** Takes no more mail; resolves when the connection is closed. */
  stop(): Promise<void>;
}

/** Holds a connection to the mailbox and takes what comes; a lost one is made anew, at growing distances. */
export function watchMailbox(
  ctx: MailContext,
  connect: ConnectMailbox,
  onTaken: () => Promise<void>,
  pollMs: number,
): MailboxWatch {
  const stopping = new AbortController();
  const running = watch(ctx, connect, onTaken, pollMs, stopping.signal);
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

async function watch(
  ctx: MailContext,
  connect: ConnectMailbox,
  onTaken: () => Promise<void>,
  pollMs: number,
  signal: AbortSignal,
): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    try {
      const mailbox = await connect();
      await withMailbox(mailbox, async () => {
        while (!signal.aborted) {
          const fresh = await takeWaiting(ctx, mailbox, onTaken);
          if (fresh > 0) ctx.log.info({ mails: fresh }, "đã nhận thư mới | mail was taken");
          await seemsWell(ctx);
          failures = 0;
          await mailbox.changed(pollMs, signal);
        }
      });
    } catch (error) {
      failures += 1;
      await seemsDown(ctx, error);
      const pauseMs = Math.min(firstPauseMs * 2 ** (failures - 1), longestPauseMs);
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

async function withMailbox(mailbox: OpenMailbox, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } finally {
    await mailbox.close();
  }
}

async function seemsDown(ctx: MailContext, error: unknown): Promise<void> {
  const why = error instanceof SisoError ? error.words.vi : String(error);
  ctx.log.warn({ why }, "hộp thư chưa đọc được, sẽ thử lại | the mailbox cannot be read, trying again");
  const alarm = { code: "mailbox-down" as const, subject: ctx.institution.intakeAddress ?? "" };
  const at = ctx.clock.now();
  await openAlarm(ctx.db, { id: ctx.random.uuid(), ...alarm, detail: { why }, at }).catch(() => undefined);
}

async function seemsWell(ctx: MailContext): Promise<void> {
  await closeAlarm(ctx.db, "mailbox-down", ctx.institution.intakeAddress ?? "", ctx.clock.now());
}
