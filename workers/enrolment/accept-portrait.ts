import { SisoError } from "../../services/errors.ts";
import { appendLog } from "../../db/queries/log.ts";
import { acceptPortrait as saveAcceptance, portraitById } from "../../db/queries/people.ts";
import type { Context } from "../context.ts";
import { enrolFace, facesOf, keyOfPerson } from "../jobs/judge-portrait.ts";

/** A person lets a portrait stand that the gate refused; its largest face becomes the template. Throws `input-invalid`. */
export async function acceptPortrait(ctx: Context, id: string, by: string, why: string): Promise<void> {
  const portrait = await portraitById(ctx.db, id);
  const faces = await facesOf(ctx, await ctx.archive.open(portrait.object));
  const face = faces?.toSorted((a, b) => b.box.width - a.box.width)[0];
  if (face === undefined) throw noFace();
  const now = ctx.clock.now();
  await ctx.db.transaction().execute(async (trx) => {
    if (!(await saveAcceptance(trx, id, by, why))) throw already();
    const key = await keyOfPerson(ctx, trx, portrait.traineeId);
    if (key === null) throw erased();
    await enrolFace(ctx, trx, portrait, face, key);
    await appendLog(trx, now, { event: "portrait-accepted", portrait: id, trainee: portrait.traineeId });
  });
}

function noFace(): SisoError {
  return new SisoError("input-invalid", {
    vi: "Ảnh không có khuôn mặt nào đọc được, nên không thể chấp nhận. Gửi ảnh khác bằng ./siso enrol folder.",
    en: "The picture shows no readable face, so it cannot be accepted. Send another with ./siso enrol folder.",
  });
}

function already(): SisoError {
  return new SisoError("input-invalid", {
    vi: "Ảnh này đã được chấp nhận trước đó.",
    en: "This portrait was accepted before.",
  });
}

function erased(): SisoError {
  return new SisoError("input-invalid", {
    vi: "Học viên không đồng ý dùng sinh trắc học hoặc đã được xóa: không đăng ký được.",
    en: "The trainee declined biometrics or was erased: nothing can be enrolled.",
  });
}
