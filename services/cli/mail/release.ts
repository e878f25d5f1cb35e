import { closeAlarm } from "../../../db/queries/alarms.ts";
import { unitByCode } from "../../../db/queries/campus.ts";
import { releaseMail, retryMail, type Mail } from "../../../db/queries/mail.ts";
import { retryPending } from "../../../db/queries/mailbox.ts";
import type { Db } from "../../../db/client.ts";
import { systemClock } from "../../../workers/system.ts";
import { SisoError } from "../../errors.ts";
import { confirmedBy } from "../confirmed-by.ts";
import { withDatabase } from "../open-database.ts";
import { say } from "../say.ts";
import { mailOrPending } from "./find-mail.ts";

export interface ReleaseOptions {
  unit?: string;
  why?: string;
  by?: string;
}

/**
 * Lets a quarantined mail be read in a unit's name; one that could not be taken or read is tried again, and nobody vouches for it
 * unless a unit is named.
 */
export async function release(
  typed: string,
  options: ReleaseOptions,
  env: Record<string, string | undefined>,
): Promise<void> {
  await withDatabase(env, async (db) => {
    const { mail, pending } = await mailOrPending(db, typed);
    const id = mail?.id ?? pending?.id ?? "";
    const failed = mail === null || mail.reason?.code === "not-readable";
    const at = systemClock.now();
    if (mail !== null && mail.status !== "quarantined") throw notWaiting(mail);
    if (pending !== null) await retryPending(db, id, at);
    else if (failed && options.unit === undefined) await retryMail(db, id, at);
    else if (!(await vouch(db, id, options, at))) throw notWaiting(mail);
    await closeAlarm(db, "mail-stuck", id, at);
    say(failed && options.unit === undefined ? tried(id) : released(id, confirmedBy(options.by)));
  });
}

async function vouch(db: Db, id: string, { unit, why, by }: ReleaseOptions, at: Date): Promise<boolean> {
  if (unit === undefined) throw unitNeeded(id);
  const unitId = await unitByCode(db, unit);
  if (unitId === null) throw unknownUnit(unit);
  const releaseWhy = why?.trim() ?? "";
  if (releaseWhy === "") throw whyNeeded();
  return releaseMail(db, id, { unitId, releasedBy: confirmedBy(by), releasedAt: at, releaseWhy });
}

function released(id: string, by: string) {
  const short = id.slice(0, 8);
  return {
    vi: `Đã cho đọc thư ${short} (${by}). Dịch vụ ./siso start sẽ đọc và trả lời; xem bằng ./siso mail show ${short}.`,
    en: `Mail ${short} is released (${by}). The service ./siso start reads and answers it.`,
  };
}

function tried(id: string) {
  const short = id.slice(0, 8);
  return {
    vi: `Thư ${short} sẽ được dịch vụ ./siso start thử lại từ đầu; xem bằng ./siso mail show ${short}.`,
    en: `Mail ${short} is tried again by the service ./siso start; see ./siso mail show ${short}.`,
  };
}

function unitNeeded(id: string): SisoError {
  const short = id.slice(0, 8);
  return new SisoError("input-invalid", {
    vi: `Cần biết thư đứng tên đơn vị nào và vì sao tin: ./siso mail release ${short} --unit BQLBD --why "đã gọi điện hỏi". Xem lý do bị giữ: ./siso mail show ${short}.`,
    en: `Say which unit the mail stands for and why it is trusted: ./siso mail release ${short} --unit BQLBD --why "…". Why it waits: ./siso mail show ${short}.`,
  });
}

function unknownUnit(code: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `Không có đơn vị mang mã “${code}”. Xem units trong SISO_INSTITUTION_FILE.`,
    en: `There is no unit with code "${code}". See units in SISO_INSTITUTION_FILE.`,
  });
}

function whyNeeded(): SisoError {
  return new SisoError("input-invalid", {
    vi: "--why không được trống: ghi vì sao tin thư này, ví dụ đã gọi điện hỏi người gửi.",
    en: "--why must not be empty: say why the mail is trusted, for example the sender was called.",
  });
}

function notWaiting(mail: Mail | null): SisoError {
  const short = mail?.id.slice(0, 8) ?? "";
  const read = mail?.status === "read";
  return new SisoError("input-invalid", {
    vi: `Thư ${short} không bị giữ lại (${read ? "đã đọc" : "đang chờ đọc"}).`,
    en: `Mail ${short} is not in quarantine (${read ? "read" : "waiting to be read"}).`,
  });
}
