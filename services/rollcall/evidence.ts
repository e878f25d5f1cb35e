import type { Embedding, PackVector } from "../types.ts";
import type { Adapter } from "./adapter.ts";
import { adaptTemplate } from "./adapter.ts";
import type { Calibration, Separation, Spread } from "./calibration.ts";
import { separationAt, similarityLlr } from "./calibration.ts";
import type { Person } from "./persons.ts";
import type { RosterMember } from "./round-input.ts";
import type { SeatKey, SeatView } from "./seats.ts";
import { seatKey } from "./seats.ts";
import type { DecisionSettings } from "./settings.ts";
import { cosine, meanDirection } from "./vectors.ts";

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
  /** One per round: of the seat, or of the whole room for a member without one. */
  views: SeatView[];
}

/** Part of every mark's decision version. */
export const evidenceConstants = {
  /** A turned face is often lost whatever its width. */
  LOST_WHEN_TURNED: 0.1,
  /** No face is more probably lost than not. */
  MOST_LOST: 0.5,
  /** Comparisons the calibration's own spread is worth against the room's. */
  PRIOR_COMPARISONS: 25,
  /** A face may be one member; a second very like it is a sibling, not the room's habit. */
  LEFT_OUT: 2,
  /** Never chosen by the assignment. */
  NO_TEMPLATE_LLR: -60,
  /** Share of the present whose face is at no seat: standing, walking by. */
  PRESENT_OFF_SEATS: 0.01,
  /** Who sits elsewhere has mostly changed seats with somebody: the own seat is then rarely empty. */
  EMPTY_IF_ELSEWHERE: 0.25,
  /** Whose seat a classmate took sits, when there, at least as often as this in the seat the classmate left. */
  EXCHANGED: 0.5,
  /** Present, but neither readable nor in the own seat: standing behind somebody, out of the picture. */
  LOST_SHARE: 0.02,
  /** Nobody readable there and the member away, yet the seat is taken by somebody or something. */
  LEFT_THINGS: 0.03,
  /** A seat nobody compared may as well be taken as empty, and no comparison is surer than this. */
  UNKNOWN_OCCUPANCY: 0.5,
  LEAST_OCCUPANCY: 0.01,
  /** Looks empty below it; a sitter is at a seat above it. */
  EVEN: 0.5,
};
const {
  LOST_WHEN_TURNED,
  MOST_LOST,
  PRIOR_COMPARISONS,
  LEFT_OUT,
  NO_TEMPLATE_LLR,
  PRESENT_OFF_SEATS,
  EMPTY_IF_ELSEWHERE,
  EXCHANGED,
  LOST_SHARE,
  LEFT_THINGS,
  UNKNOWN_OCCUPANCY,
  LEAST_OCCUPANCY,
  EVEN,
} = evidenceConstants;

export function weighEvidence(
  members: readonly MemberView[],
  persons: readonly Person[],
  calibration: Calibration,
  settings: DecisionSettings,
  exchanged: ReadonlyMap<number, SeatKey> = new Map(),
): Evidence {
  const models = members.map(({ member }) => modelOf(member.templates, calibration.adapter));
  const similarity = models.map((model) =>
    persons.map((person) => (model === null ? Number.NaN : cosine(model, person.vector))),
  );
  const separations = persons.map((person) => separationOf(person, calibration));
  const faceLlr = roomLlr(similarity, separations);
  const seatCount = Math.max(2, members.filter(({ member }) => member.seat !== null).length);
  const unseen = members.map((member) => unseenWeights(member, persons, settings));
  const logWeight = faceLlr.map((row, m) =>
    row.map((llr, p) => {
      const seen = Math.log(settings.priorPresent * (1 - settings.priorUnreadable));
      const alone = Math.log((unseen[m]?.away ?? 0) + (unseen[m]?.unreadable ?? 0));
      return (
        seen -
        alone +
        llr +
        placeTerm(
          members[m]?.member,
          persons[p],
          { count: seatCount, ifElsewhere: unseen[m]?.ifElsewhere ?? 1, exchanged: exchanged.get(m) ?? null },
          settings,
        )
      );
    }),
  );
  return {
    similarity,
    faceLlr,
    logWeight,
    awayShare: unseen.map(({ away, unreadable }) => away / (away + unreadable)),
  };
}

/** How a person's similarities read. */
export function separationOf(person: Person, calibration: Calibration): Separation {
  const separation = separationAt(calibration, person.effectivePx, person.worthRounds);
  return { ...separation, lost: Math.min(MOST_LOST, separation.lost + LOST_WHEN_TURNED * person.turned) };
}

/** One direction for all of a trainee's templates; null without any. */
export function modelOf(templates: readonly Embedding[], adapter: Adapter | null): PackVector | null {
  return meanDirection(
    templates.map((template) => ({ vector: adaptTemplate(adapter, template.vector), weight: 1 })),
  );
}

/**
 * Likelihood ratios against the room's own impostors: how like others this face is on the whole and how like others this
 * member's template is (symmetric normalisation, Auckenthaler et al., DSP 10, 2000), blended with the measured table.
 */
function roomLlr(similarity: readonly (readonly number[])[], separations: readonly Separation[]): number[][] {
  const measured = separations.map(({ impostor }) => impostor);
  const standard = similarity.map((row) =>
    row.map((value, p) => (value - (measured[p]?.mean ?? 0)) / (measured[p]?.sd ?? 1)),
  );
  const ofMember = standard.map((row) => habit(row));
  const ofPerson = separations.map((_, p) => habit(standard.map((row) => row[p] ?? Number.NaN)));
  return similarity.map((row, m) =>
    row.map((value, p) => {
      const separation = separations[p];
      const own = ofMember[m];
      const face = ofPerson[p];
      if (separation === undefined || own === undefined || face === undefined) return 0;
      // No template: the face neither speaks for the member nor against.
      if (!Number.isFinite(value)) return NO_TEMPLATE_LLR;
      const { mean, sd } = separation.impostor;
      const impostor = {
        mean: mean + sd * (own.mean + face.mean),
        sd: sd * Math.max(1, Math.sqrt((own.sd ** 2 + face.sd ** 2) / 2)),
      };
      return similarityLlr(separation, value, impostor);
    }),
  );
}

/** Mean and spread of standardised impostor similarities, the highest left out, drawn towards 0 and 1. */
function habit(standardised: readonly number[]): Spread {
  const values = standardised
    .filter((value) => Number.isFinite(value))
    .sort((a, b) => a - b)
    .slice(0, -LEFT_OUT);
  const weight = values.length + PRIOR_COMPARISONS;
  const mean = values.reduce((sum, value) => sum + value, 0) / weight;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: Math.sqrt((squares + PRIOR_COMPARISONS) / weight) };
}

/** Log odds, before its face is read, that a person is this member rather than a stranger; the seat's part is bounded. */
function placeTerm(
  member: RosterMember | undefined,
  person: Person | undefined,
  seats: { count: number; ifElsewhere: number; exchanged: SeatKey | null },
  settings: DecisionSettings,
): number {
  const anywhere = -Math.log(settings.priorStranger * seats.count + settings.priorWalkers);
  if (!settings.useSeats || member === undefined || person === undefined || member.seat === null) {
    return anywhere;
  }
  const seated = [...person.seats.values()].reduce((sum, share) => sum + share, 0);
  const own = person.seats.get(seatKey(member.seat)) ?? 0;
  const elsewhere = (1 - settings.priorOwnSeat - PRESENT_OFF_SEATS) / (seats.count - 1);
  const moved = (seated - own) * elsewhere + (1 - seated) * PRESENT_OFF_SEATS;
  const swapped = seats.exchanged === null ? 0 : (person.seats.get(seats.exchanged) ?? 0) * EXCHANGED;
  const ofMember = own * settings.priorOwnSeat + Math.max(moved * seats.ifElsewhere, swapped);
  const ofStrangers = seated * settings.priorStranger + (1 - seated) * settings.priorWalkers;
  const added = Math.log(Math.max(ofMember, 1e-9) / ofStrangers) - anywhere;
  return anywhere + Math.min(Math.max(added, -2 * settings.seatBound), settings.seatBound);
}

/**
 * Of a member whom no face claims: the weight of being away, and of being there unreadably. `ifElsewhere` is how likely the own
 * seat looks as it does when the member sits elsewhere: mostly somebody has changed places and sits there, seldom unreadably. Who
 * sits there readably in one round is there in the others too, so that a taken seat says nothing more of the member then.
 */
function unseenWeights(
  { member, views }: MemberView,
  persons: readonly Person[],
  settings: DecisionSettings,
): { away: number; unreadable: number; ifElsewhere: number } {
  const key = settings.useSeats && member.seat !== null ? seatKey(member.seat) : null;
  const read = views.map((_, round) => key !== null && readableSitter(persons, key, round));
  const known = read.includes(true);
  let away = 1 - settings.priorPresent;
  let unreadable = settings.priorPresent;
  let [leftEmpty, takenByOther] = [EMPTY_IF_ELSEWHERE, 1 - EMPTY_IF_ELSEWHERE];
  for (const [round, view] of views.entries()) {
    if (!view.visible) continue;
    const taken = clip(view.occupancy ?? UNKNOWN_OCCUPANCY);
    const ifAway = known ? 1 : (1 - LEFT_THINGS) * (1 - taken) + LEFT_THINGS * taken;
    const ifOwnSeat = read[round] === true ? 0 : taken;
    away *= ifAway;
    unreadable *= settings.priorUnreadable * ((1 - LOST_SHARE) * ifOwnSeat + LOST_SHARE * ifAway);
    leftEmpty *= ifAway;
    takenByOther *= known ? 1 : settings.priorUnreadable * taken;
  }
  return { away, unreadable, ifElsewhere: leftEmpty + takenByOther };
}

function readableSitter(persons: readonly Person[], key: string, round: number): boolean {
  return persons.some((person) => person.rounds.includes(round) && (person.seats.get(key) ?? 0) > EVEN);
}

function clip(occupancy: number): number {
  return Math.min(Math.max(occupancy, LEAST_OCCUPANCY), 1 - LEAST_OCCUPANCY);
}
