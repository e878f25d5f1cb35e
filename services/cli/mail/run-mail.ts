import { unitByCode } from "../../../db/queries/campus.ts";
import { attachmentsOf, listMails, releaseMail } from "../../../db/queries/mail.ts";
import { listOutgoing, outgoingAbout } from "../../../db/queries/outbox.ts";
import { systemClock } from "../../../workers/main.ts";
import type { Config } from "../../../config/read-config.ts";
import { SisoError } from "../../errors.ts";
import { say } from "../say.ts";
import { withDatabase } from "../open-database.ts";
import { onlyMail } from "./find-mail.ts";
import { mailTable, mailText, outboxTable } from "./mail-text.ts";
import { confirmedBy } from "../confirmed-by.ts";

type Env = Record<string, string | undefined>;

export interface ListOptions {
  quarantined?: boolean;
  json?: boolean;
}

export interface ReleaseOptions {
  unit: string;
  why: string;
  by?: string;
}

/** An office reads its mail on its own wall clock. */
function zoneOf({ institution }: Config): string {
  return institution.campuses[0]?.timeZone ?? "Asia/Ho_Chi_Minh";
}

export async function listMail(options: ListOptions, env: Env): Promise<string> {
  return withDatabase(env, async (db, config) => {
    const all = await listMails(db);
    const chosen = options.quarantined ? all.filter(({ status }) => status === "quarantined") : all;
    const mails = [];
    for (const mail of chosen) mails.push({ ...mail, files: await attachmentsOf(db, mail.id) });
    if (options.json) return `${JSON.stringify(mails, null, 2)}\n`;
    if (mails.length > 0) return mailTable(mails, zoneOf(config));
    const configured = config.institution.mail !== null;
    say({
      vi: configured
        ? "Không có thư nào."
        : "Không có thư nào; hộp thư chưa được khai báo (mail trong SISO_INSTITUTION_FILE).",
      en: configured
        ? "There is no mail."
        : "There is no mail; no mailbox is configured (mail in SISO_INSTITUTION_FILE).",
    });
    return "";
  });
}

export async function showMail(typed: string, env: Env): Promise<string> {
  return withDatabase(env, async (db, config) => {
    const mail = await onlyMail(db, typed);
    const replies = [
      ...(await outgoingAbout(db, "mail-reply", mail.id)),
      ...(await outgoingAbout(db, "mail-reply", `${mail.id} released`)),
    ];
    return mailText(mail, await attachmentsOf(db, mail.id), replies, zoneOf(config));
  });
}

export async function listOutbox(options: ListOptions, env: Env): Promise<string> {
  return withDatabase(env, async (db, config) => {
    const rows = await listOutgoing(db);
    if (options.json) return `${JSON.stringify(rows, null, 2)}\n`;
    if (rows.length > 0) return outboxTable(rows, zoneOf(config));
    say({ vi: "Chưa có thư đi nào.", en: "No mail has gone out." });
    return "";
  });
}

export async function release(typed: string, options: ReleaseOptions, env: Env): Promise<void> {
  await withDatabase(env, async (db) => {
    const mail = await onlyMail(db, typed);
    const unitId = await unitByCode(db, options.unit);
    if (unitId === null) throw unknownUnit(options.unit);
    if (options.why.trim() === "") throw whyNeeded();
    const releasedBy = confirmedBy(options.by);
    const at = systemClock.now();
    const waited = await releaseMail(db, mail.id, {
      unitId,
      releasedBy,
      releasedAt: at,
      releaseWhy: options.why.trim(),
    });
    if (!waited) throw notWaiting(mail.id, mail.status);
    say({
      vi: `Đã cho đọc thư ${mail.id.slice(0, 8)} (${releasedBy}). Dịch vụ ./siso start sẽ đọc và trả lời; xem bằng ./siso mail show ${mail.id.slice(0, 8)}.`,
      en: `Mail ${mail.id.slice(0, 8)} is released (${releasedBy}). The service ./siso start reads and answers it.`,
    });
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

function notWaiting(id: string, status: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `Thư ${id.slice(0, 8)} không bị giữ lại (${status === "read" ? "đã đọc" : "đang chờ đọc"}).`,
    en: `Mail ${id.slice(0, 8)} is not in quarantine (${status}).`,
  });
}
