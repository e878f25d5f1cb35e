import { sessionsOfCourse, type Session } from "../../../db/queries/sessions.ts";
import { reportsHolding } from "../../../db/queries/reports.ts";
import { sayHeldOnline } from "../../../workers/imports/arrange-online.ts";
import { SisoError } from "../../errors.ts";
import { onlinePlace } from "../../timetable/online-place.ts";
import { confirmedBy } from "../confirmed-by.ts";
import { reportLines } from "../correct/preview-text.ts";
import { isMeant, slot } from "../import/meeting-session.ts";
import {
  notWritten,
  onCourse,
  written,
  type Env,
  type OnlineOptions,
  type OnlineResult,
} from "./online-command.ts";

/** Says of sessions that they are held online, or in their room after all. Throws what to type instead. */
export async function runSession(
  typed: readonly string[],
  options: OnlineOptions,
  env: Env,
): Promise<OnlineResult> {
  const why = options.why?.trim() ?? "";
  if (why === "") throw whyNeeded();
  const online = options.inPerson !== true;
  return onCourse(options, env, async ({ ctx, course }) => {
    const all = await sessionsOfCourse(ctx.db, course.id);
    const sessions = [...new Set(typed.map((one) => theSession(one, all)))];
    const roomless = online ? undefined : sessions.find(({ roomName }) => roomName === onlinePlace);
    if (roomless) throw noRoom(roomless);
    const lines: string[] = [];
    for (const session of sessions) {
      const reports =
        session.status === "closed" ? await reportsHolding(ctx.db, course.id, session.frame.endsAt) : [];
      lines.push(...sessionLines(session, online), ...reportLines(reports, session.online !== online));
    }
    const text = [`${course.code} · ${course.name}`, ...lines].join("\n");
    if (!options.confirm) return { text, closing: notWritten };
    const by = confirmedBy(options.by);
    for (const { id } of sessions) await sayHeldOnline(ctx, id, online, { by, why });
    return { text, closing: written(by) };
  });
}

function theSession(typed: string, sessions: readonly Session[]): Session {
  const meant = sessions.filter((session) => isMeant(session, typed));
  const [session, ...others] = meant;
  if (session && others.length === 0) return session;
  const list = (meant.length > 0 ? meant : sessions).slice(0, 12);
  const shown = list.map((one) => `${one.id.slice(0, 8)} (${slot(one).vi})`).join(", ") || "–";
  throw new SisoError("input-invalid", {
    vi: `“${typed}” không chỉ đúng một buổi học. Ghi đầu mã buổi, hoặc ngày và buổi như "2026-09-14 sáng": ${shown}.`,
    en: `"${typed}" does not mean one session. Give the beginning of its id, or day and shift such as "2026-09-14 morning": ${shown}.`,
  });
}

function sessionLines(session: Session, online: boolean): string[] {
  const { roomName, status } = session;
  const head = `  ${slot(session).vi} · ${slot(session).en}: `;
  if (session.online === online) return [`${head}không đổi · unchanged`];
  const held = online ? "trực tuyến · online" : `tại phòng · in ${roomName}`;
  const then = {
    scheduled: online
      ? "không chụp ảnh, chờ tệp điểm danh · no pictures, waits for the attendance file"
      : "giờ chụp được rút lại · capture times are drawn anew",
    closed: online
      ? "kết quả tính lại theo tệp điểm danh, ảnh đã chụp vẫn lưu · counted again from the attendance file, pictures stay kept"
      : "kết quả tính lại theo ảnh · counted again from the pictures",
    cancelled: "",
  }[status];
  return [`${head}→ ${held}`, `      ${then}`];
}

function whyNeeded(): SisoError {
  return new SisoError("input-invalid", {
    vi: 'Cần --why "lý do", ví dụ --why "phòng học sửa chữa".',
    en: '--why "reason" is needed, for example --why "the room is being repaired".',
  });
}

function noRoom(session: Session): SisoError {
  return new SisoError("input-invalid", {
    vi: `Lịch học ghi buổi ${slot(session).vi} là trực tuyến, không có phòng nào. Gửi lịch học mới có phòng bằng ./siso import.`,
    en: `By the timetable the session ${slot(session).en} is online and has no room. Send a new timetable that names one with ./siso import.`,
  });
}
