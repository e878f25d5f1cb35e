import { resolve } from "node:path";
import { addArchiveAccess } from "../../../db/queries/archive-access.ts";
import { archiveObject } from "../../../db/queries/captures.ts";
import { withContext } from "../open-context.ts";
import { say } from "../say.ts";
import { writePrivate } from "../write-private.ts";
import { derivedCopy, watermarkOf } from "./derived-copy.ts";
import { confirmedBy } from "../confirmed-by.ts";
import { findPicture } from "./find-picture.ts";
import { refuseOut } from "./out-folder.ts";
import { purposeOf } from "./run-export.ts";

export interface ViewOptions {
  purpose: string;
  by?: string;
  out: string;
}

/** Logged first, then shown; what is shown is a copy and says so. */
export async function runView(
  typed: string,
  options: ViewOptions,
  env: Record<string, string | undefined>,
): Promise<void> {
  const purpose = purposeOf(options.purpose);
  const path = resolve(options.out);
  await refuseOut(path, "any");
  await withContext(env, async (ctx) => {
    const { id, sessionId, courseId, objectId, widthPx, heightPx } = await findPicture(ctx.db, typed);
    const at = ctx.clock.now();
    const access = {
      id: ctx.random.uuid(),
      kind: "view" as const,
      madeBy: confirmedBy(options.by),
      purpose,
      at,
    };
    const scope = { course: courseId, session: sessionId, snapshot: id };
    await ctx.db.transaction().execute((trx) => addArchiveAccess(trx, { ...access, scope }));
    const original = await ctx.archive.open(await archiveObject(ctx.db, objectId));
    const watermark = watermarkOf(purpose, access.id);
    const nobody = { shown: [], clear: null, hidden: [] };
    await writePrivate(
      path,
      await derivedCopy({ picture: original, widthPx, heightPx, ...nobody, watermark }),
    );
  });
  say({
    vi: `Bản sao có dấu chìm ở ${path}. Lần xem đã được ghi nhật ký.`,
    en: `A watermarked copy is in ${path}. The view is logged.`,
  });
}
