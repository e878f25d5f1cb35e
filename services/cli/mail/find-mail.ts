import type { Db } from "../../../db/client.ts";
import { mailsByPrefix, type Mail } from "../../../db/queries/mail.ts";
import { readConfig, type Config } from "../../../config/read-config.ts";
import { thisMachine } from "../../../config/this-machine.ts";
import { SisoError } from "../../errors.ts";
import { openDatabaseIfAny } from "../open-database.ts";

/** Runs with this machine's database. Throws `not-found` when there is none yet. */
export async function withDatabase<T>(
  env: Record<string, string | undefined>,
  work: (db: Db, config: Config) => Promise<T>,
): Promise<T> {
  const config = readConfig(env, thisMachine);
  const opened = await openDatabaseIfAny(config);
  if (opened === null) throw noDatabase(config.dataDir);
  try {
    return await work(opened.db, config);
  } finally {
    await opened.close();
  }
}

/** The one mail whose id begins so. */
export async function onlyMail(db: Db, typed: string): Promise<Mail> {
  if (!/^[0-9a-f-]{4,36}$/i.test(typed)) throw notAnId(typed);
  const [mail, ...others] = await mailsByPrefix(db, typed);
  if (mail === undefined) throw unknownMail(typed);
  if (others.length > 0) throw ambiguous(typed, others.length + 1);
  return mail;
}

function noDatabase(folder: string): SisoError {
  return new SisoError("not-found", {
    vi: `Chưa có dữ liệu trong ${folder}. Dữ liệu ở nơi khác thì đặt SISO_DATA (hoặc SISO_DATABASE_URL).`,
    en: `There is no data in ${folder}. If it is elsewhere, set SISO_DATA (or SISO_DATABASE_URL).`,
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
