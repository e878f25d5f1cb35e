import { peopleById } from "../../../db/queries/explain.ts";
import { onlineVersions, sheetsById, type OnlineVersion } from "../../../db/queries/online-files.ts";
import { rulesOfSession } from "../../../db/queries/rules.ts";
import { lockSession, sessionsOfCourse, type Session } from "../../../db/queries/sessions.ts";
import { putInForce } from "../../../workers/imports/confirm-meeting.ts";
import { sessionRecord } from "../../../workers/jobs/settle-session.ts";
import { attendSession } from "../../attendance/attend-session.ts";
import { outcomeWords } from "../../attendance/attendance-words.ts";
import { SisoError } from "../../errors.ts";
import { confirmedBy } from "../confirmed-by.ts";
import { personWords } from "../explain/mark-text.ts";
import { isMeant, slot } from "../import/meeting-session.ts";
import { onCourse, when, type Env, type OnlinePlace } from "../online/online-command.ts";
import { tableLines } from "../table-lines.ts";
import type { UndoOptions } from "./run-undo.ts";

/** Version 0: before any file. */
const noFile: Pick<OnlineVersion, "version" | "sheetIds"> = { version: 0, sheetIds: [] };

/** The files an online session was counted from, what going back would change, and whether it was done. */
export async function undoMeeting(options: UndoOptions, env: Env): Promise<string> {
  return onCourse(options, env, async (place) => {
    const session = await sessionOf(place, options.session);
    const versions = await onlineVersions(place.ctx.db, session.id);
    const inForce = versions.at(-1);
    if (inForce === undefined) throw nothingYet(session);
    const target = versionTyped(options.to, inForce.version, versions);
    const head = `Buổi ${slot(session).vi}: phiên bản ${inForce.version} → nội dung của phiên bản ${target.version} · from version ${inForce.version} back to ${target.version}:`;
    const lines = [
      ...(await versionTable(place, versions)),
      "",
      head,
      ...(await changes(place, session, target.sheetIds)),
      "",
    ];
    if (!options.confirm) {
      return `${lines.join("\n")}\nChưa đổi gì. Thêm --confirm để quay lại.\nNothing was changed. Add --confirm to go back.`;
    }
    const by = confirmedBy(options.by);
    const { ctx } = place;
    await ctx.db.transaction().execute(async (trx) => {
      await putInForce(ctx, trx, await lockSession(trx, session.id), target.sheetIds, by);
    });
    const newest = inForce.version + 1;
    return `${lines.join("\n")}\nXong: phiên bản ${newest} (${by} xác nhận).\nDone: version ${newest} (confirmed by ${by}).`;
  });
}

async function sessionOf({ ctx, course }: OnlinePlace, typed: string | undefined): Promise<Session> {
  const all = (await sessionsOfCourse(ctx.db, course.id)).filter(({ online }) => online);
  const counted: Session[] = [];
  for (const session of all) if ((await onlineVersions(ctx.db, session.id)).length > 0) counted.push(session);
  const meant = typed === undefined ? counted : all.filter((session) => isMeant(session, typed));
  const [session, ...others] = meant;
  if (session && others.length === 0) return session;
  const list = counted.map((one) => `${one.id.slice(0, 8)} (${slot(one).vi})`).join(", ") || "–";
  throw new SisoError("input-invalid", {
    vi: `Chọn buổi trực tuyến bằng --session. Đã có tệp: ${list}.`,
    en: `Choose the online session with --session. With a file: ${list}.`,
  });
}

function versionTyped(
  to: string | undefined,
  inForce: number,
  versions: readonly OnlineVersion[],
): Pick<OnlineVersion, "version" | "sheetIds"> {
  const wanted = to === undefined ? inForce - 1 : /^\d+$/.test(to) ? Number(to) : -1;
  const found = wanted === 0 ? noFile : versions.find(({ version }) => version === wanted);
  if (found && found.version !== inForce) return found;
  throw new SisoError("input-invalid", {
    vi: `--to ${to ?? ""}: cần số của một phiên bản trước, từ 0 (chưa có tệp) đến ${inForce - 1}.`,
    en: `--to ${to ?? ""}: the number of an earlier version is needed, 0 (no file) to ${inForce - 1}.`,
  });
}

async function versionTable(
  { ctx, zone }: OnlinePlace,
  versions: readonly OnlineVersion[],
): Promise<string[]> {
  const rows = [];
  for (const { version, sheetIds, madeBy, madeAt } of versions) {
    const files = (await sheetsById(ctx.db, sheetIds)).map(({ fileName }) => fileName).join("; ");
    const state = version === versions.length ? "đang có hiệu lực · in force" : "";
    rows.push([String(version), when(madeAt, zone), madeBy, files || "không có tệp · no file", state]);
  }
  return tableLines([["Phiên bản", "Từ · From", "Xác nhận · By", "Tệp · Files", ""], ...rows]);
}

/** Each trainee whose outcome would be another one; a person's word stays whatever the files say. */
async function changes(
  { ctx }: OnlinePlace,
  session: Session,
  sheetIds: readonly string[],
): Promise<string[]> {
  const record = await sessionRecord(ctx.db, session, await rulesOfSession(ctx.db, session));
  if (!record.online) return [];
  const sheets = await sheetsById(ctx.db, sheetIds);
  const people = sheets.length === 0 ? null : sheets.flatMap((sheet) => sheet.people);
  const incomplete = sheets.some((sheet) => sheet.incomplete);
  const now = attendSession(record).trainees;
  const after = attendSession({ ...record, online: { ...record.online, people, incomplete } }).trainees;
  const names = await peopleById(ctx.db, record.trainees);
  const lines = now.flatMap(({ traineeId, outcome }, i) => {
    const next = after[i]?.outcome ?? outcome;
    if (next === outcome) return [];
    const who = personWords(names.get(traineeId) ?? { fullName: traineeId.slice(0, 8), ordinal: null });
    return [
      `  ${who}: ${outcomeWords[outcome].vi} → ${outcomeWords[next].vi} (${outcomeWords[outcome].en} → ${outcomeWords[next].en})`,
    ];
  });
  return lines.length > 0 ? lines : ["  không kết quả nào đổi · no outcome changes"];
}

function nothingYet(session: Session): SisoError {
  return new SisoError("input-invalid", {
    vi: `Buổi ${slot(session).vi} chưa nhận tệp điểm danh nào.`,
    en: `No attendance file was taken in for ${slot(session).en}.`,
  });
}
