import { readdir, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { SisoError } from "../../errors.ts";
import { demoEnvironment } from "../demo/demo-environment.ts";
import { withContext } from "../open-context.ts";
import { say } from "../say.ts";
import { exportBundle, type ExportResult } from "./export-bundle.ts";
import { findScope, type ScopeOptions } from "./scope.ts";
import { confirmedBy } from "../confirmed-by.ts";

/** As typed. */
export interface ExportOptions extends ScopeOptions {
  purpose: string;
  by?: string;
  out: string;
  copiesOnly?: boolean;
  demo?: boolean;
}

export async function runExport(
  options: ExportOptions,
  env: Record<string, string | undefined>,
): Promise<void> {
  const purpose = purposeOf(options.purpose);
  const place = options.demo ? { ...env, ...demoEnvironment(await lastDemo()) } : env;
  const out = resolve(options.out);
  const result = await withContext(place, async (ctx) => {
    const scope = await findScope(ctx.db, { ...options, someAbsentee: options.demo === true });
    const copiesOnly = options.copiesOnly === true;
    return exportBundle(ctx, { scope, purpose, madeBy: confirmedBy(options.by), out, copiesOnly });
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

/** The demo that was kept last. */
async function lastDemo(): Promise<string> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith("siso-demo-"));
  const found: { folder: string; at: number }[] = [];
  for (const name of names) {
    const folder = join(tmpdir(), name);
    const info = await stat(join(folder, "data")).catch(() => null);
    if (info !== null) found.push({ folder, at: info.birthtimeMs });
  }
  const [last] = found.toSorted((a, b) => b.at - a.at);
  if (last) return last.folder;
  throw new SisoError("not-found", {
    vi: "Không có lần demo nào được giữ lại. Chạy ./siso demo --keep trước.",
    en: "No demo was kept. Run ./siso demo --keep first.",
  });
}
