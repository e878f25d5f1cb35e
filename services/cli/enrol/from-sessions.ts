import { campusOf } from "../../../db/queries/campus.ts";
import { collectionOf, endCollection, openCollection } from "../../../db/queries/collections.ts";
import type { Course } from "../../../db/queries/courses.ts";
import { appendLog } from "../../../db/queries/log.ts";
import type { Context } from "../../../workers/context.ts";
import { collectionKeyContext } from "../../../workers/enrolment/keep-faces.ts";
import { faceCrop } from "../../../workers/enrolment/face-crop.ts";
import {
  confirmProposal,
  proposeForCourse,
  refuseProposal,
  type CourseProposals,
} from "../../../workers/enrolment/proposals.ts";
import { SisoError } from "../../errors.ts";
import type { EnrolOptions } from "./enrol-options.ts";
import { contactSheet } from "./contact-sheet.ts";
import { writePrivate } from "../write-private.ts";

/** From here on `--all` may confirm. */
const SURE = 0.9;
const LONGEST_DAYS = 60;

/** Opens or ends the keeping of faces; it needs a stated basis and ends by itself. */
export async function collect(
  ctx: Context,
  course: Course,
  options: EnrolOptions,
  by: string,
): Promise<string> {
  const running = await collectionOf(ctx.db, course.id);
  const now = ctx.clock.now();
  if (options.stop === true) {
    if (running === null) throw nothingOpen(course.code);
    await ctx.db.transaction().execute((trx) => endCollection(trx, running.id, now, "now"));
    return `Đã đóng; khóa và mọi khuôn mặt đã giữ bị hủy. · Ended; the key and all kept faces are destroyed.`;
  }
  if (running !== null) {
    return `Đang mở từ ${running.openedAt.toISOString()} (${running.openedBy}; ${running.basis}), tự đóng ${running.closesAt.toISOString()}. · Open already; it ends by itself.`;
  }
  const basis = options.basis?.trim() ?? "";
  if (basis === "") throw basisNeeded();
  const days = whole("--days", options.days ?? "30", LONGEST_DAYS);
  const sessionsWanted = whole("--sessions", options.sessions ?? "4", 12);
  const id = ctx.random.uuid();
  const closesAt = new Date(now.getTime() + days * 86_400_000);
  const keySealed = ctx.vault.seal(ctx.random.bytes(32), collectionKeyContext(id));
  const collection = {
    id,
    courseId: course.id,
    basis,
    openedBy: by,
    openedAt: now,
    closesAt,
    sessionsWanted,
    keySealed,
  };
  await openCollection(ctx.db, collection);
  return [
    `Đã mở: mỗi người một khuôn mặt ở ${sessionsWanted} buổi tới được giữ (mã hóa) đến ${closesAt.toISOString()}, căn cứ: ${basis}.`,
    `Open: one face a person of the next ${sessionsWanted} sessions is kept, sealed, until then. Nothing is enrolled without a person.`,
  ].join("\n");
}

/** Prints who is proposed for whom and draws the contact sheet. */
export async function propose(ctx: Context, course: Course, options: EnrolOptions): Promise<string> {
  const found = await proposeForCourse(ctx, course.id);
  const path = options.out ?? "./enrol-proposals.png";
  await appendLog(ctx.db, ctx.clock.now(), {
    event: "faces-viewed",
    course: course.id,
    count: found.proposals.length,
    purpose: "enrolment",
  });
  await writePrivate(path, await proposalSheet(ctx, course, found));
  if (options.json) return JSON.stringify({ ...proposalJson(found), sheet: path }, null, 2);
  return [
    `${course.code} · ${found.sessions} buổi đã giữ · sessions kept: ${found.sessions}`,
    ...found.proposals.map(proposalLine),
    ...(found.open.length > 0
      ? [`  Chưa đủ để đề nghị · Not enough yet: ${found.open.map(({ ordinal }) => ordinal).join(", ")}`]
      : []),
    `Tờ ảnh · Contact sheet: ${path}`,
    `Xem ảnh, rồi: ./siso enrol confirm --course ${course.code} STT… (đúng), hoặc reject (không phải người này).`,
  ].join("\n");
}

type Proposal = CourseProposals["proposals"][number];

function proposalLine(proposal: Proposal): string {
  const { trainee, posterior, sessions, rounds } = proposal;
  const sure = isSure(proposal) ? "✓" : "?";
  return `  ${sure} STT ${trainee.ordinal} ${trainee.fullName}: ${percent(posterior)}, ${sessions} buổi · sessions, ${rounds} lượt · rounds${portraitWords(proposal)}`;
}

function isSure({ posterior, likeEnrolled }: Proposal): boolean {
  return posterior >= SURE && (likeEnrolled ?? 0) >= 0;
}

function portraitWords({ likeEnrolled }: Proposal): string {
  if (likeEnrolled === null) return "";
  return likeEnrolled >= 0
    ? "; bổ sung cho ảnh đã đăng ký · adds to the enrolled photo"
    : "; KHÔNG giống ảnh đã đăng ký: xem lại ảnh đó · UNLIKE the enrolled photo: check that photo";
}

const percent = (share: number): string => `${Math.floor(share * 100)} %`;

function proposalJson({ proposals, open, sessions }: CourseProposals) {
  return {
    sessions,
    proposals: proposals.map(({ trainee, posterior, likeEnrolled, sessions: seen, rounds }) => ({
      ordinal: trainee.ordinal,
      fullName: trainee.fullName,
      posterior,
      likeEnrolled,
      sessions: seen,
      rounds,
    })),
    open: open.map(({ ordinal }) => ordinal),
  };
}

async function proposalSheet(ctx: Context, course: Course, { proposals }: CourseProposals): Promise<Buffer> {
  const rows = [];
  for (const proposal of proposals) {
    const shown = proposal.kept.flatMap(({ evidence }) => evidence.slice(0, 2)).slice(0, 6);
    const pictures = [];
    for (const each of shown) pictures.push(await faceCrop(ctx, each, 112));
    const { trainee, posterior, sessions, rounds } = proposal;
    rows.push({
      lines: [
        `${trainee.ordinal}. ${trainee.fullName}`,
        `${percent(posterior)} · ${sessions} buổi, ${rounds} lượt · sessions, rounds`,
        trainee.workplace ?? "",
        isSure(proposal) ? "" : `chưa chắc · unsure${portraitWords(proposal)}`,
      ],
      pictures,
      colour: isSure(proposal) ? "#00c853" : "#ff9100",
    });
  }
  return contactSheet(`${course.code} · có phải người này không? · is this the person?`, rows);
}

/** Confirms or rejects proposals by the trainees' roster numbers. */
export async function judge(
  ctx: Context,
  course: Course,
  numbers: readonly string[],
  { word, all, by }: { word: "confirm" | "reject"; all: boolean; by: string },
): Promise<string> {
  const { proposals } = await proposeForCourse(ctx, course.id);
  const chosen = all
    ? proposals.filter((proposal) => isSure(proposal))
    : numbers.map((number) => named(proposals, number));
  if (chosen.length === 0) throw nobodyNamed();
  const { timeZone } = await campusOf(ctx.db, course.campusId);
  const lines: string[] = [];
  for (const proposal of chosen) {
    const who = `STT ${proposal.trainee.ordinal} ${proposal.trainee.fullName}`;
    if (word === "reject") {
      await refuseProposal(ctx, proposal, by);
      lines.push(`  ✗ ${who}: đã ghi nhớ không phải người này · remembered as not this person`);
    } else {
      const enrolled = await confirmProposal(ctx, course, timeZone, proposal, by);
      lines.push(
        enrolled ? `  ✓ ${who}: đã đăng ký · enrolled` : `  ✗ ${who}: không đăng ký được · not enrolled`,
      );
    }
  }
  return lines.join("\n");
}

function named(proposals: readonly Proposal[], number: string): Proposal {
  const found = proposals.find(({ trainee }) => String(trainee.ordinal) === number.trim());
  if (found !== undefined) return found;
  const known = proposals.map(({ trainee }) => trainee.ordinal).join(", ");
  throw new SisoError("not-found", {
    vi: `Không có đề nghị nào cho STT ${number}. Có cho: ${known || "chưa ai"}.`,
    en: `There is no proposal for number ${number}. There is for: ${known || "nobody yet"}.`,
  });
}

function whole(flag: string, text: string, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new SisoError("input-invalid", {
    vi: `${flag} ${text}: cần một số từ 1 đến ${most}`,
    en: `${flag} ${text}: expected a number from 1 to ${most}`,
  });
}

function basisNeeded(): SisoError {
  return new SisoError("input-invalid", {
    vi: "Cần --basis “…”: thông báo hoặc văn bản đồng ý làm căn cứ giữ khuôn mặt (dữ liệu sinh trắc học, Luật 91/2025/QH15).",
    en: "--basis “…” is needed: the notice or consent on which faces are kept (biometric data, Law 91/2025/QH15).",
  });
}

function nothingOpen(code: string): SisoError {
  return new SisoError("not-found", {
    vi: `Khóa ${code} không có đợt giữ khuôn mặt nào đang mở.`,
    en: `Course ${code} has no open collection of faces.`,
  });
}

function nobodyNamed(): SisoError {
  return new SisoError("input-invalid", {
    vi: "Ghi số thứ tự của ít nhất một học viên, hoặc --all (các đề nghị chắc từ 90 %).",
    en: "Name at least one trainee by number, or --all (proposals of 90 % and more).",
  });
}
