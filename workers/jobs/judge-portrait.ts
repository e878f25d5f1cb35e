import { SisoError } from "../../services/errors.ts";
import { gateFor, judgePortrait as decide, type PortraitVerdict } from "../../services/rollcall/enrolment.ts";
import type { Embedding, FaceObservation, TraineeId } from "../../services/types.ts";
import { appendLog } from "../../db/queries/log.ts";
import {
  addTemplate,
  judgePortrait as saveVerdict,
  personKey,
  portraitById,
} from "../../db/queries/people.ts";
import type { Trx } from "../../db/client.ts";
import type { Context } from "../context.ts";
import { vectorBytes } from "./analyse-picture.ts";
import { freshNonce, openGalleries, personKeyContext, sealUnder } from "./templates.ts";

/** A portrait becomes a template or is refused with reasons; either way somebody can see which. */
export async function judgePortrait(ctx: Context, id: string): Promise<void> {
  const portrait = await portraitById(ctx.db, id);
  if (portrait.judgedAt !== null) return;
  const faces = await facesOf(ctx, await ctx.archive.open(portrait.object));
  const judged =
    faces === null
      ? unreadable
      : decide(faces, await knownTemplates(ctx, portrait), gateFor(ctx.calibration));
  const now = ctx.clock.now();
  await ctx.db.transaction().execute(async (trx) => {
    const key = judged.ok ? await keyOfPerson(ctx, trx, portrait.traineeId) : null;
    const verdict = judged.ok && key === null ? erased : judged;
    if (!(await saveVerdict(trx, id, now, verdict.ok ? null : verdict.reasons))) return;
    await appendLog(trx, now, {
      event: "portrait",
      portrait: id,
      trainee: portrait.traineeId,
      enrolled: verdict.ok,
    });
    if (!verdict.ok || key === null) return;
    await enrolFace(ctx, trx, portrait, verdict.face, key);
  });
}

/** The face becomes a template under the person's key. */
export async function enrolFace(
  ctx: Context,
  trx: Trx,
  { id, traineeId }: { id: string; traineeId: TraineeId },
  { embedding, quality }: FaceObservation,
  key: Uint8Array,
): Promise<void> {
  await addTemplate(trx, {
    id: ctx.random.uuid(),
    traineeId,
    packId: ctx.faces.id,
    portraitId: id,
    vectorSealed: sealUnder(key, freshNonce(ctx), vectorBytes(embedding.vector)),
    quality,
    enrolledAt: ctx.clock.now(),
  });
}

/** Declined or erased: the key is gone for good, and somebody must see that this portrait came to nothing. */
const erased: PortraitVerdict = { ok: false, reasons: [{ code: "portrait-erased", params: {} }] };

const unreadable: PortraitVerdict = { ok: false, reasons: [{ code: "portrait-unreadable", params: {} }] };

/** Null for bytes that are no picture we can read: a refusal, or the job would be tried for ever. */
export async function facesOf(ctx: Context, picture: Uint8Array): Promise<FaceObservation[] | null> {
  try {
    return (await ctx.faces.analyse(picture)).faces;
  } catch (error) {
    if (error instanceof SisoError && error.code === "file-unreadable") return null;
    throw error;
  }
}

async function knownTemplates(ctx: Context, portrait: Awaited<ReturnType<typeof portraitById>>) {
  const [gallery] = await openGalleries(ctx, [portrait.courseId]);
  const templates = gallery?.templates ?? new Map<TraineeId, Embedding[]>();
  const others = [...templates]
    .filter(([traineeId]) => traineeId !== portrait.traineeId)
    .flatMap(([name, list]) => list.map((embedding) => ({ name, embedding })));
  return { others, own: templates.get(portrait.traineeId) ?? [] };
}

/** The person's own key, made on first use; null when it was destroyed, and then nothing is enrolled any more. */
export async function keyOfPerson(ctx: Context, trx: Trx, traineeId: TraineeId): Promise<Uint8Array | null> {
  const context = personKeyContext(traineeId);
  const sealed = await personKey(trx, traineeId, ctx.vault.seal(ctx.random.bytes(32), context));
  return sealed && ctx.vault.open(sealed, context);
}
