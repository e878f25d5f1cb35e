import pino from "pino";
import { readConfig, type Config } from "../../../config/read-config.ts";
import { thisMachine } from "../../../config/this-machine.ts";
import { snapshotIdsOfSession } from "../../../db/queries/captures.ts";
import { everyTraineeUntil, type Course } from "../../../db/queries/courses.ts";
import { listRuleVersions, type RuleVersion } from "../../../db/queries/rules.ts";
import { sessionsOfCourse, type Session } from "../../../db/queries/sessions.ts";
import type { Db } from "../../../db/client.ts";
import type { Context } from "../../../workers/context.ts";
import { contextAsItIs } from "../../../workers/main.ts";
import { systemClock } from "../../../workers/system.ts";
import { differenceOf } from "../../../workers/replay/difference.ts";
import {
  replaySession,
  type ReplayChoice,
  type ReplayedSession,
} from "../../../workers/replay/replay-session.ts";
import { writeReplay } from "../../../workers/replay/write-replay.ts";
import { SisoError } from "../../errors.ts";
import type { Clock } from "../../ports.ts";
import type { Bilingual } from "../../types.ts";
import { findCourse } from "../find-course.ts";
import { parseDay } from "../import/options.ts";
import { openDatabase } from "../open-database.ts";
import { showProgress } from "../progress.ts";
import { modelsDir, prepare, startNeeds } from "../setup/prepare.ts";
import type { ReplayReport } from "./replay-report.ts";
import { replayJson } from "./replay-json.ts";
import { replayText } from "./replay-text.ts";
import { confirmedBy } from "../confirmed-by.ts";

/** As typed. */
export interface ReplayOptions {
  course: string;
  from?: string;
  to?: string;
  portraits?: boolean;
  rules?: string;
  dryRun?: boolean;
  why?: string;
  by?: string;
  confirm?: boolean;
  json?: boolean;
}

export interface ReplayResult {
  text: string;
  closing: Bilingual;
}

/** Recomputes, shows the difference and, when confirmed, writes it as a new run. Throws what to type instead. */
export async function runReplay(
  options: ReplayOptions,
  env: Record<string, string | undefined>,
  clock: Clock = systemClock,
): Promise<ReplayResult> {
  const confirming = options.confirm === true && options.dryRun !== true;
  const why = options.why?.trim() ?? "";
  if (confirming && why === "") throw reasonNeeded();
  const config = readConfig(env, thisMachine);
  const opened = await openDatabase(config);
  try {
    const course = await findCourse(opened.db, options.course);
    const sessions = await heldSessions(opened.db, course, options);
    const rules = await rulesTyped(opened.db, options.rules);
    const ctx = await openPack(config, opened.db, clock);
    try {
      const enrolledUntil = options.portraits === true ? ctx.clock.now() : null;
      const replayed = await replayAll(ctx, sessions, { rules, enrolledUntil });
      const by = confirmedBy(options.by);
      const changes = replayed.some(changesAnything);
      if (confirming && changes) await writeReplay(ctx, course.id, replayed, { by, why });
      const report = await reportOf(ctx, course, replayed, confirming && changes);
      const text = options.json === true ? JSON.stringify(replayJson(report), null, 2) : replayText(report);
      return { text, closing: closing(changes, confirming, by) };
    } finally {
      await ctx.faces.close();
    }
  } finally {
    await opened.close();
  }
}

function changesAnything(one: ReplayedSession): boolean {
  return one.decided.rounds.some(({ changed }) => changed) || differenceOf(one).length > 0;
}

async function openPack(config: Config, db: Db, clock: Clock): Promise<Context> {
  await prepare(startNeeds(process.env));
  const log = pino({ level: "warn" }, pino.destination(2));
  return contextAsItIs(config, db, modelsDir, log, { clock });
}

async function replayAll(
  ctx: Context,
  sessions: readonly Session[],
  choice: ReplayChoice,
): Promise<ReplayedSession[]> {
  let pictures = 0;
  for (const { id } of sessions) {
    const taken = await snapshotIdsOfSession(ctx.db, id);
    pictures += taken.filter(({ roundId }) => roundId !== null).length;
  }
  const progress = showProgress(progressWords, pictures);
  const replayed: ReplayedSession[] = [];
  for (const session of sessions) {
    replayed.push(await replaySession(ctx, session, choice, () => progress.step()));
  }
  progress.stop();
  return replayed;
}

const progressWords: Bilingual = {
  vi: "Đang mở và xem lại từng ảnh lưu trữ…",
  en: "Opening every archived picture and looking again…",
};

async function heldSessions(db: Db, course: Course, { from, to }: ReplayOptions): Promise<Session[]> {
  const first = from === undefined ? null : parseDay("--from", from);
  const last = to === undefined ? null : parseDay("--to", to);
  const found = (await sessionsOfCourse(db, course.id)).filter(
    ({ status, day }) =>
      status === "closed" && (first === null || day >= first) && (last === null || day <= last),
  );
  if (found.length === 0) throw noneHeld(course.code);
  return found;
}

async function rulesTyped(db: Db, typed: string | undefined): Promise<RuleVersion | null> {
  if (typed === undefined) return null;
  const known = await listRuleVersions(db);
  const found = known.find(({ version }) => String(version) === typed.trim());
  if (found === undefined) throw unknownRules(typed, known);
  return found;
}

async function reportOf(
  ctx: Context,
  course: Course,
  replayed: ReplayedSession[],
  written: boolean,
): Promise<ReplayReport> {
  const everybody = await everyTraineeUntil(ctx.db, course.id, ctx.clock.now());
  const people = new Map(everybody.map((trainee) => [trainee.id as string, trainee]));
  return { course, pack: ctx.faces.id, replayed, people, written };
}

function closing(changes: boolean, confirming: boolean, by: string): Bilingual {
  if (!changes) return { vi: "Không có gì khác; chưa ghi gì.", en: "Nothing differs; nothing was written." };
  if (confirming) {
    return {
      vi: `Đã ghi thành lần tính mới (${by}); kết quả cũ vẫn còn nguyên bên cạnh.`,
      en: `Written as a new run (${by}); the old marks stay beside it.`,
    };
  }
  return {
    vi: 'Chưa ghi gì. Thêm --confirm --why "lý do" để ghi thành một lần tính mới.',
    en: 'Nothing was written. Add --confirm --why "reason" to write it as a new run.',
  };
}

function reasonNeeded(): SisoError {
  return new SisoError("input-invalid", {
    vi: 'Cần --why "lý do" khi ghi: kết quả mới nói vì sao nó được tính lại.',
    en: '--why "reason" is needed to write: a new mark says why it was recomputed.',
  });
}

function noneHeld(code: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `Khóa ${code} không có buổi học nào đã chốt trong khoảng này. Xem bằng ./siso explain --course ${code}.`,
    en: `Course ${code} has no closed session in that range. See ./siso explain --course ${code}.`,
  });
}

function unknownRules(typed: string, known: readonly RuleVersion[]): SisoError {
  const list = known.map(({ version }) => version).join(", ");
  return new SisoError("input-invalid", {
    vi: `--rules ${typed}: không có phiên bản quy tắc này. Có: ${list}.`,
    en: `--rules ${typed}: there is no such version of the rules. There are: ${list}.`,
  });
}
