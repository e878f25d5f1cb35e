import { decideSession } from "../../services/rollcall/decide-session.ts";
import { isSeated, ownersAt } from "../../services/rollcall/kept-people.ts";
import { personsOf, type Person } from "../../services/rollcall/persons.ts";
import type { CameraRound, RoundInput } from "../../services/rollcall/round-input.ts";
import type { MarkEvidence, TraineeId } from "../../services/types.ts";
import { collectionOf, keepPeople, takeSession, type KeptPerson } from "../../db/queries/collections.ts";
import { enrolledFromSessions, refusedBiometrics } from "../../db/queries/people.ts";
import type { Session } from "../../db/queries/sessions.ts";
import type { Trx } from "../../db/client.ts";
import type { Context } from "../context.ts";
import { vectorBytes } from "../jobs/analyse-picture.ts";
import type { SessionSetting } from "../jobs/room-views.ts";
import { decisionBasis } from "../jobs/round-evidence.ts";
import { freshNonce, sealUnder } from "../jobs/templates.ts";

export interface FacesToKeep {
  collectionId: string;
  people: KeptPerson[];
}

/** A face so often at the seat of somebody who refused is not kept; erasePerson deletes by the same share. */
const REFUSED_SEAT = 0.3;
/** Pictures of one person that a contact sheet may show. */
const EVIDENCE = 6;

/**
 * What of a session's faces an open collection keeps before all embeddings go: one mean vector for each seated person, sealed
 * under the collection's key. Who was recognised is kept in the own seat only, and not once faces of a session were enrolled: a
 * portrait and one session's faces tell people apart far better than the portrait (docs/accuracy.md). Null when no collection
 * asks for them.
 */
export async function facesToKeep(
  ctx: Context,
  session: Session,
  setting: SessionSetting,
  rounds: readonly CameraRound[][],
): Promise<FacesToKeep | null> {
  const collection = await collectionOf(ctx.db, session.courseId);
  if (collection === null || ctx.clock.now() >= collection.closesAt || setting.chart === null) return null;
  if (collection.sessionsKept >= collection.sessionsWanted) return null;
  const basis = await decisionBasis(ctx, session, setting);
  const owners = await ownersOfSeats(ctx, session, setting, basis);
  const learnt = new Set(await enrolledFromSessions(ctx.db, session.courseId, ctx.faces.id));
  const claimed = claimedElsewhere(basis, rounds, learnt);
  const key = ctx.vault.open(collection.keySealed, collectionKeyContext(collection.id));
  const people = personsOf(rounds, ctx.calibration, true)
    .filter((person) => isSeated(person))
    .filter(
      ({ sightings }) => !sightings.some(({ snapshotId, face }) => claimed.has(keyOf(snapshotId, face.box))),
    )
    .flatMap((person) => keep(ctx, session, person, owners, key) ?? []);
  return { collectionId: collection.id, people };
}

/** Since the faces were chosen the collection may have ended and a person may have been erased: both are asked again, held. */
export async function saveKeptFaces(trx: Trx, kept: FacesToKeep | null, now: Date): Promise<void> {
  if (kept === null || kept.people.length === 0) return;
  const courseId = await takeSession(trx, kept.collectionId, now);
  if (courseId === null) return;
  const refused = new Set(await refusedBiometrics(trx, courseId));
  const people = kept.people.filter(
    ({ seatOwners }) =>
      !seatOwners.some(({ traineeId, share }) => refused.has(traineeId) && share >= REFUSED_SEAT),
  );
  await keepPeople(trx, kept.collectionId, people);
}

export function collectionKeyContext(id: string): string {
  return `face-collection ${id}`;
}

type Owner = { traineeId: TraineeId; refused: boolean; enrolled: boolean };

/** Seat → its trainee; a trainee who refused biometrics is known so that nothing at that seat is kept. */
async function ownersOfSeats(
  ctx: Context,
  session: Session,
  setting: SessionSetting,
  { roster }: Pick<RoundInput, "roster">,
): Promise<Map<string, Owner>> {
  const refused = new Set(await refusedBiometrics(ctx.db, session.courseId));
  const enrolled = new Set(
    roster.filter(({ templates }) => templates.length > 0).map(({ traineeId }) => traineeId),
  );
  return new Map(
    (setting.chart?.seats ?? []).flatMap(({ row, column, traineeId }) =>
      traineeId === null
        ? []
        : [
            [
              `${row},${column}`,
              { traineeId, refused: refused.has(traineeId), enrolled: enrolled.has(traineeId) },
            ],
          ],
    ),
  );
}

/** Faces of recognised trainees of whom nothing is to be learnt, or whose seat would not say whose they are. */
function claimedElsewhere(
  basis: Omit<RoundInput, "cameras">,
  rounds: readonly CameraRound[][],
  learnt: ReadonlySet<TraineeId>,
): ReadonlySet<string> {
  const { marks } = decideSession({ ...basis, rounds: rounds.map((cameras) => ({ cameras })) });
  const left = marks.filter(
    ({ outcome, seating, traineeId }) =>
      outcome === "present" && (seating !== "own-seat" || learnt.has(traineeId)),
  );
  return new Set(
    left.flatMap(({ evidence }) => evidence.map(({ snapshotId, box }) => keyOf(snapshotId, box))),
  );
}

function keyOf(snapshotId: string, { x, y }: MarkEvidence["box"]): string {
  return `${snapshotId} ${x.toFixed(1)} ${y.toFixed(1)}`;
}

function keep(
  ctx: Context,
  session: Session,
  person: Person,
  owners: ReadonlyMap<string, Owner>,
  key: Uint8Array,
): KeptPerson | null {
  const best = person.sightings[0];
  const at = ownersAt(person, owners).map(({ owner, share }) => ({ ...owner, share }));
  if (best === undefined || at.some(({ refused, share }) => refused && share >= REFUSED_SEAT)) return null;
  return {
    id: ctx.random.uuid(),
    sessionId: session.id,
    packId: ctx.faces.id,
    vectorSealed: sealUnder(key, freshNonce(ctx), vectorBytes(person.vector)),
    effectivePx: person.effectivePx,
    rounds: person.rounds.length,
    seatOwners: at.filter(({ share }) => share >= 0.05).map(({ traineeId, share }) => ({ traineeId, share })),
    evidence: bestOfEachRound(person).map(({ snapshotId, face }) => ({
      snapshotId,
      box: face.box,
      similarity: 0,
    })),
    quality: best.face.quality,
  };
}

/** Pictures of different rounds and cameras tell more than those of one burst. */
function bestOfEachRound({ tracklets }: Person) {
  const firsts = tracklets.flatMap(({ sightings }) => sightings.slice(0, 1));
  return firsts.toSorted((a, b) => b.face.box.width - a.face.box.width).slice(0, EVIDENCE);
}
