import type { Db } from "../client.ts";
import { json } from "../stored.ts";

export type AlarmCode =
  | "camera-down"
  | "disk-low"
  | "round-missed"
  | "session-short"
  | "online-file-awaited"
  | "report-overdue"
  | "picture-unusable"
  | "timestamp-late"
  | "view-moved"
  | "seat-never-seen"
  | "chart-turned"
  | "mailbox-down"
  | "mail-undeliverable"
  | "mail-stuck"
  | "input-late"
  | "course-unready"
  | "second-copy-behind"
  | "second-copy-unread"
  | "fixity-late"
  | "archive-damaged"
  | "archive-unwritable";

export interface OpenAlarm {
  code: string;
  subject: string;
  detail: Record<string, string | number>;
  openedAt: Date;
}

/** Opens the alarm unless the same one is open; the first time it was seen stays. */
export async function openAlarm(
  db: Db,
  alarm: { id: string; code: AlarmCode; subject: string; detail: Record<string, string | number>; at: Date },
): Promise<void> {
  await db
    .insertInto("alarm")
    .values({
      id: alarm.id,
      code: alarm.code,
      subject: alarm.subject,
      detail: json(alarm.detail),
      openedAt: alarm.at,
    })
    .onConflict((c) => c.columns(["code", "subject"]).where("closedAt", "is", null).doNothing())
    .execute();
}

export async function closeAlarm(db: Db, code: AlarmCode, subject: string, at: Date): Promise<void> {
  await db
    .updateTable("alarm")
    .set({ closedAt: at })
    .where("code", "=", code)
    .where("subject", "=", subject)
    .where("closedAt", "is", null)
    .execute();
}

/** Closes every open one whose subject begins so, but these. */
export async function closeAlarmsExcept(
  db: Db,
  code: AlarmCode,
  prefix: string,
  kept: readonly string[],
  at: Date,
): Promise<void> {
  const open = await openAlarms(db);
  const gone = open.filter((each) => each.code === code && each.subject.startsWith(prefix));
  for (const { subject } of gone) if (!kept.includes(subject)) await closeAlarm(db, code, subject, at);
}

export async function openAlarms(db: Db): Promise<OpenAlarm[]> {
  return db
    .selectFrom("alarm")
    .select(["code", "subject", "detail", "openedAt"])
    .where("closedAt", "is", null)
    .orderBy("openedAt")
    .execute();
}
