import type { Person } from "./persons.ts";
import type { SeatKey } from "./seats.ts";

/** Share of the time a face must be at seats of the chart: passers-by and people at the front are not kept for enrolment. */
const LEAST_SEATED = 0.6;

export function isSeated(person: Person): boolean {
  const seated = [...person.seats.values()].reduce((sum, share) => sum + share, 0);
  return !person.inFrontZone && seated >= LEAST_SEATED;
}

/** Whose seats of the chart the person was at, and how surely. */
export function ownersAt<Owner>(
  person: Person,
  owners: ReadonlyMap<SeatKey, Owner>,
): { owner: Owner; share: number }[] {
  return [...person.seats].flatMap(([seat, share]) => {
    const owner = owners.get(seat);
    return owner === undefined ? [] : [{ owner, share }];
  });
}
