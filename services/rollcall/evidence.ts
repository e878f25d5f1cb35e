import type { Embedding } from "../types.ts";
import type { Calibration } from "./calibration.ts";
import { similarityLlr } from "./calibration.ts";
import type { Person } from "./persons.ts";
import type { RosterMember } from "./round-input.ts";
import type { SeatView } from "./seats.ts";
import { seatKey } from "./seats.ts";
import type { DecisionSettings } from "./settings.ts";
import { cosine } from "./vectors.ts";

/** All evidence between members (rows) and persons seen (columns). */
export interface Evidence {
  similarity: number[][];
  /** Natural-log likelihood ratio of the face alone. */
  faceLlr: number[][];
  /** Log weight of "this member is this person" against "the member is nobody seen and the person is unknown". */
  logWeight: number[][];
  /** Per member: of "nobody seen", the share that is "not here" rather than "here without a readable face". */
  awayShare: number[];
}

export interface MemberView {
  member: RosterMember;
  /** One per round; null when the member has no seat. */
  views: (SeatView | null)[];
}

export function weighEvidence(
  members: readonly MemberView[],
  persons: readonly Person[],
  calibration: Calibration,
  settings: DecisionSettings,
): Evidence {
  const similarity = members.map(({ member }) =>
    persons.map((person) => bestSimilarity(member.templates, person.vector)),
  );
  const faceLlr = similarity.map((row) =>
    row.map((value, p) =>
      Number.isFinite(value) ? similarityLlr(calibration, persons[p]?.widthPx ?? 0, value) : -60,
    ),
  );
  const seatCount = Math.max(2, members.filter(({ member }) => member.seat !== null).length);
  const unseen = members.map((member) => unseenWeights(member, persons, settings));
  const strangers = Math.log(Math.max(0.2, settings.priorStranger * members.length));
  const logWeight = faceLlr.map((row, m) =>
    row.map((llr, p) => {
      const seen = Math.log(settings.priorPresent * (1 - settings.priorUnreadable));
      const alone = Math.log((unseen[m]?.away ?? 0) + (unseen[m]?.unreadable ?? 0));
      return seen - alone + llr + seatTerm(members[m]?.member, persons[p], seatCount, settings) - strangers;
    }),
  );
  return {
    similarity,
    faceLlr,
    logWeight,
    awayShare: unseen.map(({ away, unreadable }) => away / (away + unreadable)),
  };
}

function bestSimilarity(templates: readonly Embedding[], vector: Float32Array): number {
  return Math.max(Number.NEGATIVE_INFINITY, ...templates.map((template) => cosine(template.vector, vector)));
}

/** What the place of a face adds for a member, in nats, bounded. */
function seatTerm(
  member: RosterMember | undefined,
  person: Person | undefined,
  seatCount: number,
  settings: DecisionSettings,
): number {
  if (!settings.useSeats || member === undefined || person === undefined || member.seat === null) return 0;
  const own = person.seats.get(seatKey(member.seat)) ?? 0;
  const elsewhere = (1 - settings.priorOwnSeat) / (seatCount - 1);
  const here = own * settings.priorOwnSeat + (1 - own) * elsewhere;
  const term = Math.log(here * seatCount);
  return Math.min(Math.max(term, -settings.seatBound), settings.seatBound);
}

/** Present, but neither readable nor in the own seat: standing behind somebody, out of the picture. */
const LOST_SHARE = 0.02;
/** Nobody readable there and the member away, yet the seat is taken by somebody or something. */
const LEFT_THINGS = 0.03;

/** Of a member whom no face claims: the weight of being away, and of being there unreadably. */
function unseenWeights(
  { member, views }: MemberView,
  persons: readonly Person[],
  settings: DecisionSettings,
): { away: number; unreadable: number } {
  let away = 1 - settings.priorPresent;
  let unreadable = settings.priorPresent;
  for (const [round, view] of views.entries()) {
    if (view === null || member.seat === null || !view.visible) continue;
    const taken = Math.min(Math.max(view.occupancy ?? 0.5, 0.01), 0.99);
    const read = settings.useSeats && readableSitter(persons, seatKey(member.seat), round);
    const ifAway = read ? 1 : (1 - LEFT_THINGS) * (1 - taken) + LEFT_THINGS * taken;
    const ifOwnSeat = read ? 0 : taken;
    away *= ifAway;
    unreadable *= settings.priorUnreadable * ((1 - LOST_SHARE) * ifOwnSeat + LOST_SHARE * ifAway);
  }
  return { away, unreadable };
}

function readableSitter(persons: readonly Person[], key: string, round: number): boolean {
  return persons.some((person) => person.rounds.includes(round) && (person.seats.get(key) ?? 0) > 0.5);
}
