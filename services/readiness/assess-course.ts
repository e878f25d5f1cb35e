import { DateTime } from "luxon";
import type { Bilingual, LocalDate } from "../types.ts";
import { withDay, words } from "./readiness-words.ts";

/** What a course needs before it begins (N Đ3.2, Đ4.2), in the order it is read. */
export type ReadinessItem =
  | "decision"
  | "roster"
  | "timetable"
  | "place"
  | "chart"
  | "cameras"
  | "portraits"
  | "duty-officer"
  | "online"
  | "rows";

export interface RoomFacts {
  name: string;
  /** When the course's first chart of this room came. */
  chartArrivedAt: Date | null;
  cameras: number;
  /** Codes of cameras that gave no picture the last time they were tried. */
  camerasDown: string[];
}

export interface CourseFacts {
  code: string;
  name: string;
  unitCode: string;
  unitName: string;
  zone: string;
  startsOn: LocalDate;
  decisionComplete: boolean;
  decisionArrivedAt: Date | null;
  rosterArrivedAt: Date | null;
  timetableArrivedAt: Date | null;
  firstSessionAt: Date | null;
  /** Rooms of the timetable. */
  rooms: RoomFacts[];
  trainees: number;
  /** Nobody's portrait of them counts; those who declined are not among them. */
  traineesWithoutPortrait: number;
  /** Of these: a portrait was held back by the gate and awaits a person. */
  portraitsHeldBack: number;
  /** Of these: a portrait came and is not judged yet. */
  portraitsToJudge: number;
  /** The notice or consent on which faces of the sessions are kept to enrol the rest; null when none are. */
  facesKeptOn: string | null;
  /** Trainees who declined biometrics: no portrait is awaited of them. */
  traineesDeclined: number;
  /** Of these: on record as having withdrawn a consent given before. */
  traineesWithdrew: number;
  dutyOfficer: string | null;
  /** Confirmed papers in force with rows nobody has understood. */
  unread: UnreadRows[];
  /** Sessions held online; left out when there are none. */
  online?: OnlineFacts;
}

export interface UnreadRows {
  kind: "roster" | "chart" | "timetable";
  /** The room of a chart; else empty. */
  part: string;
  reported: number;
  /** File, sheet and cell of the first. */
  where: string | null;
}

export interface OnlineFacts {
  sessions: number;
  firstAt: Date;
  /** When the course's link was set. */
  linkSetAt: Date | null;
  /** Sessions that are over and whose attendance file has not come. */
  awaitingFile: number;
}

export interface ReadinessSettings {
  /** M 3b: the timetable is published at least so many days before the course. */
  publishDaysBefore: number;
}

export interface ItemState {
  item: ReadinessItem;
  /** The room, or the paper with unread rows; else empty. */
  part: string;
  state: "ready" | "missing" | "incomplete";
  what: Bilingual;
  deadline: Date;
  /** Where the deadline comes from, as the texts are cited: `N Đ3.2`. */
  article: string;
  /** Null while it is missing. */
  arrivedAt: Date | null;
  /** Days after the deadline's day on which it came, or, still missing, that have gone by; null in time. */
  lateDays: number | null;
  /** The unit's paper, or the office's own work. */
  from: "unit" | "office";
}

export interface Readiness {
  items: ItemState[];
  ready: boolean;
}

/** What a course still lacks at an instant, by when it is due, and what came late (N4, N5, N10, M1). */
export function assessCourse(facts: CourseFacts, now: Date, settings: ReadinessSettings): Readiness {
  const begins = facts.firstSessionAt ?? DateTime.fromISO(facts.startsOn, { zone: facts.zone }).toJSDate();
  const publish = DateTime.fromISO(facts.startsOn, { zone: facts.zone })
    .minus({ days: settings.publishDaysBefore })
    .endOf("day")
    .toJSDate();
  const state: State = (item, arrivedAt, detail = {}) => {
    const deadline = detail.deadline ?? begins;
    const missing = arrivedAt === null;
    return {
      item,
      part: detail.part ?? "",
      article: articles[item],
      arrivedAt,
      state: missing ? "missing" : detail.incomplete ? "incomplete" : "ready",
      what: detail.what ?? words[item][missing ? "missing" : "ready"],
      deadline,
      lateDays: lateDays(deadline, detail.incomplete ? now : (arrivedAt ?? now), facts.zone),
      from: unitItems.has(item) ? "unit" : "office",
    };
  };
  const items = [
    state("decision", facts.decisionArrivedAt, {
      incomplete: !facts.decisionComplete,
      ...(facts.decisionArrivedAt && !facts.decisionComplete ? { what: words.decision.incomplete } : {}),
    }),
    state("roster", facts.rosterArrivedAt, { what: words.roster.counted(facts.trainees) }),
    state("timetable", facts.timetableArrivedAt, {
      deadline: publish,
      what: facts.timetableArrivedAt
        ? words.timetable.published(daysAhead(facts, facts.timetableArrivedAt), settings.publishDaysBefore)
        : withDay(words.timetable.missing, publish, facts.zone),
    }),
    state("place", facts.rooms.length > 0 || facts.online ? (facts.timetableArrivedAt ?? now) : null, {
      what: words.place.named(
        facts.rooms.map(({ name }) => name),
        facts.online !== undefined,
      ),
    }),
    // A course held online alone needs no chart, camera or portrait.
    ...(facts.rooms.length > 0 || !facts.online
      ? [...charts(facts, state), ...cameras(facts, now, state), portraits(facts, now, state)]
      : []),
    ...online(facts, state),
    state("duty-officer", facts.dutyOfficer === null ? null : begins, {
      what: words["duty-officer"].named(facts.dutyOfficer),
    }),
    ...unreadRows(facts, now, state),
  ].map((each) => (countsLate(each) ? each : { ...each, lateDays: null }));
  return { items, ready: items.every((each) => each.state === "ready") };
}

/** Which text asks for it, `–` for none; what no text dates is due when the course begins. */
const articles: Record<ReadinessItem, string> = {
  decision: "N Đ3.2",
  roster: "N Đ3.2",
  timetable: "M 3b",
  place: "N Đ3.2",
  chart: "N Đ3.2",
  cameras: "N Đ4.1",
  portraits: "–",
  "duty-officer": "N Đ4.2",
  online: "L Đ4.3",
  rows: "N Đ4.2",
};

const unitItems = new Set<ReadinessItem>(["decision", "roster", "timetable", "place", "chart", "online"]);

/** The office's own work has no day of arrival; only what is still missing can be late. */
function countsLate({ item, from, state }: ItemState): boolean {
  return item !== "place" && (from === "unit" || state !== "ready");
}

type State = (
  item: ReadinessItem,
  arrivedAt: Date | null,
  detail?: { part?: string; deadline?: Date; what?: Bilingual; incomplete?: boolean },
) => ItemState;

/** A line a room; without a timetable nobody knows for which rooms. */
function charts({ rooms }: CourseFacts, state: State): ItemState[] {
  if (rooms.length === 0) return [state("chart", null)];
  return rooms.map(({ name, chartArrivedAt }) =>
    state("chart", chartArrivedAt, { part: name, what: words.chart.ofRoom(name, chartArrivedAt !== null) }),
  );
}

/** A line a room, as a room's cameras are mended by themselves. */
function cameras({ rooms }: CourseFacts, now: Date, state: State): ItemState[] {
  if (rooms.length === 0) return [state("cameras", null, { what: words.cameras.noRoom })];
  return rooms.map(({ name, cameras: count, camerasDown: down }) =>
    state("cameras", count > 0 ? now : null, {
      part: name,
      incomplete: down.length > 0,
      what: words.cameras.ofRoom(name, count, down),
    }),
  );
}

function portraits(facts: CourseFacts, now: Date, state: State) {
  const { trainees, traineesWithoutPortrait: without, traineesDeclined: declined } = facts;
  const some = trainees > 0 && (without === 0 || without < trainees - declined);
  return state("portraits", some ? now : null, {
    incomplete: without > 0,
    what: words.portraits.counted(facts),
  });
}

/** Rows a paper was confirmed without: trainees, seats or sessions somebody believes to be there. */
function unreadRows({ unread }: CourseFacts, now: Date, state: State): ItemState[] {
  return unread.map(({ kind, part, reported, where }) =>
    state("rows", now, {
      part: part === "" ? kind : `${kind} ${part}`,
      incomplete: true,
      what: words.rows.left(kind, part, reported, where),
    }),
  );
}

/** Whole days from the day it was published to the course's first day; negative when it had begun. */
function daysAhead({ startsOn, zone }: CourseFacts, at: Date): number {
  const first = DateTime.fromISO(startsOn, { zone });
  return Math.round(first.diff(DateTime.fromJSDate(at, { zone }).startOf("day"), "days").days);
}

/** The course's one link before its first online session (L Đ4.3), then a file for each. */
function online({ online: facts }: CourseFacts, state: State): ItemState[] {
  if (!facts) return [];
  const { sessions, firstAt, linkSetAt, awaitingFile } = facts;
  const what = words.online.told(sessions, linkSetAt !== null, awaitingFile);
  const item = state("online", linkSetAt, { deadline: firstAt, what, incomplete: awaitingFile > 0 });
  // How late a file is, is told by its session, not by the link's deadline.
  return [awaitingFile > 0 && linkSetAt !== null ? { ...item, lateDays: null } : item];
}

/** Calendar days from a deadline to what came after it; null in time. */
export function lateDays(deadline: Date, at: Date, zone: string): number | null {
  if (at <= deadline) return null;
  const day = (instant: Date) => DateTime.fromJSDate(instant, { zone }).startOf("day");
  return Math.max(0, Math.round(day(at).diff(day(deadline), "days").days));
}
