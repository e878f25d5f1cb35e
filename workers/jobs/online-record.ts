import type { OnlineRecord } from "../../services/attendance/attend-online.ts";
import { pairsAt } from "../../services/attendance/device-share.ts";
import { sharesOfCourse, type StoredShare } from "../../db/queries/online.ts";
import { sheetsInForce } from "../../db/queries/online-files.ts";
import type { Session } from "../../db/queries/sessions.ts";
import type { Db } from "../../db/client.ts";

/** What the attendance files in force and the declared pairs say of an online session. */
export async function onlineRecord(db: Db, session: Session): Promise<OnlineRecord> {
  const sheets = await sheetsInForce(db, session.id);
  const shares = (await sharesOfCourse(db, session.courseId)).map(shareOf);
  return {
    zone: session.timeZone,
    periods: session.frame.periods,
    people: sheets?.flatMap(({ people }) => people) ?? null,
    incomplete: sheets?.some(({ incomplete }) => incomplete) ?? false,
    pairs: pairsAt(shares, session.frame.startsAt),
  };
}

export function shareOf({ oneId, otherId, fromAt, untilAt }: StoredShare) {
  return { one: oneId, other: otherId, fromAt, untilAt };
}
