import { everyTraineeUntil, type Course } from "../../../db/queries/courses.ts";
import { withdrawConsent } from "../../../db/queries/consent.ts";
import { portraitsOfCourse } from "../../../db/queries/people.ts";
import type { Context } from "../../../workers/context.ts";
import { acceptPortrait } from "../../../workers/enrolment/accept-portrait.ts";
import { noteErasures } from "../../../workers/keeping/erasures.ts";
import { SisoError } from "../../errors.ts";
import type { EnrolOptions } from "./enrol-options.ts";
import { findTraineeOf } from "../find-trainee.ts";
import { withContext } from "../open-context.ts";
import { findCourse } from "../find-course.ts";
import { enrolFolder, folderText } from "./folder.ts";
import { collect, judge, propose } from "./from-sessions.ts";
import { listEnrolment } from "./list.ts";
import { confirmedBy } from "../confirmed-by.ts";

/** Does what was asked and prints it; false asks for a non-zero exit code. */
export async function runEnrol(
  action: string,
  args: string[],
  options: EnrolOptions,
  env: Record<string, string | undefined>,
): Promise<boolean> {
  return withContext(env, async (ctx) => {
    const { text, ok } = await enrol(ctx, action, args, options);
    process.stdout.write(`${text}\n`);
    return ok;
  });
}

export async function enrol(
  ctx: Context,
  action: string,
  args: readonly string[],
  options: EnrolOptions,
): Promise<{ text: string; ok: boolean }> {
  const course = await findCourse(ctx.db, options.course);
  const by = confirmedBy(options.by);
  if (action === "list") return said(await listEnrolment(ctx, course, options));
  if (action === "folder") return folder(ctx, course, args[0] ?? "", options.confirm === true, by);
  if (action === "accept") return said(await accept(ctx, course, args[0] ?? "", by, options.why ?? ""));
  if (action === "collect") return said(await collect(ctx, course, options, by));
  if (action === "propose") return said(await propose(ctx, course, options));
  if (action === "erase") return said(await erase(ctx, course, options, by));
  const word = action === "reject" ? "reject" : "confirm";
  return said(await judge(ctx, course, args, { word, all: options.all === true, by }));
}

function said(text: string) {
  return { text, ok: true };
}

async function folder(ctx: Context, course: Course, dir: string, confirm: boolean, by: string) {
  const files = await enrolFolder(ctx, course, dir, { confirm, by });
  const taken = files.filter(({ state }) => state === "enrolled" || state === "known").length;
  const closing = confirm
    ? `Đã đăng ký ${taken} trong ${files.length} tệp. · ${taken} of ${files.length} files enrolled.`
    : "Chưa lưu gì; thêm --confirm. · Nothing stored; add --confirm.";
  const ok = files.every(({ state }) => state !== "not-taken" && state !== "held-back");
  return { text: `${folderText(files)}\n${closing}`, ok };
}

async function accept(ctx: Context, course: Course, start: string, by: string, why: string): Promise<string> {
  const held = (await portraitsOfCourse(ctx.db, course.id, ctx.faces.id)).filter(
    ({ refusal, acceptedBy }) => refusal !== null && acceptedBy === null,
  );
  const found = held.filter(({ id }) => start.length >= 4 && id.startsWith(start));
  if (found.length !== 1 || found[0] === undefined) {
    const ids = held.map(({ id }) => id.slice(0, 8)).join(", ");
    throw new SisoError("not-found", {
      vi: `Không có ảnh bị giữ lại nào có mã bắt đầu bằng “${start}”. Đang bị giữ: ${ids || "không có"}.`,
      en: `No portrait held back begins with “${start}”. Held back: ${ids || "none"}.`,
    });
  }
  if (why.trim() === "") {
    throw new SisoError("input-invalid", { vi: "Cần --why: lý do chấp nhận ảnh.", en: "--why is needed." });
  }
  await acceptPortrait(ctx, found[0].id, by, why.trim());
  return "Đã chấp nhận và đăng ký. · Accepted and enrolled.";
}

async function erase(ctx: Context, course: Course, options: EnrolOptions, by: string): Promise<string> {
  const now = ctx.clock.now();
  const typed = options.trainee?.trim() ?? "";
  if (typed === "") {
    throw new SisoError("input-invalid", {
      vi: "Cần --trainee: STT hoặc họ tên.",
      en: "--trainee is needed: a number or a name.",
    });
  }
  // A number may have belonged to somebody who left; a key destroyed does not come back, so who is meant must be certain.
  const id = await findTraineeOf(ctx.db, course.id, now, typed);
  const trainee = (await everyTraineeUntil(ctx.db, course.id, now)).find((each) => each.id === id);
  if (trainee === undefined) throw new Error(`trainee ${id} is gone`);
  const who = `STT ${trainee.ordinal} ${trainee.fullName}`;
  const why = options.why?.trim() ?? "";
  if (why === "") throw reasonNeeded();
  if (options.confirm !== true) {
    return `Sẽ hủy khóa và mọi mẫu khuôn mặt của ${who}; không lấy lại được, và không đăng ký lại. Ảnh chân dung nằm trong hồ sơ của khóa vẫn được giữ đến khi hồ sơ hết hạn và được hủy. Thêm --confirm. · Nothing done yet. Portraits kept with the course's papers remain until those are disposed of. Add --confirm.`;
  }
  const withdrawal = { id: ctx.random.uuid(), traineeId: trainee.id, madeBy: by, why, madeAt: now };
  const done = await ctx.db.transaction().execute((trx) => withdrawConsent(trx, withdrawal));
  await noteErasures(ctx);
  if (!done)
    return `${who} đã rút đồng ý trước đó; không còn gì để hủy. · Withdrawn before; nothing was left.`;
  return `Đã hủy khóa và mẫu khuôn mặt của ${who} (${by}; ghi trong nhật ký). Từ nay máy không quan sát khuôn mặt này: kết quả là “không quan sát được” cho đến khi cán bộ xem ảnh và ghi bằng ./siso correct; không bao giờ là vắng vì vậy. · Erased and logged; from now on an officer decides, and nobody is absent because of it.`;
}

function reasonNeeded(): SisoError {
  return new SisoError("input-invalid", {
    vi: 'Cần --why "lý do": ai yêu cầu và bằng giấy tờ nào, ví dụ --why "đơn rút đồng ý ngày 12/9".',
    en: '--why "reason" is needed: who asked and on what paper, for example --why "consent withdrawn in writing on 12/9".',
  });
}
