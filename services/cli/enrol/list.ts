import { everyTraineeUntil, type Course } from "../../../db/queries/courses.ts";
import { appendLog } from "../../../db/queries/log.ts";
import {
  portraitById,
  portraitsOfCourse,
  refusedBiometrics,
  type CoursePortrait,
} from "../../../db/queries/people.ts";
import type { Context } from "../../../workers/context.ts";
import { enrolmentWords } from "../../rollcall/enrolment.ts";
import type { EnrolOptions } from "./enrol-options.ts";
import { tableLines } from "../table-lines.ts";
import { contactSheet } from "./contact-sheet.ts";
import { writePrivate } from "../write-private.ts";

interface Row {
  ordinal: number;
  fullName: string;
  state: "enrolled" | "held-back" | "waiting" | "declined" | "none";
  portraits: CoursePortrait[];
}

const states = {
  enrolled: "đã đăng ký · enrolled",
  "held-back": "ảnh bị giữ lại · held back",
  waiting: "ảnh chờ xét · waiting",
  declined: "không đồng ý, đã xóa · declined",
  none: "chưa có ảnh: không quan sát được · no portrait: not observable",
} as const;

const sources = { "roster-portrait": "danh sách", folder: "thư mục", session: "buổi học" } as const;

export async function enrolmentRows(ctx: Context, course: Course): Promise<Row[]> {
  const trainees = await everyTraineeUntil(ctx.db, course.id, ctx.clock.now());
  const portraits = await portraitsOfCourse(ctx.db, course.id, ctx.faces.id);
  const declined = new Set(await refusedBiometrics(ctx.db, course.id));
  return trainees.map(({ id, ordinal, fullName }) => {
    const own = portraits.filter(({ traineeId }) => traineeId === id);
    return { ordinal, fullName, state: declined.has(id) ? "declined" : stateOf(own), portraits: own };
  });
}

function stateOf(own: readonly CoursePortrait[]): Row["state"] {
  if (own.some(({ enrolled }) => enrolled)) return "enrolled";
  if (own.some(({ judgedAt }) => judgedAt === null)) return "waiting";
  return own.length > 0 ? "held-back" : "none";
}

/** Who is enrolled from what, and each portrait held back with its reasons; with `--out` also as a picture. */
export async function listEnrolment(ctx: Context, course: Course, options: EnrolOptions): Promise<string> {
  const rows = await enrolmentRows(ctx, course);
  if (options.out !== undefined) await drawHeldBack(ctx, course, rows, options.out);
  if (options.json) return JSON.stringify(rows.map(jsonRow), null, 2);
  const head = ["STT", "Họ tên · Name", "Tình trạng · State", "Ảnh từ · From"];
  const table = tableLines([head, ...rows.map(tableRow)]);
  const held = rows.flatMap(heldBackLines);
  const count = rows.filter(({ state }) => state === "enrolled").length;
  const lines = [`${course.code} · đã đăng ký ${count}/${rows.length} · enrolled`, ...table];
  if (held.length > 0) lines.push("", "Ảnh bị giữ lại · Portraits held back", ...held);
  if (options.out !== undefined) lines.push("", `Đã vẽ · Drawn: ${options.out}`);
  return lines.join("\n");
}

function tableRow({ ordinal, fullName, state, portraits }: Row): string[] {
  const from = portraits.filter(({ enrolled }) => enrolled).map(({ source }) => sources[source]);
  return [String(ordinal), fullName, states[state], [...new Set(from)].join(", ")];
}

function jsonRow({ ordinal, fullName, state, portraits }: Row) {
  return {
    ordinal,
    fullName,
    state,
    portraits: portraits.map(({ id, source, enrolled, refusal, acceptedBy }) => ({
      id,
      source,
      enrolled,
      acceptedBy,
      reasons: (refusal ?? []).map(
        (reason) => enrolmentWords(reason) ?? { vi: reason.code, en: reason.code },
      ),
    })),
  };
}

const isHeld = ({ refusal, acceptedBy }: CoursePortrait) => refusal !== null && acceptedBy === null;

function heldBackLines({ ordinal, fullName, portraits }: Row): string[] {
  return portraits.filter(isHeld).flatMap(({ id, refusal }) =>
    (refusal ?? []).map((reason) => {
      const words = enrolmentWords(reason);
      return `  ${id.slice(0, 8)} STT ${ordinal} ${fullName}: ${words?.vi ?? reason.code} · ${words?.en ?? ""}`;
    }),
  );
}

async function drawHeldBack(ctx: Context, course: Course, rows: readonly Row[], path: string): Promise<void> {
  const sheet = [];
  for (const { ordinal, fullName, portraits } of rows) {
    for (const { id, refusal } of portraits.filter(isHeld)) {
      const { object } = await portraitById(ctx.db, id);
      const why = (refusal ?? []).map((reason) => enrolmentWords(reason)?.vi.slice(0, 62) ?? reason.code);
      const picture = await ctx.archive.open(object);
      sheet.push({
        lines: [`${ordinal}. ${fullName}`, id.slice(0, 8), ...why],
        pictures: [picture],
        colour: "#ff9100",
      });
    }
  }
  await appendLog(ctx.db, ctx.clock.now(), {
    event: "portraits-viewed",
    course: course.id,
    count: sheet.length,
    purpose: "enrolment",
  });
  const picture = await contactSheet(`${course.code} · ảnh bị giữ lại · portraits held back`, sheet);
  await writePrivate(path, picture);
}
