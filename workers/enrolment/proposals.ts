import { createHash } from "node:crypto";
import { proposePeople, type EnrolmentProposal } from "../../services/rollcall/propose-people.ts";
import { templateFromProbe } from "../../services/rollcall/probe-template.ts";
import { SisoError } from "../../services/errors.ts";
import type { CourseId, Embedding, TraineeId } from "../../services/types.ts";
import {
  addCannotLinks,
  cannotLinks,
  collectionOf,
  dropKept,
  holdCollection,
  keptPeople,
  nameKept,
  type FaceCollection,
  type KeptPerson,
} from "../../db/queries/collections.ts";
import { rosterAt, type Course, type RosterTrainee } from "../../db/queries/courses.ts";
import { appendLog } from "../../db/queries/log.ts";
import {
  addPortrait,
  addTemplate,
  enrolledFromSessions,
  refusedBiometrics,
} from "../../db/queries/people.ts";
import type { Trx } from "../../db/client.ts";
import type { Context } from "../context.ts";
import { keepUntil } from "../imports/keep-original.ts";
import { embeddingOf, vectorBytes } from "../jobs/analyse-picture.ts";
import { keyOfPerson } from "../jobs/judge-portrait.ts";
import { freshNonce, openGalleries, openUnder, sealUnder } from "../jobs/templates.ts";
import { collectionKeyContext } from "./keep-faces.ts";
import { faceCrop } from "./face-crop.ts";

export interface CourseProposals {
  collection: FaceCollection;
  proposals: (EnrolmentProposal & { trainee: RosterTrainee; kept: KeptPerson[] })[];
  /** Trainees without portrait for whom the faces do not say enough yet. */
  open: RosterTrainee[];
  sessions: number;
}

/** Who the kept faces most likely are; written beside them so that erasing a trainee finds what is theirs. */
export async function proposeForCourse(ctx: Context, courseId: CourseId): Promise<CourseProposals> {
  const collection = await collectionOf(ctx.db, courseId);
  if (collection === null) throw noCollection();
  const kept = await keptPeople(ctx.db, collection.id, ctx.faces.id);
  const trainees = await stillOpen(ctx, courseId);
  const [gallery] = await openGalleries(ctx, [courseId]);
  const enrolled = gallery?.templates ?? new Map<TraineeId, Embedding[]>();
  const key = ctx.vault.open(collection.keySealed, collectionKeyContext(collection.id));
  const sessions = [...new Set(kept.map(({ sessionId }) => sessionId))];
  const forbidden = new Set(
    (await cannotLinks(ctx.db, collection.id)).map((link) => `${link.traineeId} ${link.keptPersonId}`),
  );
  const found = proposePeople(
    kept.map((person) => ({
      ...person,
      session: sessions.indexOf(person.sessionId),
      vector: embeddingOf(person.packId, openUnder(key, person.vectorSealed)).vector,
    })),
    trainees.map(({ id }) => id),
    ctx.calibration,
    forbidden,
    enrolled,
  );
  const byTrainee = new Map(found.map((proposal) => [proposal.traineeId, proposal]));
  const names = new Map(found.flatMap(({ people, traineeId }) => people.map(({ id }) => [id, traineeId])));
  const declined = await ctx.db
    .transaction()
    .execute((trx) => saveNames(trx, collection.id, courseId, names));
  const keptById = new Map(kept.map((person) => [person.id, person]));
  const willing = trainees.filter(({ id }) => !declined.has(id));
  const proposals = willing.flatMap((trainee) => {
    const proposal = byTrainee.get(trainee.id);
    if (proposal === undefined) return [];
    const own = proposal.people.flatMap(({ id }) => keptById.get(id) ?? []);
    return [{ ...proposal, trainee, kept: own }];
  });
  const open = willing.filter(({ id }) => !byTrainee.has(id) && !enrolled.has(id));
  return { collection, proposals, open, sessions: collection.sessionsKept };
}

/** Since the faces were read somebody may have been erased: asked again, held, and what would be theirs goes. */
export async function saveNames(
  trx: Trx,
  collectionId: string,
  courseId: CourseId,
  names: ReadonlyMap<string, TraineeId>,
): Promise<ReadonlySet<TraineeId>> {
  if (!(await holdCollection(trx, collectionId))) throw noCollection();
  const declined = new Set(await refusedBiometrics(trx, courseId));
  const theirs = [...names].filter(([, traineeId]) => declined.has(traineeId));
  await dropKept(
    trx,
    theirs.map(([id]) => id),
  );
  await nameKept(trx, collectionId, new Map([...names].filter(([, id]) => !declined.has(id))));
  return declined;
}

/** On the roster in force, without a template from a session, and not refusing biometrics. */
async function stillOpen(ctx: Context, courseId: CourseId): Promise<RosterTrainee[]> {
  const roster = await rosterAt(ctx.db, courseId, ctx.clock.now());
  const out = new Set<TraineeId>([
    ...(await enrolledFromSessions(ctx.db, courseId, ctx.faces.id)),
    ...(await refusedBiometrics(ctx.db, courseId)),
  ]);
  return (roster?.trainees ?? []).filter(({ id }) => !out.has(id));
}

type Proposal = CourseProposals["proposals"][number];

/** A person looked and said yes: the best face is kept as the portrait, the mean of all as the template, and the rest goes. */
export async function confirmProposal(
  ctx: Context,
  course: Course,
  zone: string,
  proposal: Proposal,
  by: string,
): Promise<boolean> {
  const best = proposal.kept[0];
  const shown = best?.evidence[0];
  if (best === undefined || shown === undefined) return false;
  const bytes = await faceCrop(ctx, shown, 160);
  const object = await ctx.archive.seal(bytes);
  const until = await keepUntil(ctx, course, zone);
  const now = ctx.clock.now();
  const { traineeId } = proposal;
  const vector = templateFromProbe(ctx.calibration.adapter, proposal.vector);
  return ctx.db.transaction().execute(async (trx) => {
    const key = await keyOfPerson(ctx, trx, traineeId);
    if (key === null) return false;
    const portraitId = ctx.random.uuid();
    const portrait = {
      id: portraitId,
      traineeId,
      plainSha256: createHash("sha256").update(bytes).digest("hex"),
      source: "session" as const,
      receivedAt: now,
      confirmedBy: by,
      judgedAt: now,
    };
    await addPortrait(trx, portrait, object, until);
    await addTemplate(trx, {
      id: ctx.random.uuid(),
      traineeId,
      packId: ctx.faces.id,
      portraitId,
      vectorSealed: sealUnder(key, freshNonce(ctx), vectorBytes(vector)),
      quality: best.quality,
      enrolledAt: now,
    });
    await dropKept(
      trx,
      proposal.kept.map(({ id }) => id),
    );
    const { sessions, rounds } = proposal;
    await appendLog(trx, now, { event: "enrolled-from-sessions", trainee: traineeId, sessions, rounds });
    return true;
  });
}

/** "Not this person": the same faces are never proposed for this trainee again. */
export async function refuseProposal(ctx: Context, proposal: Proposal, by: string): Promise<void> {
  const { traineeId, kept } = proposal;
  const now = ctx.clock.now();
  await ctx.db.transaction().execute(async (trx) => {
    await addCannotLinks(
      trx,
      kept.map(({ id }) => ({ traineeId, keptPersonId: id })),
      by,
      now,
    );
    await appendLog(trx, now, { event: "enrolment-refused", trainee: traineeId, faces: kept.length });
  });
}

function noCollection(): SisoError {
  return new SisoError("not-found", {
    vi: "Khóa này không có đợt thu thập khuôn mặt nào đang mở. Mở bằng ./siso enrol collect --basis “căn cứ”.",
    en: "The course has no open collection of faces. Open one with ./siso enrol collect --basis “…”.",
  });
}
