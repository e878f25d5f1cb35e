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
  | "online";

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
  /** Those who declined are not among them. */
  traineesWithoutPortrait: number;
  /** Trainees who declined biometrics: no portrait is awaited of them. */
  traineesDeclined: number;
  dutyOfficer: string | null;
  /** Sessions held online; left out when there are none. */
  online?: OnlineFacts;
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
  state: "ready" | "missing" | "incomplete";
  what: Bilingual;
  deadline: Date;
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
  const state = (
    item: ReadinessItem,
    arrivedAt: Date | null,
    detail: { deadline?: Date; what?: Bilingual; incomplete?: boolean } = {},
  ): ItemState => {
    const deadline = detail.deadline ?? begins;
    const missing = arrivedAt === null;
    return {
      item,
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
      ...(facts.timetableArrivedAt ? {} : { what: withDay(words.timetable.missing, publish, facts.zone) }),
    }),
    state("place", facts.rooms.length > 0 || facts.online ? (facts.timetableArrivedAt ?? now) : null, {
      what: words.place.named(
        facts.rooms.map(({ name }) => name),
        facts.online !== undefined,
      ),
    }),
    // A course held online alone needs no chart, camera or portrait.
    ...(facts.rooms.length > 0 || !facts.online
      ? [...charts(facts, state), cameras(facts, now, state), portraits(facts, now, state)]
      : []),
    ...online(facts, state),
    state("duty-officer", facts.dutyOfficer === null ? null : begins, {
      what: words["duty-officer"].named(facts.dutyOfficer),
    }),
  ].map((each) => (countsLate(each) ? each : { ...each, lateDays: null }));
  return { items, ready: items.every((each) => each.state === "ready") };
}

const unitItems = new Set<ReadinessItem>(["decision", "roster", "timetable", "place", "chart", "online"]);

/** The office's own work has no day of arrival; only what is still missing can be late. */
function countsLate({ item, from, state }: ItemState): boolean {
  return item !== "place" && (from === "unit" || state !== "ready");
}

type State = (
  item: ReadinessItem,
  arrivedAt: Date | null,
  detail?: { deadline?: Date; what?: Bilingual; incomplete?: boolean },
) => ItemState;

/** A line a room; without a timetable nobody knows for which rooms. */
function charts({ rooms }: CourseFacts, state: State): ItemState[] {
  if (rooms.length === 0) return [state("chart", null)];
  return rooms.map(({ name, chartArrivedAt }) =>
    state("chart", chartArrivedAt, { what: words.chart.ofRoom(name, chartArrivedAt !== null) }),
  );
}

function cameras({ rooms }: CourseFacts, now: Date, state: State): ItemState {
  const without = rooms.filter((room) => room.cameras === 0).map(({ name }) => name);
  const down = rooms.flatMap((room) => room.camerasDown);
  const arrived = rooms.length > 0 && without.length === 0 ? now : null;
  return state("cameras", arrived, {
    incomplete: down.length > 0,
    what: words.cameras.found(rooms.length, without, down),
  });
}

function portraits(facts: CourseFacts, now: Date, state: State) {
  const { trainees, traineesWithoutPortrait: without, traineesDeclined: declined } = facts;
  const some = trainees > 0 && (without === 0 || without < trainees - declined);
  return state("portraits", some ? now : null, {
    incomplete: without > 0,
    what: words.portraits.counted(trainees, without, declined),
  });
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

function lateDays(deadline: Date, at: Date, zone: string): number | null {
  if (at <= deadline) return null;
  const day = (instant: Date) => DateTime.fromJSDate(instant, { zone }).startOf("day");
  return Math.max(0, Math.round(day(at).diff(day(deadline), "days").days));
}
