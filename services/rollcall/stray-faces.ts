import type { Reason, SeatRef } from "../types.ts";
import type { Calibration } from "./calibration.ts";
import { wholeFaceScore } from "./calibration.ts";
import type { Person } from "./persons.ts";
import { seatKey } from "./seats.ts";
import { likeliestSeat } from "./sitters.ts";
import type { Sighting } from "./tracks.ts";

/** Part of every mark's decision version. */
export const strayConstants = {
  /** A face narrower than this share of a sitter's at that place hangs on a wall, is on a screen, or is none at all. */
  LEAST_OF_SITTER: 0.5,
  /** Pictures of a burst in which a sitter can be expected to be found more than once. */
  FULL_BURST: 3,
};
const { LEAST_OF_SITTER, FULL_BURST } = strayConstants;

/**
 * Why a face that resembles the member, away from the member's own seat, is too little to say that the member is there: detectors
 * find faces in hair and folds of cloth, and among many such some resemble whoever is missing. Null when it is enough. Never makes
 * anybody absent.
 */
export function strayReason(
  person: Person,
  own: SeatRef | null,
  { covered }: Pick<Calibration, "covered">,
): Reason | null {
  const seat = likeliestSeat(person);
  if (seat !== null && own !== null && seatKey(seat) === seatKey(own)) return null;
  const { sightings } = person;
  const shares = sightings.flatMap(({ ofSitter }) => ofSitter ?? []);
  const share = Math.max(...shares);
  if (shares.length > 0 && share < LEAST_OF_SITTER) return { code: "face-not-a-sitters", params: { share } };
  if (isMostly(sightings, ({ face }) => face.score < (covered?.atAnyWidth ?? 0)))
    return { code: "face-unsure", params: {} };
  const [only] = sightings;
  const once = sightings.length === 1 && only !== undefined && only.burst >= FULL_BURST;
  return once ? { code: "face-seen-once", params: { pictures: only.burst } } : null;
}

/**
 * Why a face in a trainee's seat that resembles nobody may be anybody's all the same, the trainee's own too; null when it shows whole.
 * A hand before the face lets it be found in a picture now and then, with a poor score, and like nobody.
 */
export function notWholeReason(
  { sightings, rounds }: Person,
  { covered }: Pick<Calibration, "covered">,
): Reason | null {
  if (isMostly(sightings, ({ cutOff }) => cutOff)) return { code: "face-cut-off", params: {} };
  const unclear = ({ face: { quality, score } }: Sighting): boolean =>
    score < wholeFaceScore(covered, quality.widthPx);
  if (isMostly(sightings, unclear)) return { code: "face-may-be-covered", params: {} };
  const burst = Math.max(...sightings.map((sighting) => sighting.burst));
  const once = burst >= FULL_BURST && sightings.length <= rounds.length;
  return once ? { code: "sitter-seen-once", params: { pictures: burst } } : null;
}

/** In more than half of them. */
function isMostly(sightings: readonly Sighting[], is: (sighting: Sighting) => boolean): boolean {
  return sightings.filter((sighting) => is(sighting)).length > sightings.length / 2;
}
