import { randomUUID } from "node:crypto";
import { DateTime } from "luxon";
import { addPending, pendingUids, placesOf } from "../../../db/queries/mailbox.ts";
import type { Db } from "../../../db/client.ts";
import { placeOf } from "../../../workers/begin-watch.ts";
import { systemClock } from "../../../workers/system.ts";
import { connectMailbox } from "../../../workers/open-mail.ts";
import { SisoError } from "../../errors.ts";
import type { ListedMail, OpenMailbox } from "../../ports.ts";
import { parseDay } from "../import/options.ts";
import { withDatabase } from "../open-database.ts";
import { say } from "../say.ts";
import { olderTable } from "./mail-text.ts";
import { zoneOf } from "./run-mail.ts";

export interface OlderOptions {
  since?: string;
  all?: boolean;
  answer?: boolean;
  confirm?: boolean;
}

/**
 * Mail that lay in the mailbox before the service watched it: shown, and with `--confirm` noted to be taken. It is answered only
 * with `--answer`, because nobody waits for an answer to last year's mail.
 */
export async function takeOlder(
  options: OlderOptions,
  env: Record<string, string | undefined>,
): Promise<string> {
  if (options.since === undefined && options.all !== true) throw whichOnes();
  return withDatabase(env, async (db, { institution }) => {
    const zone = zoneOf({ institution });
    const since = options.since === undefined ? null : startOf(parseDay("--since", options.since), zone);
    const connect = connectMailbox(institution);
    if (connect === null) throw noMailbox();
    const mailbox = await connect();
    try {
      const older = await untaken(db, mailbox, since);
      if (older.length === 0) {
        say({ vi: "Không có thư cũ nào chưa nhận.", en: "There is no older mail that was not taken." });
        return "";
      }
      if (options.confirm === true) await note(db, mailbox, older, options.answer === true);
      say(closing(older.length, options, institution.mail?.pollSeconds ?? 0));
      return olderTable(older, zone);
    } finally {
      await mailbox.close();
    }
  });
}

function startOf(day: string, zone: string): Date {
  return DateTime.fromISO(day, { zone }).toJSDate();
}

async function untaken(db: Db, mailbox: OpenMailbox, since: Date | null): Promise<ListedMail[]> {
  const uids = await mailbox.since(since);
  const taken = await placesOf(db, placeOf(mailbox), uids);
  const waits = await pendingUids(db, placeOf(mailbox), uids);
  const older = await mailbox.list(uids.filter((uid) => !taken.has(uid) && !waits.has(uid)));
  return older.filter(({ arrivedAt }) => since === null || arrivedAt === null || arrivedAt >= since);
}

async function note(db: Db, mailbox: OpenMailbox, older: ListedMail[], answer: boolean): Promise<void> {
  const rows = older.map(({ uid }) => ({ id: randomUUID(), uid }));
  await addPending(db, placeOf(mailbox), rows, !answer, systemClock.now());
}

function closing(count: number, { confirm, answer }: OlderOptions, pollSeconds: number) {
  const vi = answer ? "và trả lời" : "và KHÔNG trả lời (thêm --answer nếu muốn trả lời)";
  const en = answer ? "and answered" : "and NOT answered (add --answer to have them answered)";
  return confirm
    ? {
        vi: `${count} thư sẽ được dịch vụ ./siso start nhận trong khoảng ${pollSeconds} giây ${vi}. Xem: ./siso mail list.`,
        en: `${count} mail(s) will be taken by the service ./siso start within about ${pollSeconds} seconds ${en}.`,
      }
    : {
        vi: `Chưa nhận gì. Thêm --confirm để nhận ${count} thư này; chúng sẽ được đọc ${vi}.`,
        en: `Nothing was taken. Add --confirm to take these ${count}; they will be read ${en}.`,
      };
}

function whichOnes(): SisoError {
  return new SisoError("input-invalid", {
    vi: "Ghi mã thư (./siso mail take 3cb03c95 --course …, xem mã bằng ./siso mail list), hoặc thư cũ trong hộp thư: --since 2026-09-01 hay --all.",
    en: "Name a mail (./siso mail take 3cb03c95 --course …, see ./siso mail list), or mail that lay in the mailbox before: --since 2026-09-01 or --all.",
  });
}

function noMailbox(): SisoError {
  return new SisoError("input-invalid", {
    vi: "Hộp thư chưa được khai báo: xem mail trong SISO_INSTITUTION_FILE (docs/mail.md).",
    en: "No mailbox is configured: see mail in SISO_INSTITUTION_FILE (docs/mail.md).",
  });
}
