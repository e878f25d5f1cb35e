import { DateTime } from "luxon";
import {
  courseRetentions,
  extendRetention,
  holds,
  keptOfCourse,
  liftHold,
  placeHold,
  type CourseRetention,
  type Hold,
} from "../../../db/queries/holds.ts";
import { floorOf } from "../../../workers/keeping/dispose.ts";
import { SisoError } from "../../errors.ts";
import { keptForever, retentionOf } from "../../retention/retain-until.ts";
import { findCourse } from "../find-course.ts";
import { say } from "../say.ts";
import { holdLines, keptLines, liftPreview, placePreview, waitingLists } from "./hold-text.ts";
import { withKeeping, type Keeping } from "./open-keeping.ts";

export interface PlaceOptions {
  course: string;
  why: string;
  by: string;
  confirm?: boolean;
}

export interface LiftOptions {
  why: string;
  by: string;
  confirm?: boolean;
}

export interface ExtendOptions {
  course: string;
  years: string;
  class: string;
  by: string;
  minutes: string;
  confirm?: boolean;
}

export async function listHolds({ json }: { json?: boolean }): Promise<void> {
  await withKeeping(async (ctx) => {
    const held = await holds(ctx.db);
    print(json ? [JSON.stringify(held, null, 2)] : holdLines(ctx, held));
  });
}

export async function placeCourseHold({ course, why, by, confirm }: PlaceOptions): Promise<void> {
  requireText("--why", why);
  requireText("--by", by);
  await withKeeping(async (ctx) => {
    const known = await theCourse(ctx, course);
    const { courseId, code } = known;
    if (!confirm) {
      const standing = (await holds(ctx.db)).filter((one) => one.courseId === courseId && !one.liftedAt);
      print([...(await keptLines(ctx, known)), ...(standing.length === 0 ? [] : holdLines(ctx, standing))]);
      say(placePreview(code, await waitingLists(ctx, known)));
      return;
    }
    const id = ctx.random.uuid();
    await placeHold(ctx.db, {
      id,
      courseId,
      reason: why.trim(),
      placedBy: by.trim(),
      placedAt: ctx.clock.now(),
    });
    say({
      vi: `Khóa ${code} được giữ lại, mã ${id.slice(0, 8)}; không danh sách tiêu hủy nào lấy được gì của khóa này cho đến khi bỏ lệnh.`,
      en: `Course ${code} is held, id ${id.slice(0, 8)}; no disposal takes anything of it until the hold is lifted.`,
    });
  });
}

export async function liftCourseHold(typed: string, { why, by, confirm }: LiftOptions): Promise<void> {
  requireText("--why", why);
  requireText("--by", by);
  await withKeeping(async (ctx) => {
    const standing = (await holds(ctx.db)).filter(({ liftedAt }) => liftedAt === null);
    const [one, ...others] = standing.filter(({ id }) => id.startsWith(typed.toLowerCase()));
    if (typed.length < 4 || one === undefined || others.length > 0) {
      const list =
        standing.map(({ id, courseCode }) => `${id.slice(0, 8)} (${courseCode})`).join(", ") || "–";
      throw new SisoError("not-found", {
        vi: `“${typed}” không chỉ đúng một lệnh giữ đang có. Có: ${list}.`,
        en: `"${typed}" is not exactly one standing hold. There are: ${list}.`,
      });
    }
    if (!confirm) return previewLift(ctx, one, standing);
    const lifted = { liftedBy: by.trim(), liftedWhy: why.trim(), liftedAt: ctx.clock.now() };
    if (!(await liftHold(ctx.db, one.id, lifted))) {
      throw new SisoError("not-found", {
        vi: `Lệnh giữ ${one.id.slice(0, 8)} vừa được người khác bỏ; không ghi gì thêm.`,
        en: `Hold ${one.id.slice(0, 8)} was lifted by somebody else just now; nothing more is stored.`,
      });
    }
    say({
      vi: `Đã bỏ lệnh giữ khóa ${one.courseCode}.`,
      en: `The hold on course ${one.courseCode} is lifted.`,
    });
  });
}

async function previewLift(ctx: Keeping, hold: Hold, standing: readonly Hold[]): Promise<void> {
  const course = await theCourse(ctx, hold.courseCode);
  const { expired } = await keptOfCourse(ctx.db, hold.courseId, ctx.clock.now());
  const others = standing.filter(({ id, courseId }) => id !== hold.id && courseId === hold.courseId);
  print([...holdLines(ctx, [hold]), ...(await keptLines(ctx, course))]);
  say(liftPreview(hold, expired, others.length));
}

export async function extendCourse(options: ExtendOptions): Promise<void> {
  requireText("--by", options.by);
  requireText("--class", options.class);
  if (!/\d/.test(options.minutes)) throw noNumber(options.minutes);
  const years = options.years === "forever" ? null : Number(options.years);
  if (years !== null && !(Number.isInteger(years) && years >= 1 && years <= 200)) {
    throw new SisoError("input-invalid", {
      vi: `--years ${options.years}: cần số năm nguyên từ 1 đến 200, hoặc forever.`,
      en: `--years ${options.years}: a whole number of years from 1 to 200 is needed, or forever.`,
    });
  }
  await withKeeping(async (ctx) => {
    const course = await theCourse(ctx, options.course);
    const { courseStart, zone, classes } = floorOf(ctx.institution, course);
    const before = retentionOf({ courseStart, zone, classes, current: null }).until;
    const added = { name: options.class.trim(), years: years ?? ("permanent" as const) };
    const after = retentionOf({ courseStart, zone, classes: [added], current: before });
    const [kept, keep] = [words(before, zone), words(after.until, zone)];
    if (after.decidedBy === null) {
      throw new SisoError("input-invalid", {
        vi: `Khóa ${course.code} đã được giữ ${kept.vi}; --years ${options.years} không dài hơn. Thời hạn chỉ được gia hạn.`,
        en: `Course ${course.code} is kept ${kept.en} already; --years ${options.years} is not longer. A retention is only extended.`,
      });
    }
    if (!options.confirm) {
      say({
        vi: `Xem trước: khóa ${course.code} giữ ${keep.vi} thay vì ${kept.vi}. Thêm --confirm để ghi lại; không rút ngắn lại được.`,
        en: `Preview: course ${course.code} would be kept ${keep.en} instead of ${kept.en}. Add --confirm to store it; it cannot be shortened again.`,
      });
      return;
    }
    const extended = await extendRetention(
      ctx.db,
      {
        id: ctx.random.uuid(),
        courseId: course.courseId,
        className: added.name,
        years,
        decidedBy: options.by.trim(),
        minuteNumber: options.minutes.trim(),
        decidedAt: ctx.clock.now(),
      },
      after.until === "permanent" ? keptForever : after.until,
    );
    say({
      vi: `Khóa ${course.code} được giữ ${keep.vi}; ${extended} đối tượng đã lưu được gia hạn.`,
      en: `Course ${course.code} is kept ${keep.en}; ${extended} archived objects are extended.`,
    });
  });
}

async function theCourse({ db }: Keeping, code: string): Promise<CourseRetention> {
  const { id } = await findCourse(db, code);
  const [found] = await courseRetentions(db, [id]);
  if (found) return found;
  throw new Error(`course ${id} has no retention row`);
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}

function requireText(option: string, text: string): void {
  if (text.trim() !== "") return;
  throw new SisoError("input-invalid", {
    vi: `${option} không được để trống.`,
    en: `${option} must not be empty.`,
  });
}

function noNumber(typed: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `--minutes: “${typed}” không phải số văn bản; ví dụ --minutes "45/QĐ-HV".`,
    en: `--minutes: "${typed}" is no document's number; for example --minutes "45/QĐ-HV".`,
  });
}

/** The last day on which it is kept. */
function words(until: Date | "permanent", zone: string): { vi: string; en: string } {
  if (until === "permanent") return { vi: "vĩnh viễn", en: "for ever" };
  const day = DateTime.fromMillis(until.getTime() - 1, { zone }).toISODate() ?? "";
  return { vi: `đến hết ngày ${day}`, en: `to the end of ${day}` };
}
