import type { LocalDate, Rules, SessionId, Shift, TimetableEntry } from "../types.ts";
import { startTimeOf } from "./frame.ts";

/** A session as stored from an earlier timetable. */
export interface KnownSession {
  sessionId: SessionId;
  day: LocalDate;
  shift: Shift;
  startsAtLocal: string | null;
  roomText: string | null;
  topic: string;
  lecturer: string | null;
  /** Under way or over: its plan and marks are history and are never touched. */
  held: boolean;
}

export type ChangedField = "day" | "shift" | "start" | "room" | "topic" | "lecturer";

export interface MatchedSession {
  session: KnownSession;
  entry: TimetableEntry;
  changes: ChangedField[];
}

export interface TimetableDiff {
  /** Same teaching time, so the capture plan stays; room, topic or lecturer may differ. */
  kept: MatchedSession[];
  /** Another teaching time: to be planned anew. */
  moved: MatchedSession[];
  added: TimetableEntry[];
  cancelled: KnownSession[];
  /** Held sessions, with what the new timetable says of their slot (null: no longer listed). Nothing is done to them. */
  held: { session: KnownSession; entry: TimetableEntry | null; changes: ChangedField[] }[];
}

/** Every session to come stays as it is. */
export function changesNothing({ kept, moved, added, cancelled }: TimetableDiff): boolean {
  const changed = kept.some(({ changes }) => changes.length > 0);
  return !changed && moved.length + added.length + cancelled.length === 0;
}

/**
 * What a re-imported timetable changes. A session is the same when its day and shift are; of what remains, sessions with the
 * same topic are paired in order and count as moved.
 */
export function diffTimetable(
  previous: readonly KnownSession[],
  next: readonly TimetableEntry[],
  rules: Pick<Rules, "shiftStarts">,
): TimetableDiff {
  const inOrder = (items: readonly Slot[]) => [...items].sort((a, b) => compareSlots(a, b, rules));
  const sessions = inOrder(previous) as KnownSession[];
  const entries = inOrder(next) as TimetableEntry[];
  const exact = pairUp(sessions, entries, (slot) => `${slot.day} ${slot.shift} ${startTimeOf(slot, rules)}`);
  const bySlot = pairUp(exact.sessions, exact.entries, (slot) => `${slot.day} ${slot.shift}`);
  const movable = bySlot.sessions.filter((session) => !session.held);
  const byTopic = pairUp(movable, bySlot.entries, (slot) => topicKey(slot.topic));
  const matched = [...exact.pairs, ...bySlot.pairs, ...byTopic.pairs].map(([session, entry]) => ({
    session,
    entry,
    changes: changesOf(session, entry, rules),
  }));
  const live = matched.filter(({ session }) => !session.held);
  const unlisted = bySlot.sessions.filter((session) => session.held);
  return {
    kept: live.filter(({ changes }) => !changes.some(isTime)),
    moved: live.filter(({ changes }) => changes.some(isTime)),
    added: byTopic.entries,
    cancelled: byTopic.sessions,
    held: [
      ...matched.filter(({ session }) => session.held),
      ...unlisted.map((session) => ({ session, entry: null, changes: [] })),
    ],
  };
}

type Slot = KnownSession | TimetableEntry;

interface Pairing {
  pairs: [KnownSession, TimetableEntry][];
  sessions: KnownSession[];
  entries: TimetableEntry[];
}

function pairUp(
  sessions: readonly KnownSession[],
  entries: readonly TimetableEntry[],
  keyOf: (slot: Slot) => string,
): Pairing {
  const waiting = new Map<string, KnownSession[]>();
  for (const session of sessions) {
    const key = keyOf(session);
    waiting.set(key, [...(waiting.get(key) ?? []), session]);
  }
  const pairs: Pairing["pairs"] = [];
  const unmatched: TimetableEntry[] = [];
  for (const entry of entries) {
    const session = waiting.get(keyOf(entry))?.shift();
    if (session === undefined) unmatched.push(entry);
    else pairs.push([session, entry]);
  }
  const paired = new Set(pairs.map(([session]) => session));
  return { pairs, sessions: sessions.filter((session) => !paired.has(session)), entries: unmatched };
}

function changesOf(
  session: KnownSession,
  entry: TimetableEntry,
  rules: Pick<Rules, "shiftStarts">,
): ChangedField[] {
  const differs: Record<ChangedField, boolean> = {
    day: session.day !== entry.day,
    shift: session.shift !== entry.shift,
    start: startTimeOf(session, rules) !== startTimeOf(entry, rules),
    room: session.roomText !== entry.roomText,
    topic: topicKey(session.topic) !== topicKey(entry.topic),
    lecturer: session.lecturer !== entry.lecturer,
  };
  return (Object.keys(differs) as ChangedField[]).filter((field) => differs[field]);
}

function isTime(field: ChangedField): boolean {
  return field === "day" || field === "start";
}

function topicKey(topic: string): string {
  return topic.normalize("NFC").replaceAll(/\s+/g, " ").trim().toLocaleLowerCase("vi");
}

function compareSlots(a: Slot, b: Slot, rules: Pick<Rules, "shiftStarts">): number {
  const left = `${a.day} ${startTimeOf(a, rules)}`;
  const right = `${b.day} ${startTimeOf(b, rules)}`;
  return left < right ? -1 : Number(left > right);
}
