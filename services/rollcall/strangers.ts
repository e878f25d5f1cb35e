import type { MarkVerdict, Reason, StrangerVerdict } from "../types.ts";
import { similarityLlr } from "./calibration.ts";
import { modelOf, separationOf } from "./evidence.ts";
import type { Scene } from "./scene.ts";
import { likeliestSeat, sitterOf } from "./sitters.ts";
import type { Person } from "./persons.ts";
import { cosine } from "./vectors.ts";

/** Part of every mark's decision version. */
export const strangerConstants = {
  /** From this face-only evidence a face is a trainee of another course; higher than here, because nobody expects them. */
  OTHER_COURSE_LLR: 6,
};
const { OTHER_COURSE_LLR } = strangerConstants;

/**
 * The faces that belong to nobody of the roster: visitors, trainees of other courses, people at the front. Of a session's
 * rounds, those seen in one; `marks` are that round's.
 */
export function strangersOf(
  scene: Scene,
  marks: readonly MarkVerdict[],
  round: number | null = null,
): StrangerVerdict[] {
  return scene.persons.flatMap((person, p) => {
    const claimed = marks[scene.chosen.indexOf(p)];
    if (claimed === undefined ? isDuplicate(scene, person, p) : !isOnlySeated(claimed)) return [];
    const best = person.sightings.find((sighting) => round === null || sighting.round === round);
    if (best === undefined) return [];
    const owner = scene.members.findIndex((_, index) => sitterOf(scene, index) === p);
    const missing = missingOwner(marks[owner]);
    const identity = otherCourse(scene, person);
    // In the seat of somebody nobody can recognise it is most likely that very person: the mark shows this face to an officer.
    if (identity === null && scene.members[owner]?.member.templates.length === 0) return [];
    return [
      {
        snapshotId: best.snapshotId,
        box: best.face.box,
        kind: kindOf(person, identity),
        nearSeat: likeliestSeat(person),
        proxyFor: missing?.traineeId ?? null,
        reasons: reasonsOf(person, missing),
        ...(identity === null ? {} : { identity }),
      },
    ];
  });
}

function kindOf(person: Person, identity: StrangerVerdict["identity"] | null): StrangerVerdict["kind"] {
  if (identity !== null) return "other-course";
  return person.inFrontZone ? "front-zone" : "stranger";
}

/**
 * The owner of a seat in which somebody else's face is: absent, or not found anywhere and to be looked for by a person, who must
 * be told of the sitter just the same.
 */
function missingOwner(mark: MarkVerdict | undefined): MarkVerdict | null {
  if (mark === undefined) return null;
  return mark.outcome === "absent" || suspectsStranger(mark) ? mark : null;
}

/** A mark left to a person because somebody who is no classmate may sit in the seat. */
export function suspectsStranger({ outcome, reasons }: MarkVerdict): boolean {
  return (
    outcome === "review" &&
    reasons.some(({ code }) => code === "seat-taken-by-stranger" || code === "only-the-seat")
  );
}

/** Only the seat speaks for the face being its owner's. */
function isOnlySeated({ outcome, reasons }: MarkVerdict): boolean {
  return outcome === "review" && reasons.some(({ code }) => code === "only-the-seat");
}

function reasonsOf(person: Person, missing: MarkVerdict | null): Reason[] {
  const seen: Reason = { code: "face-on-no-roster", params: { widthPx: person.widthPx } };
  if (missing === null) return [seen];
  const code = missing.outcome === "absent" ? "sits-for-absentee" : "may-sit-for";
  return [{ code, params: { other: missing.traineeId } }, seen];
}

/** A second camera's view of somebody already claimed, that the linking left apart. */
function isDuplicate(scene: Scene, person: Person, p: number): boolean {
  return scene.chosen.some((claimed, m) => {
    const other = scene.persons[claimed];
    if (other === undefined) return false;
    const strong = (scene.evidence.faceLlr[m]?.[p] ?? 0) >= OTHER_COURSE_LLR;
    return strong && !sharesPicture(person, other);
  });
}

function sharesPicture(left: Person, right: Person): boolean {
  const pictures = new Set(left.sightings.map((sighting) => sighting.snapshotId));
  return right.sightings.some((sighting) => pictures.has(sighting.snapshotId));
}

function otherCourse(scene: Scene, person: Person): NonNullable<StrangerVerdict["identity"]> | null {
  const separation = separationOf(person, scene.calibration);
  let best: NonNullable<StrangerVerdict["identity"]> | null = null;
  for (const { courseId, trainees } of scene.otherCourses) {
    for (const { traineeId, templates } of trainees) {
      const model = modelOf(templates, scene.calibration.adapter);
      const similarity = model === null ? -1 : cosine(model, person.vector);
      if (similarity > (best?.similarity ?? -1)) best = { traineeId, courseId, similarity };
    }
  }
  return best !== null && similarityLlr(separation, best.similarity) >= OTHER_COURSE_LLR ? best : null;
}
