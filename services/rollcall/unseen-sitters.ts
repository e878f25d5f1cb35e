import type { SeatRef } from "../types.ts";
import type { Scene } from "./scene.ts";
import { sitterOf } from "./sitters.ts";

/**
 * A seat where somebody sits whose face no picture shows, while its owner was seen elsewhere: anybody not seen may be that
 * sitter, so nobody can be called absent on this round. Null when every taken seat is explained.
 */
export function unexplainedSeat(scene: Scene): SeatRef | null {
  const { settings } = scene;
  for (const [index, { member, views }] of scene.members.entries()) {
    const person = scene.chosen[index] ?? -1;
    const elsewhere = person >= 0 && (scene.posterior[index]?.[person] ?? 0) >= settings.presentAt;
    if (!elsewhere || member.seat === null || sitterOf(scene, index) >= 0) continue;
    const taken = views.some((view) => view.visible && (view.occupancy ?? 0) >= settings.takenAbove);
    if (taken) return member.seat;
  }
  return null;
}
