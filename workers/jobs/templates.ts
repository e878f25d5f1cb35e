import { createCipheriv, createDecipheriv } from "node:crypto";
import type { CourseId, Embedding, TraineeId } from "../../services/types.ts";
import { SisoError } from "../../services/errors.ts";
import { templatesOfCourses, type SealedTemplate } from "../../db/queries/people.ts";
import type { Context } from "../context.ts";
import { embeddingOf } from "./analyse-picture.ts";

/** Templates are sealed under a key of the person's own (AES-256-GCM), itself sealed by the vault: erase the key, erase them all. */

const nonceLength = 12;
const tagLength = 16;

export function sealUnder(key: Uint8Array, nonce: Uint8Array, plain: Uint8Array): Uint8Array {
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

export function openUnder(key: Uint8Array, sealed: Uint8Array): Uint8Array {
  const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, nonceLength));
  decipher.setAuthTag(sealed.subarray(-tagLength));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(nonceLength, -tagLength)), decipher.final()]);
  } catch (cause) {
    throw new SisoError(
      "archive-corrupt",
      {
        vi: "Mẫu khuôn mặt không mở được bằng khóa của học viên: dữ liệu đã bị sửa. Hãy đăng ký lại ảnh chân dung.",
        en: "A face template does not open with the trainee's key: it was altered. Enrol the portrait again.",
      },
      cause,
    );
  }
}

export function freshNonce(ctx: Pick<Context, "random">): Uint8Array {
  return ctx.random.bytes(nonceLength);
}

export interface Gallery {
  courseId: CourseId;
  templates: Map<TraineeId, Embedding[]>;
}

/** Opened templates by course as enrolled by an instant, for one decision; nothing of them is kept. */
export async function openGalleries(
  ctx: Context,
  courseIds: CourseId[],
  enrolledUntil: Date = ctx.clock.now(),
): Promise<Gallery[]> {
  const galleries = new Map(courseIds.map((courseId) => [courseId, new Map<TraineeId, Embedding[]>()]));
  for (const row of await templatesOfCourses(ctx.db, courseIds, ctx.faces.id, enrolledUntil)) {
    const people = galleries.get(row.courseId);
    people?.set(row.traineeId, [...(people.get(row.traineeId) ?? []), openTemplate(ctx, row)]);
  }
  return [...galleries].map(([courseId, templates]) => ({ courseId, templates }));
}

function openTemplate(ctx: Context, row: SealedTemplate): Embedding {
  const key = ctx.vault.open(row.keySealed, personKeyContext(row.traineeId));
  return embeddingOf(row.packId, openUnder(key, row.vectorSealed));
}

export function personKeyContext(traineeId: TraineeId): string {
  return `person-key ${traineeId}`;
}
