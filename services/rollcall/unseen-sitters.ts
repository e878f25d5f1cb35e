import type { Scene } from "./scene.ts";
import type { SeatKey } from "./seats.ts";
import { seatKey } from "./seats.ts";
import { likeliestSeat, sitterOf } from "./sitters.ts";

/**
 * A seat where somebody sits whose face no picture shows, while its owner was seen elsewhere: whoever was not seen may be that
 * sitter and cannot be called absent on this round. When the owner sits in the seat of somebody not seen, the two have most likely
 * changed places, and only that one may be the sitter; an owner who sat there in another round can have left it only to somebody
 * in whose seat the owner was seen. The index of the taken seat's owner; -1 when no such seat leaves the member at `index` in doubt.
 */
export function unexplainedMember(scene: Scene, index: number): number {
  return scene.members.findIndex((_, owner) => {
    if (!unseenSitterAt(scene, owner)) return false;
    const seats = seatsOf(scene, owner);
    if (seats.includes(ownSeat(scene, owner))) return seats.includes(ownSeat(scene, index));
    const partner = unseenPartner(scene, owner);
    return partner < 0 || partner === index;
  });
}

function unseenSitterAt(scene: Scene, owner: number): boolean {
  const { settings } = scene;
  const member = scene.members[owner];
  const person = scene.chosen[owner] ?? -1;
  const elsewhere = person >= 0 && (scene.posterior[owner]?.[person] ?? 0) >= settings.presentAt;
  if (member === undefined || !elsewhere || member.member.seat === null) return false;
  if (sitterOf(scene, owner) >= 0) return false;
  return member.views.some((view) => view.visible && (view.occupancy ?? 0) >= settings.takenAbove);
}

function ownSeat({ members }: Scene, index: number): SeatKey | null {
  const seat = members[index]?.member.seat ?? null;
  return seat === null ? null : seatKey(seat);
}

/** The seats the owner was seen in, round by round. */
function seatsOf({ chosen, persons }: Scene, owner: number): (SeatKey | null)[] {
  const tracklets = persons[chosen[owner] ?? -1]?.tracklets ?? [];
  return tracklets.flatMap((one) => likeliestSeat(one) ?? []).map((seat) => seatKey(seat));
}

/** Whose seat the member at `owner` took, if that trainee was not seen; else -1. */
function unseenPartner(scene: Scene, owner: number): number {
  const seat = scene.members[owner]?.member.seat ?? null;
  const partner =
    seat === null ? undefined : [...scene.exchanged].find(([, left]) => left === seatKey(seat))?.[0];
  return partner !== undefined && (scene.chosen[partner] ?? -1) < 0 ? partner : -1;
}

/** Somebody nobody claims is in the seat left by the classmate who took the seat of the member at `index`. */
export function mayHaveExchanged(scene: Scene, index: number): boolean {
  const left = scene.exchanged.get(index);
  const owner = scene.members.findIndex(
    ({ member }) => member.seat !== null && seatKey(member.seat) === left,
  );
  const sitter = owner < 0 ? -1 : sitterOf(scene, owner);
  return sitter >= 0 && !scene.chosen.includes(sitter);
}

/**
 * A picture shows whether the seat of the member at `index` is taken. Who sits elsewhere has mostly exchanged places: the owner of
 * that other seat is most likely here, and cannot be called absent while nobody could look.
 */
export function isSeatCompared({ members }: Scene, index: number): boolean {
  const member = members[index];
  if (member === undefined || member.member.seat === null) return true;
  return member.views.some(({ visible, occupancy }) => visible && occupancy !== null);
}
