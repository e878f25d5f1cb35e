import { createHash } from "node:crypto";
import type { CourseId, DocumentId } from "../../services/types.ts";
import type { SealedObject } from "../../services/ports.ts";
import { retainUntil } from "../../services/retention/retain-until.ts";
import { addArchiveObject } from "../../db/queries/captures.ts";
import { addDocument, findDocument, type Course, type NewDocument } from "../../db/queries/courses.ts";
import { rulesAt } from "../../db/queries/rules.ts";
import type { Trx } from "../../db/client.ts";
import type { Context } from "../context.ts";

export interface Original {
  fileName: string;
  sha256: string;
  /** Null when the course already keeps these bytes for this purpose. */
  object: SealedObject | null;
  keepUntil: Date;
}

/** Where a document came from and who says it is right. */
export interface Confirmation {
  confirmedBy: string;
  receivedFrom: string;
  effectiveAt: Date;
}

/** Seals a file's bytes unless the course keeps them already; the row follows in the transaction of what the file brings. */
export async function sealOriginal(
  ctx: Pick<Context, "db" | "clock" | "archive">,
  course: Pick<Course, "id" | "startsOn">,
  zone: string,
  kind: NewDocument["kind"],
  file: { fileName: string; bytes: Uint8Array },
): Promise<Original> {
  const sha256 = createHash("sha256").update(file.bytes).digest("hex");
  const kept = await findDocument(ctx.db, course.id, kind, sha256);
  return {
    fileName: file.fileName,
    sha256,
    object: kept === null ? await ctx.archive.seal(file.bytes) : null,
    keepUntil: await keepUntil(ctx, course, zone),
  };
}

/** From when the course's papers may be proposed for destruction, by the rules in force now. */
export async function keepUntil(
  ctx: Pick<Context, "db" | "clock">,
  course: Pick<Course, "startsOn">,
  zone: string,
): Promise<Date> {
  const { rules } = await rulesAt(ctx.db, ctx.clock.now());
  return retainUntil(course.startsOn, rules.retentionYears, zone);
}

export interface KeptOriginal {
  documentId: DocumentId;
  /** The same bytes were taken in before; whether they bring anything new is for the caller to see. */
  known: boolean;
}

/** Adds the document's row, or finds the one of the same bytes. Holds a lock on the course until the transaction ends. */
export async function addOriginal(
  ctx: Pick<Context, "clock" | "random">,
  trx: Trx,
  courseId: CourseId,
  kind: NewDocument["kind"],
  original: Original,
  receivedFrom: string,
): Promise<KeptOriginal> {
  await trx.selectFrom("course").select("id").where("id", "=", courseId).forUpdate().execute();
  const { fileName, sha256, object } = original;
  const kept = await findDocument(trx, courseId, kind, sha256);
  if (kept !== null) return { documentId: kept, known: true };
  if (object === null) throw new Error(`document ${sha256} of course ${courseId} was kept and is gone`);
  const now = ctx.clock.now();
  const id = ctx.random.uuid() as DocumentId;
  await addArchiveObject(trx, object, original.keepUntil, now);
  await addDocument(trx, {
    id,
    courseId,
    kind,
    fileName,
    sha256,
    objectId: object.objectId,
    receivedAt: now,
    receivedFrom,
  });
  return { documentId: id, known: false };
}
