import type { Db } from "../../../db/client.ts";
import { mailsByPrefix, type Mail } from "../../../db/queries/mail.ts";
import { pendingByPrefix, type Pending } from "../../../db/queries/mailbox.ts";
import { SisoError } from "../../errors.ts";

/** The one mail whose id begins so. */
export async function onlyMail(db: Db, typed: string): Promise<Mail> {
  const found = await mailOrPending(db, typed);
  if (found.mail === null) throw notTaken(typed);
  return found.mail;
}

/** The one mail, or message not taken yet, whose id begins so. */
export async function mailOrPending(
  db: Db,
  typed: string,
): Promise<{ mail: Mail; pending: null } | { mail: null; pending: Pending }> {
  if (!/^[0-9a-f-]{4,36}$/i.test(typed)) throw notAnId(typed);
  const mails = await mailsByPrefix(db, typed);
  const waiting = await pendingByPrefix(db, typed);
  const count = mails.length + waiting.length;
  if (count > 1) throw ambiguous(typed, count);
  const [[mail], [pending]] = [mails, waiting];
  if (mail !== undefined) return { mail, pending: null };
  if (pending !== undefined) return { mail: null, pending };
  throw unknownMail(typed);
}

function notTaken(typed: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `Thư ${typed} còn trong hộp thư, chưa nhận được. Xem vì sao: ./siso mail show ${typed}.`,
    en: `Mail ${typed} is still in the mailbox and could not be taken. See why: ./siso mail show ${typed}.`,
  });
}

function notAnId(typed: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `“${typed}” không phải mã thư (ít nhất 4 ký tự 0–9, a–f). Xem mã bằng ./siso mail list.`,
    en: `"${typed}" is not a mail's id (at least 4 of 0–9, a–f). See ./siso mail list.`,
  });
}

function unknownMail(typed: string): SisoError {
  return new SisoError("not-found", {
    vi: `Không có thư nào có mã bắt đầu bằng “${typed}”. Xem mã bằng ./siso mail list.`,
    en: `No mail has an id beginning with "${typed}". See ./siso mail list.`,
  });
}

function ambiguous(typed: string, count: number): SisoError {
  return new SisoError("input-invalid", {
    vi: `“${typed}” chỉ đến ${count} thư. Ghi thêm vài ký tự.`,
    en: `"${typed}" means ${count} mails. Type a few characters more.`,
  });
}
