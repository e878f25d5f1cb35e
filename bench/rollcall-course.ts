import { templateFromProbe } from "../services/rollcall/probe-template.ts";
import type { PackVector, TraineeId } from "../services/types.ts";
import type { SimulatedSession } from "./rollcall-class.ts";
import { drawClass, rooms, simulateSession } from "./rollcall-class.ts";
import type { BenchResult } from "./rollcall-figures.ts";
import { Tallies } from "./rollcall-figures.ts";
import type { Part } from "./rollcall-people.ts";
import type { ProposalFigures } from "./rollcall-proposals.ts";
import { isRight, Proposed, proposed } from "./rollcall-proposals.ts";
import { progressOf } from "./rollcall-progress.ts";
import { seededRandom } from "./rollcall-random.ts";
import type { ClassMix } from "./rollcall-sitting.ts";
import { variants } from "./rollcall-variants.ts";

export interface CourseOptions {
  /** Trainee-sessions of later sessions, at least. */
  sessions: number;
  seed: number;
  mix: ClassMix;
}

export interface CourseResult extends BenchResult {
  /** Without any photo, by sessions kept. */
  proposals: Record<string, ProposalFigures>;
  /** For trainees with a portrait, after one session. */
  addedFaces: ProposalFigures;
}

/** A portrait and other photos for two sessions of two rounds. */
const PHOTOS = 5;

/**
 * A class's first session and a later one, no photo in both: the later one with the portrait alone and with the faces of the
 * first that were proposed and, being right, confirmed; and what is proposed for a class without any photo. Null when too few
 * people have photos enough.
 */
export function benchCourse(parts: readonly Part[], options: CourseOptions): CourseResult | null {
  const able = parts.map((part) => ({
    ...part,
    trainees: part.trainees.filter(({ photos }) => photos.length >= PHOTOS),
  }));
  if (able.some(({ trainees }) => trainees.length < 20)) return null;
  const tallies = { first: new Tallies(), laterPortraitAlone: new Tallies(), laterWithFaces: new Tallies() };
  const added = new Proposed();
  const tell = progressOf(
    "lượt học viên của buổi sau · trainee-sessions of later sessions",
    options.sessions,
  );
  let traineeSessions = 0;
  for (let number = 0; traineeSessions < options.sessions; number++) {
    const part = able[number % able.length] as Part;
    const room = rooms[(number >> 1) % rooms.length];
    if (room === undefined) break;
    const random = seededRandom(`course/${options.seed}/${number}`);
    const class_ = drawClass(room, part, random);
    const [first, later] = [0, 1].map((nth) =>
      simulateSession(class_, options.mix, part.calibration, random, nth),
    ) as [SimulatedSession, SimulatedSession];
    count(tallies.first, first);
    count(tallies.laterPortraitAlone, later);
    const portraits = new Map(first.input.roster.map(({ traineeId, templates }) => [traineeId, templates]));
    const proposals = proposed(class_, [first], portraits);
    added.add(class_, proposals);
    const confirmed = new Map(
      proposals
        .filter((proposal) => isRight(class_, proposal))
        .map(({ traineeId, vector }) => [traineeId, templateFromProbe(part.calibration.adapter, vector)]),
    );
    count(tallies.laterWithFaces, withFaces(later, confirmed));
    traineeSessions += later.truth.length;
    tell(traineeSessions);
  }
  const figures = Object.entries(tallies).map(([name, tally]) => [name, tally.breakdown()]);
  return {
    traineeSessions,
    seed: options.seed,
    variants: Object.fromEntries(figures),
    proposals: proposalsWithoutPhotos(parts, options),
    addedFaces: added.figures(),
  };
}

function count(tally: Tallies, session: SimulatedSession): void {
  const said = variants.ours(session);
  for (const [index, truth] of session.truth.entries()) {
    const answer = said[index];
    if (answer !== undefined) tally.add(session.room, truth, answer);
  }
}

function withFaces(
  session: SimulatedSession,
  confirmed: ReadonlyMap<TraineeId, PackVector>,
): SimulatedSession {
  const { input } = session;
  const roster = input.roster.map((member) => {
    const vector = confirmed.get(member.traineeId);
    return vector === undefined
      ? member
      : { ...member, templates: [...member.templates, { pack: input.pack, vector }] };
  });
  return { ...session, input: { ...input, roster } };
}

/** Sessions of which faces are kept. Of four the last shows photos of the first three again: nobody has more than six. */
const KEPT_SESSIONS = [1, 2, 3, 4];
const CLASSES = 40;

function proposalsWithoutPhotos(
  parts: readonly Part[],
  { seed, mix }: CourseOptions,
): Record<string, ProposalFigures> {
  const counts = new Map(KEPT_SESSIONS.map((sessions) => [sessions, new Proposed()]));
  for (let number = 0; number < CLASSES; number++) {
    const part = parts[number % parts.length] as Part;
    const trainees = part.trainees.filter(({ photos }) => photos.length >= PHOTOS + 1);
    const room = rooms[(number >> 1) % rooms.length];
    if (room === undefined || trainees.length < 20) break;
    const random = seededRandom(`proposals/${seed}/${number}`);
    const drawn = drawClass(room, { ...part, trainees }, random);
    // No portrait: all photos are faces of sessions.
    const photoOrder = new Map([...drawn.photoOrder].map(([key, order]) => [key, [order[0] ?? 0, ...order]]));
    const class_ = { ...drawn, photoOrder };
    const sessions = KEPT_SESSIONS.map((_, nth) =>
      simulateSession(class_, mix, part.calibration, random, nth),
    );
    for (const [kept, tally] of counts)
      tally.add(class_, proposed(class_, sessions.slice(0, kept), new Map()));
  }
  return Object.fromEntries([...counts].map(([kept, tally]) => [String(kept), tally.figures()]));
}
