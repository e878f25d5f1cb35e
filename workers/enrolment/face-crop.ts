import sharp from "sharp";
import type { MarkEvidence } from "../../services/types.ts";
import { snapshotObject } from "../../db/queries/captures.ts";
import type { Context } from "../context.ts";

/** Head and a little around it, in face widths. */
const MARGIN = 0.55;

/** A face of an archived picture as a square JPEG of `sidePx`. Throws `archive-corrupt`. */
export async function faceCrop(
  ctx: Pick<Context, "db" | "archive">,
  { snapshotId, box }: Pick<MarkEvidence, "snapshotId" | "box">,
  sidePx: number,
): Promise<Buffer> {
  const picture = await ctx.archive.open(await snapshotObject(ctx.db, snapshotId));
  const { width, height } = await sharp(picture).metadata();
  const side = Math.round(Math.min(Math.max(box.width, box.height) * (1 + 2 * MARGIN), width, height));
  const place = (centre: number, most: number) =>
    Math.round(Math.min(Math.max(centre - side / 2, 0), most - side));
  return sharp(picture)
    .extract({
      left: place(box.x + box.width / 2, width),
      top: place(box.y + box.height / 2, height),
      width: side,
      height: side,
    })
    .resize(sidePx, sidePx)
    .jpeg({ quality: 92 })
    .toBuffer();
}
