import { decideSession } from "../services/rollcall/decide-session.ts";
import { isSeated, ownersAt } from "../services/rollcall/kept-people.ts";
import { personsOf } from "../services/rollcall/persons.ts";
import {
  proposePeople,
  type EnrolmentProposal,
  type UnnamedPerson,
} from "../services/rollcall/propose-people.ts";
import { seatKey } from "../services/rollcall/seats.ts";
import type { Embedding, TraineeId } from "../services/types.ts";
import type { DrawnClass, SimulatedSession } from "./rollcall-class.ts";
import type { Figure } from "./rollcall-figures.ts";
import { wilson } from "./rollcall-figures.ts";

/** Of the faces of some sessions proposed for trainees, how many are theirs. */
export interface ProposalFigures {
  /** Right ones among the proposed, and among the class. */
  precision: Figure;
  recall: Figure;
}

export class Proposed {
  private right = 0;
  private all = 0;
  private trainees = 0;

  add(class_: DrawnClass, proposals: readonly EnrolmentProposal[]): void {
    this.right += proposals.filter((proposal) => isRight(class_, proposal)).length;
    this.all += proposals.length;
    this.trainees += class_.trainees.length;
  }

  figures(): ProposalFigures {
    return { precision: wilson(this.right, this.all), recall: wilson(this.right, this.trainees) };
  }
}

/** The faces a kept person was seen by. */
const shows = new WeakMap<UnnamedPerson, Embedding[]>();

/** Every kept person of the proposal shows the trainee and nobody else: a person looking at the sheet would say yes. */
export function isRight({ ids, trainees }: DrawnClass, { traineeId, people }: EnrolmentProposal): boolean {
  const own = new Set(
    trainees[ids.indexOf(traineeId)]?.photos.flatMap(({ probes }) =>
      probes.flatMap(({ burst }) => burst.map(({ embedding }) => embedding)),
    ),
  );
  return people.every((person) => shows.get(person)?.every((embedding) => own.has(embedding)) === true);
}

/** What an open collection keeps of the sessions and proposes; nobody has been enrolled from sessions before. */
export function proposed(
  { ids }: DrawnClass,
  sessions: readonly SimulatedSession[],
  portraits: ReadonlyMap<TraineeId, readonly Embedding[]>,
): EnrolmentProposal[] {
  const kept = sessions.flatMap((session, at) => keptOf(session, at, portraits));
  const calibration = sessions[0]?.input.calibration;
  return calibration === undefined ? [] : proposePeople(kept, ids, calibration, new Set(), portraits);
}

function keptOf(
  { input }: SimulatedSession,
  at: number,
  portraits: ReadonlyMap<TraineeId, readonly Embedding[]>,
): UnnamedPerson[] {
  const owners = new Map(
    input.roster.flatMap(({ traineeId, seat }) =>
      seat === null ? [] : [[seatKey(seat), traineeId] as const],
    ),
  );
  const rounds = input.rounds.map(({ cameras }) => cameras);
  const elsewhere = portraits.size === 0 ? new Set<string>() : claimedElsewhere(input);
  return personsOf(rounds, input.calibration, true)
    .filter((person) => isSeated(person))
    .filter(
      ({ sightings }) =>
        !sightings.some(({ snapshotId, face }) => elsewhere.has(`${snapshotId} ${face.box.x}`)),
    )
    .map((person, index) => {
      const kept = {
        id: `${at} ${index}`,
        session: at,
        vector: person.vector,
        effectivePx: person.effectivePx,
        rounds: person.rounds.length,
        seatOwners: ownersAt(person, owners).map(({ owner, share }) => ({ traineeId: owner, share })),
      };
      shows.set(
        kept,
        person.sightings.map(({ face }) => face.embedding),
      );
      return kept;
    });
}

/** Faces of those recognised in a seat not their own are not kept. */
function claimedElsewhere(input: SimulatedSession["input"]): Set<string> {
  const moved = decideSession(input).marks.filter(
    ({ outcome, seating }) => outcome === "present" && seating !== "own-seat",
  );
  return new Set(
    moved.flatMap(({ evidence }) => evidence.map(({ snapshotId, box }) => `${snapshotId} ${box.x}`)),
  );
}
