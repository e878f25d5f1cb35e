import { resolve } from "node:path";
import { addArchiveAccess } from "../../../db/queries/archive-access.ts";
import { archiveObject } from "../../../db/queries/captures.ts";
import { facesIn, facesOfOthers } from "../../../db/queries/evidence-export.ts";
import { snapshotsStartingWith } from "../../../db/queries/search-archive.ts";
import type { Context } from "../../../workers/context.ts";
import { sessionSetting } from "../../../workers/jobs/room-views.ts";
import { SisoError } from "../../errors.ts";
import type { Box, MarkId } from "../../types.ts";
import { othersIn, seatBox } from "../archive/about-one.ts";
import { derivedCopy, watermarkOf } from "../archive/derived-copy.ts";
import { refuseOut } from "../archive/out-folder.ts";
import { findId } from "../find-id.ts";
import { withContext } from "../open-context.ts";
import { writePrivate } from "../write-private.ts";
import { loadMark, type MarkStory } from "./load-story.ts";
import { markText } from "./mark-text.ts";

export interface PictureRequest {
  out: string;
  purpose: string;
  madeBy: string;
}

type PictureContext = Pick<Context, "db" | "archive" | "clock" | "random">;

/** A mark in words and in its best picture. Throws `not-found` or `input-invalid` saying what to type instead. */
export async function explainPicture(
  typed: string,
  request: PictureRequest,
  env: Record<string, string | undefined>,
): Promise<string> {
  const path = resolve(request.out);
  await refuseOut(path, "any");
  return withContext(env, async (ctx) => {
    const { id } = await findId(ctx.db, typed, ["mark"]);
    const story = await loadMark(ctx.db, id as MarkId);
    await drawMark(ctx, story, request);
    return `${markText(story)}\n  Ảnh · Picture           ${path} (bản sao có dấu chìm; lần xem đã ghi nhật ký · a watermarked copy; the view is logged)`;
  });
}

/** Logged first, then drawn: the mark's box, the seat of the chart, and nobody else. */
export async function drawMark(
  ctx: PictureContext,
  { mark, session, course, pictures }: MarkStory,
  { out, purpose, madeBy }: PictureRequest,
): Promise<void> {
  const [first] = pictures;
  const [found] = first === undefined ? [] : await snapshotsStartingWith(ctx.db, first.snapshotId);
  if (first === undefined || found === undefined) throw noPicture();
  const access = { id: ctx.random.uuid(), kind: "view" as const, madeBy, purpose, at: ctx.clock.now() };
  const ids = { course: course.id, session: session.id, snapshot: found.id };
  const scope = { ...ids, trainee: mark.traineeId, mark: mark.id };
  await ctx.db.transaction().execute((trx) => addArchiveAccess(trx, { ...access, scope }));
  const shown = pictures
    .filter(({ snapshotId }) => snapshotId === found.id)
    .map(({ box, shows }) => ({ ...box, ...(shows === undefined ? {} : { shows }) }));
  const seat = await ownSeat(ctx, { mark, session }, first.cameraCode);
  const faces = await facesIn(ctx.db, [found.id]);
  const claimed = await facesOfOthers(ctx.db, [found.id], mark.traineeId);
  const copy = await derivedCopy({
    picture: await ctx.archive.open(await archiveObject(ctx.db, found.objectId)),
    widthPx: found.widthPx,
    heightPx: found.heightPx,
    shown,
    outlined: seat,
    clear: [...shown, ...seat],
    hidden: othersIn(faces, shown, claimed),
    watermark: watermarkOf(purpose, access.id),
    legend: true,
  });
  await writePrivate(resolve(out), copy);
}

/** Where that camera expects whoever sits in the trainee's seat; empty when no chart or no view says so. */
async function ownSeat(
  ctx: PictureContext,
  { mark, session }: Pick<MarkStory, "mark" | "session">,
  cameraCode: string,
): Promise<Box[]> {
  const own = mark.chart?.ownSeat;
  if (!own) return [];
  const { cameras } = await sessionSetting(ctx.db, session);
  const placed = cameras.find(({ code }) => code === cameraCode)?.placed ?? [];
  return placed.filter(({ row, column }) => row === own.row && column === own.column).map(seatBox);
}

function noPicture(): SisoError {
  return new SisoError("input-invalid", {
    vi: "Kết quả này không dựa vào ảnh nào (camera không chụp được hoặc không thấy chỗ ngồi), nên không có ảnh để vẽ.",
    en: "This mark rests on no picture (no camera gave one, or none shows the seat), so there is none to draw.",
  });
}
