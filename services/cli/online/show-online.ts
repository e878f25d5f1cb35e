import { sessionMarksOf } from "../../../db/queries/marks.ts";
import { peopleById } from "../../../db/queries/explain.ts";
import { linksOfCourse, sharesOfCourse } from "../../../db/queries/online.ts";
import { onlineVersions, sheetsInForce } from "../../../db/queries/online-files.ts";
import { sessionsOfCourse, type Session } from "../../../db/queries/sessions.ts";
import type { TraineeId } from "../../types.ts";
import { personWords } from "../explain/mark-text.ts";
import { slot } from "../import/meeting-session.ts";
import { tableLines } from "../table-lines.ts";
import { onCourse, when, type Env, type OnlineOptions, type OnlinePlace } from "./online-command.ts";

/** A course's link with its history, its online sessions with their files, and who shares a device. */
export async function showOnline(options: Pick<OnlineOptions, "course">, env: Env): Promise<string> {
  return onCourse(options, env, async (place) => {
    const { ctx, course } = place;
    const sessions = (await sessionsOfCourse(ctx.db, course.id)).filter(({ online }) => online);
    const lines = await Promise.all(sessions.map((session) => sessionRow(place, session)));
    const head = [
      "  Mã buổi · Id",
      "Buổi · Session",
      "Tệp điểm danh · Attendance file",
      "Kết quả · Outcomes",
    ];
    return [
      `${course.code} · ${course.name}`,
      "",
      ...(await linkLines(place)),
      "",
      sessions.length === 0
        ? "Không có buổi trực tuyến · No online session"
        : "Buổi trực tuyến · Online sessions",
      ...(sessions.length === 0 ? [] : tableLines([head, ...lines])),
      "",
      ...(await shareLines(place)),
    ].join("\n");
  });
}

async function linkLines({ ctx, course, zone }: OnlinePlace): Promise<string[]> {
  const links = await linksOfCourse(ctx.db, course.id);
  if (!links.at(-1)?.url) {
    const set = `./siso online link URL --course ${course.code}`;
    return [
      `Chưa có link · No link yet: ${set}`,
      ...links.map((link) => `  ${link.version}. ${link.url ?? "–"}`),
    ];
  }
  const rows = links.map(({ version, url, setBy, setAt, why }, i) => [
    `  ${version}.`,
    url ?? "–",
    `${setBy}, ${when(setAt, zone)}`,
    why ?? "",
    i === links.length - 1 ? "đang dùng · in force" : "",
  ]);
  return ["Link học trực tuyến · Link", ...tableLines(rows)];
}

async function sessionRow({ ctx, zone }: OnlinePlace, session: Session): Promise<string[]> {
  const sheets = await sheetsInForce(ctx.db, session.id);
  const versions = await onlineVersions(ctx.db, session.id);
  const over = session.frame.endsAt <= ctx.clock.now();
  const files = (sheets ?? []).map(({ fileName, confirmedBy, confirmedAt }) => {
    return `${fileName} (${confirmedBy}, ${when(confirmedAt, zone)})`;
  });
  const version = versions.length > 1 ? `, phiên bản · version ${versions.length}` : "";
  const told =
    files.length > 0 ? `${files.join("; ")}${version}` : over ? "ĐANG CHỜ · waiting" : "chưa học · to come";
  const marks = await sessionMarksOf(ctx.db, session.id);
  const count = (outcome: string) => marks.filter((mark) => mark.outcome === outcome).length;
  const outcomes = `có mặt ${count("present")}, vắng ${count("absent")}, có phép ${count("excused")}, xem xét ${count("review")}`;
  const status = session.status !== "closed" ? "chưa chốt · open" : sheets === null ? "–" : outcomes;
  return [`  ${session.id.slice(0, 8)}`, slot(session).vi, told, status];
}

async function shareLines({ ctx, course, zone }: OnlinePlace): Promise<string[]> {
  const shares = await sharesOfCourse(ctx.db, course.id);
  if (shares.length === 0) return ["Không ai dùng chung thiết bị · Nobody shares a device"];
  const names = await peopleById(
    ctx.db,
    shares.flatMap(({ oneId, otherId }) => [oneId, otherId]),
  );
  const nameOf = (id: TraineeId) => personWords(names.get(id) ?? { fullName: id.slice(0, 8), ordinal: null });
  const rows = shares.map(({ oneId, otherId, fromAt, untilAt, declaredBy }) => [
    `  ${nameOf(oneId)} + ${nameOf(otherId)}`,
    `từ · from ${when(fromAt, zone)}`,
    untilAt ? `đến · until ${when(untilAt, zone)}` : "",
    declaredBy,
  ]);
  return ["Thiết bị dùng chung · Shared devices (L Đ9.8)", ...tableLines(rows)];
}
