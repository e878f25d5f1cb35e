import { SisoError } from "../errors.ts";
import type { PackId } from "../types.ts";
import { bestAssignment } from "./assignment.ts";
import { pairMarginals } from "./association.ts";
import type { MemberView } from "./evidence.ts";
import { exchangesOf } from "./exchanges.ts";
import { weighEvidence } from "./evidence.ts";
import { markOf } from "./marks.ts";
import type { Scene } from "./scene.ts";
import { personsOf } from "./persons.ts";
import type { CameraRound, RosterMember, RoundDecision, RoundInput } from "./round-input.ts";
import { roomView, seatView } from "./seats.ts";
import { strangersOf } from "./strangers.ts";
import { compareText } from "./tracks.ts";
import { unlessMeasured } from "./unmeasured.ts";

/**
 * The roll call of one round: who of the roster the cameras saw, whom they did not, whom they could not, and who else
 * was there. Equal input in any order gives equal marks. Throws `input-invalid` when embeddings of two packs meet.
 */
export function decideRound<P extends PackId>(input: RoundInput<P>): RoundDecision {
  assertOnePack(input);
  return unlessMeasured(input.calibration, decideScene(sceneOf(input, [input.cameras])));
}

/** From here on it is one pack, whichever it is. */
function assertOnePack<P extends PackId>(input: RoundInput<P>): asserts input is RoundInput<P> & RoundInput {
  checkPacks(input, input.cameras);
}

/** What one round or a whole session's rounds show of a roster. */
export function sceneOf(
  input: Omit<RoundInput, "cameras">,
  rounds: readonly (readonly CameraRound[])[],
): Scene {
  const roster = [...input.roster].sort((left, right) => compareText(left.traineeId, right.traineeId));
  const members: MemberView[] = roster.map((member) => ({
    member,
    views: rounds.map((cameras) => viewOf(member, cameras, input.settings.readableWidthPx)),
  }));
  const persons = personsOf(rounds, input.calibration, input.settings.useSeats);
  const alone = weighEvidence(members, persons, input.calibration, input.settings);
  const likely = pairMarginals(alone.logWeight);
  const exchanged = exchangesOf(members, persons, likely, alone.faceLlr, input.settings);
  const evidence =
    exchanged.size === 0
      ? alone
      : weighEvidence(members, persons, input.calibration, input.settings, exchanged);
  return {
    members,
    persons,
    evidence,
    exchanged,
    chosen: bestAssignment(evidence.logWeight),
    posterior: exchanged.size === 0 ? likely : pairMarginals(evidence.logWeight),
    settings: input.settings,
    calibration: input.calibration,
    otherCourses: input.otherCourses,
  };
}

export function decideScene(scene: Scene): RoundDecision {
  const marks = scene.members.map((_, index) => markOf(scene, index));
  return { marks, strangers: strangersOf(scene, marks) };
}

function viewOf(member: RosterMember, cameras: readonly CameraRound[], readableWidthPx: number) {
  return member.seat === null ? roomView(cameras) : seatView(cameras, member.seat, readableWidthPx);
}

export function checkPacks<P extends PackId>(
  input: Omit<RoundInput<P>, "cameras">,
  cameras: readonly CameraRound<P>[],
): void {
  const packs = new Set<string>([input.pack, input.calibration.pack]);
  for (const { templates } of [...input.roster, ...input.otherCourses.flatMap((course) => course.trainees)]) {
    for (const template of templates) packs.add(template.pack);
  }
  for (const { pictures } of cameras) {
    for (const { faces } of pictures) for (const face of faces) packs.add(face.embedding.pack);
  }
  if (packs.size > 1) {
    const names = [...packs].sort().join(", ");
    throw new SisoError("input-invalid", {
      vi: `Không so sánh được khuôn mặt của các bộ mô hình khác nhau: ${names}. Hãy tính lại bằng một bộ duy nhất.`,
      en: `Faces of different model packs cannot be compared: ${names}. Recompute them with one pack.`,
    });
  }
}
