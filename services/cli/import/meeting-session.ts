import { DateTime } from "luxon";
import type { Session } from "../../../db/queries/sessions.ts";
import { shiftWords } from "../explain/mark-text.ts";
import { foldAccents } from "../../intake/match-key.ts";
import { withDaysSwapped } from "../../intake/meeting.ts";
import { problem } from "../../intake/problems.ts";
import type { Bilingual, Interval, MeetingReading, ReadingProblem, WallTime } from "../../types.ts";
import { parseDay } from "./options.ts";

/** The session a file is about, or what stands in the way. */
export type MeetingSession =
  | { session: Session; reading: MeetingReading; problems: ReadingProblem[] }
  | { session: null; unsettled: ReadingProblem };

/** An instant by the clock the file was written by. */
export function instantOf(time: WallTime, reading: Pick<MeetingReading, "clock">, zone: string): Date {
  return DateTime.fromISO(time, { zone: reading.clock === "utc" ? "utc" : zone }).toJSDate();
}

/**
 * The online session at the time of the meeting, or the one typed, when the meeting was held at its time. Dates that can be read
 * two ways are turned around when only that finds a session.
 */
export function sessionOfMeeting(
  where: string,
  read: MeetingReading,
  sessions: readonly Session[],
  typed: string | undefined,
  zone: string,
): MeetingSession {
  const wanted = typed === undefined ? [...sessions] : sessions.filter((one) => isMeant(one, typed));
  if (typed !== undefined && wanted.length !== 1) return open(where, noSuchSession(typed, sessions));
  if (read.startedAt === null || read.endedAt === null) return open(where, nobodyJoined);
  const ways = [read, ...(read.dayOrderCertain ? [] : [withDaysSwapped(read)])].filter((one) => one !== null);
  for (const reading of ways) {
    const held = wanted.filter(({ frame }) => overlaps(frame, spanOf(reading, zone)));
    const online = held.filter((session) => session.online);
    const [session, ...others] = online;
    if (session && others.length > 0) return open(where, severalSessions(online));
    if (session)
      return { session, reading, problems: reading === read ? [] : [turned(where, reading, zone)] };
    const [inRoom] = held;
    if (inRoom) return open(where, notOnline(inRoom));
  }
  return open(where, otherMeeting(spanOf(read, zone), wanted, zone));
}

function spanOf(reading: MeetingReading, zone: string): Interval {
  const at = (time: WallTime | null) => (time === null ? new Date(0) : instantOf(time, reading, zone));
  return { startsAt: at(reading.startedAt), endsAt: at(reading.endedAt) };
}

function overlaps(one: Interval, other: Interval): boolean {
  return one.startsAt < other.endsAt && other.startsAt < one.endsAt;
}

/** By the beginning of its id, or by day and shift: "2026-09-14 sáng". */
export function isMeant({ id, day, shift }: Session, typed: string): boolean {
  const text = foldAccents(typed);
  const dated = /^(\d{4}-\d{2}-\d{2}|\d{2}\/\d{2}\/\d{4})(?:\s+(.+))?$/.exec(text);
  if (!dated) return text.length >= 4 && id.startsWith(text);
  const words = shiftWords[shift];
  return (
    day === parseDay("--session", dated[1] ?? "") &&
    (dated[2] === undefined || [foldAccents(words.vi), words.en].includes(dated[2]))
  );
}

export function slot({ day, shift, frame, timeZone }: Session): Bilingual {
  const at = (time: Date) => DateTime.fromJSDate(time, { zone: timeZone }).toFormat("HH:mm");
  const hours = `${at(frame.startsAt)}–${at(frame.endsAt)}`;
  return { vi: `${day} ${shiftWords[shift].vi} ${hours}`, en: `${day} ${shiftWords[shift].en} ${hours}` };
}

interface Words {
  why: Bilingual;
  fix: Bilingual;
}

function open(where: string, { why, fix }: Words): MeetingSession {
  return { session: null, unsettled: problem("ask", where, why, fix) };
}

function listed(sessions: readonly Session[]): string {
  const shown = sessions.slice(0, 6).map((session) => `${session.id.slice(0, 8)} (${slot(session).vi})`);
  return [...shown, ...(sessions.length > 6 ? ["…"] : [])].join(", ") || "–";
}

function noSuchSession(typed: string, sessions: readonly Session[]): Words {
  const list = listed(sessions.filter(({ online }) => online));
  return {
    why: {
      vi: `--session “${typed}” không chỉ đúng một buổi học của khóa.`,
      en: `--session "${typed}" does not mean one session of the course.`,
    },
    fix: {
      vi: `Ghi đầu mã buổi, hoặc ngày và buổi như "2026-09-14 sáng". Buổi trực tuyến: ${list}.`,
      en: `Give the beginning of its id, or day and shift such as "2026-09-14 morning". Online: ${list}.`,
    },
  };
}

const nobodyJoined: Words = {
  why: { vi: "Không đọc được giờ vào, giờ ra của ai.", en: "Nobody's join or leave time could be read." },
  fix: {
    vi: "Tải lại tệp từ Teams và gửi nguyên tệp.",
    en: "Download the file from Teams again and send it as it is.",
  },
};

function severalSessions(online: readonly Session[]): Words {
  return {
    why: {
      vi: `Cuộc họp kéo dài qua ${online.length} buổi học trực tuyến.`,
      en: `The meeting lasted through ${online.length} online sessions.`,
    },
    fix: {
      vi: `Nhận từng buổi bằng --session: ${listed(online)}.`,
      en: `Take it in for one at a time with --session: ${listed(online)}.`,
    },
  };
}

function notOnline(session: Session): Words {
  const id = session.id.slice(0, 8);
  return {
    why: {
      vi: `Buổi ${slot(session).vi} cùng giờ với cuộc họp nhưng không phải buổi trực tuyến (${session.roomName}).`,
      en: `The session ${slot(session).en} is at the meeting's time but is not held online (${session.roomName}).`,
    },
    fix: {
      vi: `Nếu buổi này đã chuyển sang trực tuyến: ./siso online session ${id} --course … --why "…" --confirm.`,
      en: `If it was moved online: ./siso online session ${id} --course … --why "…" --confirm.`,
    },
  };
}

function otherMeeting({ startsAt, endsAt }: Interval, sessions: readonly Session[], zone: string): Words {
  const at = (time: Date) => DateTime.fromJSDate(time, { zone }).toFormat("HH:mm dd/MM/yyyy");
  const online = sessions.filter((session) => session.online);
  const near = online.toSorted((a, b) => distance(a, startsAt) - distance(b, startsAt)).slice(0, 3);
  return {
    why: {
      vi: `Đây là tệp của một cuộc họp khác: họp từ ${at(startsAt)} đến ${at(endsAt)}, không trùng giờ buổi trực tuyến nào.`,
      en: `This is another meeting's file: it was held from ${at(startsAt)} to ${at(endsAt)}, at the time of no online session.`,
    },
    fix: {
      vi: `Gửi đúng tệp, đúng khóa. Buổi trực tuyến gần nhất: ${listed(near)}.`,
      en: `Send the right file for the right course. Nearest online sessions: ${listed(near)}.`,
    },
  };
}

function distance({ frame }: Session, at: Date): number {
  return Math.abs(+frame.startsAt - +at);
}

function turned(where: string, reading: MeetingReading, zone: string): ReadingProblem {
  const day = DateTime.fromJSDate(spanOf(reading, zone).startsAt, { zone }).toFormat("dd/MM/yyyy");
  return problem(
    "ask",
    where,
    {
      vi: `Ngày trong tệp đọc được hai cách; hiểu là ${day} vì chỉ ngày đó có buổi trực tuyến.`,
      en: `The dates can be read two ways; ${day} is taken, the only one with an online session.`,
    },
    { vi: "Kiểm tra lại ngày họp.", en: "Check the day of the meeting." },
  );
}
