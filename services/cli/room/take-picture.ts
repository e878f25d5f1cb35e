import { readFile } from "node:fs/promises";
import sharp from "sharp";
import type { CameraRow } from "../../../db/queries/campus.ts";
import type { Context } from "../../../workers/context.ts";
import { cameraTarget } from "../../../workers/jobs/take-pictures.ts";
import { SisoError } from "../../errors.ts";
import { gapWords } from "../../evidence/gap-words.ts";

export interface SurveyPicture {
  bytes: Uint8Array;
  widthPx: number;
  heightPx: number;
}

const deadlineMs = 30_000;

/** What the camera sees now; it is looked at and not kept. Throws `camera-failed` saying why there is none. */
export async function takeLivePicture(ctx: Context, camera: CameraRow): Promise<SurveyPicture> {
  const request = { pictures: 1, spacingMs: 0, deadlineMs, previousSha256: [] };
  const [outcome] = await ctx.cameras.burst(cameraTarget(ctx, camera), request);
  if (outcome?.ok) {
    const { jpeg, widthPx, heightPx } = outcome.picture;
    return { bytes: jpeg, widthPx, heightPx };
  }
  const why = gapWords[outcome?.reason ?? "unreachable"];
  throw new SisoError("camera-failed", {
    vi: `Camera ${camera.code} không cho ảnh: ${why.vi}. Thử ./siso camera probe, hoặc dùng ảnh có sẵn với --picture ${camera.code}=TỆP.`,
    en: `Camera ${camera.code} gave no picture: ${why.en}. Try ./siso camera probe, or a file with --picture ${camera.code}=FILE.`,
  });
}

/** Throws `file-unreadable`. */
export async function readPicture(path: string): Promise<SurveyPicture> {
  try {
    const bytes = await readFile(path);
    const { width, height } = await sharp(bytes).metadata();
    return { bytes, widthPx: width, heightPx: height };
  } catch (cause) {
    const words = {
      vi: `Không đọc được ảnh ${path}: cần một tệp JPEG hoặc PNG.`,
      en: `The picture ${path} cannot be read: a JPEG or PNG file is needed.`,
    };
    throw new SisoError("file-unreadable", words, cause);
  }
}
