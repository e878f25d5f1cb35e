import type { Db } from "../../../db/client.ts";
import { mailsByPrefix, type Mail } from "../../../db/queries/mail.ts";
import { SisoError } from "../../errors.ts";

/** The one mail whose id begins so. */
export async function onlyMail(db: Db, typed: string): Promise<Mail> {
  if (!/^[0-9a-f-]{4,36}$/i.test(typed)) throw notAnId(typed);
  const [mail, ...others] = await mailsByPrefix(db, typed);
  if (mail === undefined) throw unknownMail(typed);
  if (others.length > 0) throw ambiguous(typed, others.length + 1);
  return mail;
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
