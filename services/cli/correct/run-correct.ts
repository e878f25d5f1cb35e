import { readConfig } from "../../../config/read-config.ts";
import { thisMachine } from "../../../config/this-machine.ts";
import type { Db } from "../../../db/client.ts";
import { systemClock, systemRandom } from "../../../workers/system.ts";
import { correctOutcome } from "../../../workers/imports/correct-outcome.ts";
import { SisoError } from "../../errors.ts";
import type { Bilingual, SessionId } from "../../types.ts";
import { findId } from "../find-id.ts";
import { findTrainee } from "../find-trainee.ts";
import { openDatabase } from "../open-database.ts";
import { loadCase, type CorrectionCase } from "./load-case.ts";
import { outcomeTyped } from "./outcome-typed.ts";
import { correctionText } from "./preview-text.ts";
import { confirmedBy } from "../confirmed-by.ts";

/** As typed. */
export interface CorrectOptions {
  outcome?: string;
  undo?: boolean;
  round?: string;
  why?: string;
  by?: string;
  confirm?: boolean;
}

export interface CorrectResult {
  text: string;
  closing: Bilingual;
}

/** Shows what a correction changes and, when confirmed, writes it. Throws what to type instead. */
export async function runCorrect(
  sessionTyped: string,
  traineeTyped: string,
  options: CorrectOptions,
  env: Record<string, string | undefined>,
): Promise<CorrectResult> {
  const why = options.why?.trim() ?? "";
  if (why === "") throw reasonNeeded();
  if ((options.outcome === undefined) === (options.undo !== true)) throw outcomeNeeded();
  const opened = await openDatabase(readConfig(env, thisMachine));
  try {
    const found = await caseOf(opened.db, sessionTyped, traineeTyped, options, why);
    const text = correctionText(found);
    if (options.confirm !== true) return { text, closing: notWritten };
    const ctx = { db: opened.db, clock: systemClock, random: systemRandom };
    await correctOutcome(ctx, found.session.id, found.correction);
    return {
      text,
      closing: found.withdrawn === null ? written(found.correction.by) : withdrawn(found.correction.by),
    };
  } finally {
    await opened.close();
  }
}

async function caseOf(
  db: Db,
  sessionTyped: string,
  traineeTyped: string,
  options: CorrectOptions,
  why: string,
): Promise<CorrectionCase> {
  const { id } = await findId(db, sessionTyped, ["session"]);
  const sessionId = id as SessionId;
  const traineeId = await findTrainee(db, sessionId, traineeTyped);
  const by = confirmedBy(options.by);
  const outcome = options.outcome === undefined ? null : outcomeTyped(options.outcome);
  return loadCase(db, sessionId, traineeId, { outcome, round: options.round ?? null, by, why });
}

const notWritten: Bilingual = {
  vi: "Chưa ghi gì. Thêm --confirm để ghi.",
  en: "Nothing was written. Add --confirm to write it.",
};

function written(by: string): Bilingual {
  return {
    vi: `Đã ghi (${by}). Máy không bao giờ ghi đè; muốn đổi lại thì sửa lần nữa hoặc dùng --undo.`,
    en: `Written (${by}). No machine overwrites it; correct it again, or use --undo, to change it back.`,
  };
}

function withdrawn(by: string): Bilingual {
  return {
    vi: `Đã rút lại (${by}). Lần sửa vẫn còn trong hồ sơ; kết quả là điều có trước nó.`,
    en: `Withdrawn (${by}). The correction stays on record; what stood before it counts again.`,
  };
}

function reasonNeeded(): SisoError {
  return new SisoError("input-invalid", {
    vi: 'Cần --why "lý do": mỗi lần sửa phải nói vì sao, ví dụ --why "đã xem ảnh, đúng là học viên".',
    en: '--why "reason" is needed: every correction says why, for example --why "seen in the picture".',
  });
}

function outcomeNeeded(): SisoError {
  return new SisoError("input-invalid", {
    vi: 'Cần một trong hai: --outcome "có mặt" (hoặc vắng, không quan sát được, cần xem xét), hoặc --undo.',
    en: "One of the two is needed: --outcome present (or absent, not-observable, review), or --undo.",
  });
}
