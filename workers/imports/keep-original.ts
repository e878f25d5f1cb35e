import { createHash } from "node:crypto";
import type { CourseId, DocumentId, DocumentKind } from "../../services/types.ts";
import type { SealedObject } from "../../services/ports.ts";
import { retainUntil } from "../../services/retention/retain-until.ts";
import { addArchiveObject } from "../../db/queries/captures.ts";
import { addDocument, findDocument, type Course } from "../../db/queries/courses.ts";
import { rulesAt } from "../../db/queries/rules.ts";
import type { Trx } from "../../db/client.ts";
import type { Context } from "../context.ts";

export interface Original {
  fileName: string;
  sha256: string;
  object: SealedObject;
  keepUntil: Date;
}

/** Where a document came from and who says it is right. */
export interface Confirmation {
  confirmedBy: string;
  receivedFrom: string;
  effectiveAt: Date;
}

/** Seals a file's bytes; its row follows in the transaction of what it brings. */
export async function sealOriginal(
  ctx: Context,
  course: Pick<Course, "startsOn">,
  zone: string,
  file: { fileName: string; bytes: Uint8Array },
): Promise<Original> {
  const { rules } = await rulesAt(ctx.db, ctx.clock.now());
  return {
    fileName: file.fileName,
    sha256: createHash("sha256").update(file.bytes).digest("hex"),
    object: await ctx.archive.seal(file.bytes),
    keepUntil: retainUntil(course.startsOn, rules.retentionYears, zone),
  };
}

/** Adds the document's row; null when the same bytes were taken in before, and then nothing more is to be done. */
export async function addOriginal(
  ctx: Context,
  trx: Trx,
  courseId: CourseId,
  kind: DocumentKind | "leave",
  original: Original,
  receivedFrom: string,
): Promise<DocumentId | null> {
  await trx.selectFrom("course").select("id").where("id", "=", courseId).forUpdate().execute();
  if (await findDocument(trx, courseId, kind, original.sha256)) return null;
  const now = ctx.clock.now();
  const id = ctx.random.uuid() as DocumentId;
  const { fileName, sha256, object, keepUntil } = original;
  await addArchiveObject(trx, object, keepUntil, now);
  const row = {
    id,
    courseId,
    kind,
    fileName,
    sha256,
    objectId: object.objectId,
    receivedAt: now,
    receivedFrom,
  };
  await addDocument(trx, row);
  return id;
}
