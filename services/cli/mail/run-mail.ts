import { attachmentsOf, listMails } from "../../../db/queries/mail.ts";
import { listPending, newestWatch } from "../../../db/queries/mailbox.ts";
import { listOutgoing, outgoingAbout } from "../../../db/queries/outbox.ts";
import type { Config } from "../../../config/read-config.ts";
import type { Bilingual } from "../../types.ts";
import { say } from "../say.ts";
import { withDatabase } from "../open-database.ts";
import { mailOrPending } from "./find-mail.ts";
import { mailTable, mailText, outboxTable, pendingText, sinceText } from "./mail-text.ts";

type Env = Record<string, string | undefined>;

export interface ListOptions {
  quarantined?: boolean;
  json?: boolean;
}

/** An office reads its mail on its own wall clock. */
export function zoneOf({ institution }: Pick<Config, "institution">): string {
  return institution.campuses[0]?.timeZone ?? "Asia/Ho_Chi_Minh";
}

export async function listMail(options: ListOptions, env: Env): Promise<string> {
  return withDatabase(env, async (db, config) => {
    const waiting = (await listPending(db)).filter((each) => !options.quarantined || each.givenUpAt !== null);
    const all = await listMails(db);
    const chosen = options.quarantined ? all.filter(({ status }) => status === "quarantined") : all;
    const mails = [];
    for (const mail of chosen) mails.push({ ...mail, files: await attachmentsOf(db, mail.id) });
    if (options.json) return `${JSON.stringify({ mails, waiting }, null, 2)}\n`;
    const zone = zoneOf(config);
    const since = sinceText(await newestWatch(db), zone);
    if (mails.length + waiting.length > 0)
      return mailTable(mails, waiting, zone) + (options.quarantined ? "" : since);
    say(noMail(options.quarantined === true, config.institution.mail !== null));
    return options.quarantined ? "" : since;
  });
}

function noMail(quarantined: boolean, configured: boolean): Bilingual {
  if (!configured) {
    return {
      vi: "Không có thư nào; hộp thư chưa được khai báo (mail trong SISO_INSTITUTION_FILE).",
      en: "There is no mail; no mailbox is configured (mail in SISO_INSTITUTION_FILE).",
    };
  }
  if (quarantined)
    return { vi: "Không có thư nào chờ cán bộ quyết định.", en: "No mail waits for an officer." };
  return { vi: "Chưa nhận thư nào.", en: "No mail has been taken yet." };
}

export async function showMail(typed: string, env: Env): Promise<string> {
  return withDatabase(env, async (db, config) => {
    const { mail, pending } = await mailOrPending(db, typed);
    if (mail === null) return pendingText(pending, zoneOf(config));
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
