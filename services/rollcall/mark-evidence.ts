import type { MarkEvidence } from "../types.ts";
import type { Person } from "./persons.ts";
import type { Scene } from "./scene.ts";
import type { SeatView } from "./seats.ts";
import { sitterOf } from "./sitters.ts";
import { unexplainedMember } from "./unseen-sitters.ts";

/** Part of every mark's decision version. */
export const shownConstants = {
  /** More pictures than this add nothing a person would look at. */
  MOST: 6,
};
const { MOST } = shownConstants;

/** The faces of one person; `round` null takes those of every round. */
export function faceEvidence(
  person: Person,
  similarity: number,
  round: number | null,
  shows: "face" | "sitter" = "face",
): MarkEvidence[] {
  const known = Number.isFinite(similarity) ? similarity : null;
  return person.sightings
    .filter((sighting) => round === null || sighting.round === round)
    .slice(0, MOST)
    .map(({ snapshotId, face }) => ({ snapshotId, box: face.box, shows, similarity: known }));
}

/** Where a member whom no face claims was looked for: whoever sits in the seat, else the seat itself, else the whole room. */
export function placeEvidence(scene: Scene, index: number, round: number | null): MarkEvidence[] {
  const member = scene.members[index];
  if (member === undefined) return [];
  const sitter = sitterOf(scene, index);
  const person = scene.persons[sitter];
  const faces =
    person === undefined
      ? []
      : faceEvidence(person, scene.evidence.similarity[index]?.[sitter] ?? Number.NaN, round, "sitter");
  if (faces.length > 0) return faces;
  return looks(member.views, round, member.member.seat === null ? "room" : "seat");
}

/** The seat whose sitter, not shown by any picture, may be the member at `index`; empty when there is none. */
export function unseenSitterEvidence(scene: Scene, index: number, round: number | null): MarkEvidence[] {
  const found = scene.members[unexplainedMember(scene, index)];
  return found === undefined ? [] : looks(found.views, round, "unseen-sitter");
}

function looks(
  views: readonly SeatView[],
  round: number | null,
  shows: "seat" | "room" | "unseen-sitter",
): MarkEvidence[] {
  return views
    .filter((_, at) => round === null || at === round)
    .flatMap(({ looks: places, occupancy }) =>
      places.map((place) => ({ ...place, shows, similarity: null, occupancy })),
    )
    .slice(0, MOST);
}
