import type { Scene } from "./scene.ts";
import { sitterOf } from "./sitters.ts";

/**
 * A seat where somebody sits whose face no picture shows, while its owner was seen elsewhere: anybody not seen may be that
 * sitter, so nobody can be called absent on this round. The index of the seat's owner; -1 when every taken seat is explained.
 */
export function unexplainedMember(scene: Scene): number {
  const { settings } = scene;
  for (const [index, { member, views }] of scene.members.entries()) {
    const person = scene.chosen[index] ?? -1;
    const elsewhere = person >= 0 && (scene.posterior[index]?.[person] ?? 0) >= settings.presentAt;
    if (!elsewhere || member.seat === null || sitterOf(scene, index) >= 0) continue;
    const taken = views.some((view) => view.visible && (view.occupancy ?? 0) >= settings.takenAbove);
    if (taken) return index;
  }
  return -1;
}
