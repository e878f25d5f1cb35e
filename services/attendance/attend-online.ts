import { DateTime } from "luxon";
import type { Interval, Reason, Rules, SessionOutcome, TraineeId } from "../types.ts";
import { creditedOf } from "./device-share.ts";

/** Somebody of an attendance file, as it was confirmed. */
export interface OnlinePerson {
  /** `unclear`: one of the candidates, nobody knows which. `unknown`: nobody of the roster, as far as one can tell. */
  standing: "trainee" | "staff" | "guest" | "unclear" | "unknown";
  /** Whom the join names: one trainee, or the people who are said to sit at one device. */
  traineeIds: readonly TraineeId[];
  candidateIds: readonly TraineeId[];
  stays: readonly Interval[];
  /** Seconds within the stays spent outside the meeting, nobody knows when. */
  awaySeconds: number;
  unreadRows: number;
}

/** All that is known of an online session's attendance. */
export interface OnlineRecord {
  /** IANA zone in which times are told. */
  zone: string;
  periods: readonly Interval[];
  /** The people of every file in force; null while there is none. */
  people: readonly OnlinePerson[] | null;
  /** A file says of itself that people may be missing from it. */
  incomplete: boolean;
  /** Who shares a device with whom at this session. */
  pairs: readonly (readonly [TraineeId, TraineeId])[];
}

export interface OnlineDecision {
  outcome: Exclude<SessionOutcome, "excused">;
  reason: Reason;
}

/**
 * One trainee in an online session: present when joined, alone or at the device declared as shared, for the share of the teaching
 * time the rules ask for; absent only when the files are whole, everybody in them is known, and the trainee is none of them. A
 * join too short, a row that cannot be read or somebody nobody knows goes to a person; without a file nobody is observable.
 */
export function attendOnline(
  traineeId: TraineeId,
  record: OnlineRecord,
  rules: Pick<Rules, "onlineMinPercent" | "onlineMinPeriods">,
): OnlineDecision {
  const { people } = record;
  if (people === null) return { outcome: "not-observable", reason: { code: "online-waiting", params: {} } };
  const partner = partnerOf(traineeId, record.pairs);
  const own = people.filter(({ traineeIds }) => creditedOf(traineeIds, record.pairs).includes(traineeId));
  const shared =
    partner === null ? [] : people.filter((one) => !own.includes(one) && credits(one, partner, record));
  const joins = [...own, ...shared];
  const stays = union(joins.flatMap((one) => one.stays));
  const periods = taughtPeriods(record, rules.onlineMinPeriods);
  const inside = periods.map((period) => seconds(stays, period));
  const most = inside.reduce((sum, part) => sum + part, 0);
  const sure = Math.max(0, most - joins.reduce((sum, one) => sum + one.awaySeconds, 0));
  const taught = periods.reduce((sum, { startsAt, endsAt }) => sum + (+endsAt - +startsAt) / 1000, 0);
  const needed =
    rules.onlineMinPercent === undefined ? null : Math.ceil((taught * rules.onlineMinPercent) / 100);
  const params = {
    joined: told(stays, record.zone),
    minutes: Math.floor(sure / 60),
    of: Math.round(taught / 60),
    needed: needed === null ? 0 : Math.ceil(needed / 60),
    periods: inside.map((part) => Math.floor(part / 60)).join(", "),
    ...(periods.length < record.periods.length
      ? { taught: periods.length, credited: record.periods.length }
      : {}),
  };
  if (needed !== null && sure >= needed) {
    return own.length === 0 && partner !== null
      ? { outcome: "present", reason: { code: "online-joined-shared", params: { ...params, with: partner } } }
      : { outcome: "present", reason: { code: "online-joined", params } };
  }
  return doubtful(traineeId, record, joins, needed === null, params);
}

/**
 * The periods the class was in the meeting for: when all had left before the middle of a period, it and what follows were
 * self-study, provided that the least periods had been taught; the session stays a whole one (L Đ5.2). A file that may miss
 * people does not tell when the class ended.
 */
function taughtPeriods(
  { people, periods, incomplete }: OnlineRecord,
  least: number | undefined,
): readonly Interval[] {
  const ends = (people ?? []).flatMap(({ stays }) => stays.map(({ endsAt }) => +endsAt));
  if (least === undefined || incomplete || ends.length === 0) return periods;
  const over = Math.max(...ends);
  const taught = periods.filter(({ startsAt, endsAt }) => over >= (+startsAt + +endsAt) / 2);
  return taught.length >= least ? taught : periods;
}

function ask(code: string, said: Reason["params"] = {}): OnlineDecision {
  return { outcome: "review", reason: { code, params: said } };
}

/** Not there for long enough: whether that is an absence, or a question to a person. */
function doubtful(
  traineeId: TraineeId,
  { people, incomplete }: OnlineRecord,
  joins: readonly OnlinePerson[],
  unset: boolean,
  params: Reason["params"],
): OnlineDecision {
  const all = people ?? [];
  const maybe = all.filter(
    (one) => [...one.candidateIds, ...one.traineeIds].includes(traineeId) && !joins.includes(one),
  );
  const unread = joins.reduce((sum, one) => sum + one.unreadRows, 0);
  if (maybe.length > 0 || unread > 0) return ask("online-row-unclear", { rows: maybe.length + unread });
  if (joins.length > 0)
    return unset ? ask("online-threshold-unset", params) : ask("online-too-short", params);
  const unknown = all.filter(({ standing }) => standing === "unknown").length;
  if (unknown > 0) return ask("online-unknown-people", { people: unknown });
  if (incomplete) return ask("online-list-incomplete");
  return { outcome: "absent", reason: { code: "online-not-in-file", params: {} } };
}

function credits(person: OnlinePerson, traineeId: TraineeId, { pairs }: OnlineRecord): boolean {
  return creditedOf(person.traineeIds, pairs).includes(traineeId);
}

function partnerOf(id: TraineeId, pairs: OnlineRecord["pairs"]): TraineeId | null {
  const pair = pairs.find((one) => one.includes(id));
  return pair === undefined ? null : pair[0] === id ? pair[1] : pair[0];
}

/** Overlapping intervals as one, in order. */
export function union(intervals: readonly Interval[]): Interval[] {
  const out: Interval[] = [];
  for (const { startsAt, endsAt } of intervals.toSorted((a, b) => +a.startsAt - +b.startsAt)) {
    const open = out.at(-1);
    if (open && startsAt <= open.endsAt) {
      if (endsAt > open.endsAt) open.endsAt = endsAt;
    } else out.push({ startsAt, endsAt });
  }
  return out;
}

/** Of disjoint intervals, within a period. */
function seconds(stays: readonly Interval[], period: Interval): number {
  return stays.reduce((sum, { startsAt, endsAt }) => {
    const from = Math.max(+startsAt, +period.startsAt);
    const to = Math.min(+endsAt, +period.endsAt);
    return sum + Math.max(0, to - from) / 1000;
  }, 0);
}

const toldAtMost = 6;

/** `08:02–09:15, 09:20–11:18`. */
function told(stays: readonly Interval[], zone: string): string {
  const clock = (at: Date) => DateTime.fromJSDate(at, { zone }).toFormat("HH:mm");
  const shown = stays
    .slice(0, toldAtMost)
    .map(({ startsAt, endsAt }) => `${clock(startsAt)}–${clock(endsAt)}`);
  return [...shown, ...(stays.length > toldAtMost ? ["…"] : [])].join(", ");
}
