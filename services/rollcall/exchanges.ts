import type { Evidence, MemberView } from "./evidence.ts";
import type { Person } from "./persons.ts";
import type { SeatKey } from "./seats.ts";
import { seatKey } from "./seats.ts";
import type { DecisionSettings } from "./settings.ts";
import { likeliestSeat } from "./sitters.ts";

/**
 * Who sits in another's seat has mostly exchanged places with its owner. Per such owner, by index in `members`, the seat the
 * other one left, where the owner is to be looked for first.
 */
export function exchangesOf(
  members: readonly MemberView[],
  persons: readonly Person[],
  posterior: readonly (readonly number[])[],
  faceLlr: Evidence["faceLlr"],
  settings: DecisionSettings,
): Map<number, SeatKey> {
  const ownerOf = new Map(
    members.flatMap(({ member }, index) => (member.seat === null ? [] : [[seatKey(member.seat), index]])),
  );
  const left = new Map<number, SeatKey>();
  for (const [index, { member }] of members.entries()) {
    const p = (posterior[index] ?? []).findIndex((share) => share >= settings.presentAt);
    const person = persons[p];
    if (!settings.useSeats || person === undefined || member.seat === null) continue;
    if ((faceLlr[index]?.[p] ?? 0) < settings.faceFloor) continue;
    const seat = likeliestSeat(person);
    const owner = seat === null ? undefined : ownerOf.get(seatKey(seat));
    if (owner !== undefined && owner !== index) left.set(owner, seatKey(member.seat));
  }
  return left;
}
