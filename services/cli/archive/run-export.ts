import { resolve } from "node:path";
import { readConfig } from "../../../config/read-config.ts";
import { thisMachine } from "../../../config/this-machine.ts";
import { SisoError } from "../../errors.ts";
import { withContext } from "../open-context.ts";
import { say } from "../say.ts";
import { draftsFolder, sweepDrafts } from "./bundle-drafts.ts";
import { exportBundle, type ExportResult } from "./export-bundle.ts";
import { refuseOut } from "./out-folder.ts";
import { findScope, type ScopeOptions } from "./scope.ts";
import { confirmedBy } from "../confirmed-by.ts";

/** As typed. */
export interface ExportOptions extends ScopeOptions {
  purpose: string;
  by?: string;
  out: string;
  copiesOnly?: boolean;
  /** An absentee of the last demo, when nobody else is named. */
  demo?: boolean;
}

export async function runExport(
  options: ExportOptions,
  env: Record<string, string | undefined>,
): Promise<void> {
  const purpose = purposeOf(options.purpose);
  const out = resolve(options.out);
  await refuseOut(out, "new");
  const drafts = draftsFolder(readConfig(env, thisMachine).dataDir);
  await sweepDrafts(drafts);
  const result = await withContext(env, async (ctx) => {
    const { course, session, trainee, mark } = options;
    const someAbsentee = options.demo === true && [course, session, trainee, mark].every((id) => !id);
    const scope = await findScope(ctx.db, { ...options, someAbsentee });
    const copiesOnly = options.copiesOnly === true;
    return exportBundle(ctx, { scope, purpose, madeBy: confirmedBy(options.by), out, drafts, copiesOnly });
  });
  sayResult(result, out);
}

/** Throws `input-invalid` for a purpose that says nothing. */
export function purposeOf(typed: string): string {
  const purpose = typed.trim();
  if (purpose.length >= 5) return purpose;
  throw new SisoError("input-invalid", {
    vi: "--purpose: cần nói rõ vì sao xem, ví dụ “Khiếu nại số 12 của học viên”.",
    en: '--purpose: say why, for example "Complaint no. 12 of a trainee".',
  });
}

function sayResult({ checkpoint, key, pictures, lines, missing }: ExportResult, out: string): void {
  say({
    vi: `Đã xuất ${out}: ${pictures} ảnh gốc, ${lines} bản ghi nhật ký. Kiểm: giải nén rồi chạy python3 verify.py`,
    en: `Bundle written: ${pictures} originals, ${lines} log records. To check: unpack it and run python3 verify.py`,
  });
  if (missing.length > 0) {
    say({
      vi: `CHÚ Ý: không mở được ${missing.length} ảnh (${missing.slice(0, 3).join(", ")}…); verify.py nói vì sao.`,
      en: `NOTE: ${missing.length} pictures could not be opened; verify.py says why.`,
    });
  }
  process.stdout.write(`${checkpoint.size}:${checkpoint.root.toString("hex")}\n${key}\n`);
}
