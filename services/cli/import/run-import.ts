import { readConfig, type Config } from "../../../config/read-config.ts";
import { thisMachine } from "../../../config/this-machine.ts";
import type { Db } from "../../../db/client.ts";
import { systemClock } from "../../../workers/main.ts";
import { SisoError } from "../../errors.ts";
import type { Bilingual } from "../../types.ts";
import { openDatabaseIfAny } from "../open-database.ts";
import { say } from "../say.ts";
import { withContext } from "../open-context.ts";
import { withPortraitsChecked } from "./check-portraits.ts";
import { compareWithCourse, type CoursePreview } from "./against-course.ts";
import { viewCourse } from "./course-view.ts";
import { onlyParts } from "./only-part.ts";
import { takenAs, type ImportOptions } from "./options.ts";
import { obstacle, type Outcome } from "./outcome.ts";
import { previewJson } from "./preview-json.ts";
import { isRefused, previewFiles, type FilePreview } from "./preview.ts";
import { outcomeText } from "./print-preview.ts";
import { readPaths, type TypedFile } from "./read-paths.ts";
import { storeFiles } from "./store-files.ts";
import { confirmedBy } from "../confirmed-by.ts";

export interface ImportResult {
  outcome: Outcome;
  /** What is said last. */
  closing: Bilingual;
  /** False when a file was refused, or when the files should have been taken in and were not. */
  ok: boolean;
}

/** Prints what the files came to; false asks for a non-zero exit code. */
export async function runImport(paths: readonly string[], options: ImportOptions): Promise<boolean> {
  return printResult(await importFiles(paths, options, process.env), options);
}

export function printResult({ outcome, closing, ok }: ImportResult, options: ImportOptions): boolean {
  const result = options.json
    ? JSON.stringify(previewJson(outcome), null, 2)
    : `${outcomeText(outcome, options)}\n`;
  process.stdout.write(`${result}\n`);
  say(closing);
  return ok;
}

/** Reads, compares with the course when one is named, and stores when that is asked for and nothing stands in the way. */
export async function importFiles(
  paths: readonly string[],
  options: ImportOptions,
  env: Record<string, string | undefined>,
): Promise<ImportResult> {
  return importRead(() => readPaths(paths, takenAs(options)), options, env);
}

/** The same for files that came another way. */
export async function importRead(
  read: () => Promise<TypedFile[]>,
  options: ImportOptions,
  env: Record<string, string | undefined>,
): Promise<ImportResult> {
  const confirming = options.confirm === true && options.dryRun !== true;
  if (confirming && options.course === undefined) throw courseNeeded();
  const files = onlyParts(await read(), options.only);
  const outcome = await comeTo(files, options, confirming, env);
  return {
    outcome,
    closing: closing(outcome, options, confirming),
    ok: !outcome.files.some(isRefused) && (!confirming || outcome.ready),
  };
}

async function comeTo(
  files: TypedFile[],
  options: ImportOptions,
  confirming: boolean,
  env: Record<string, string | undefined>,
): Promise<Outcome> {
  if (options.course === undefined) {
    return { files: previewFiles(files, options), unsettled: [], ready: false, stored: [] };
  }
  const config = readConfig(env, thisMachine);
  const opened = await openDatabaseIfAny(config);
  try {
    const outcome = outcomeOf(await compare(config, opened?.db ?? null, files, options), options);
    const final = confirming && outcome.ready ? await takeIn(config, files, options, env) : outcome;
    return await withPortraitsChecked(final, config);
  } finally {
    await opened?.close();
  }
}

/** Looks once more, now with everything open, and stores. */
async function takeIn(
  config: Config,
  files: TypedFile[],
  options: ImportOptions,
  env: Record<string, string | undefined>,
): Promise<Outcome> {
  return withContext(env, async (ctx) => {
    const preview = await compare(config, ctx.db, files, options);
    const outcome = outcomeOf(preview, options);
    if (!outcome.ready) return outcome;
    const stored = await storeFiles(ctx, options.course ?? "", preview, options, confirmedBy(options.by));
    return { ...outcome, stored };
  });
}

async function compare(
  config: Config,
  db: Db | null,
  files: TypedFile[],
  options: ImportOptions,
): Promise<CoursePreview> {
  const view = await viewCourse(db, systemClock, config.institution, options.course ?? "", options.campus);
  return compareWithCourse(view, files, options);
}

function outcomeOf({ files, unsettled }: CoursePreview, options: ImportOptions): Outcome {
  return {
    files,
    unsettled,
    ready: obstacle(files, unsettled, options.asShown === true) === null,
    stored: [],
  };
}

function closing(
  { files, unsettled, stored, ready }: Outcome,
  options: ImportOptions,
  confirming: boolean,
): Bilingual {
  const hindered = obstacle(files, unsettled, options.asShown === true);
  if (confirming && !ready) return nothingStored(hindered ?? { vi: "", en: "" });
  if (confirming) return storedWords(stored, files, confirmedBy(options.by));
  if (hindered) return nothingStored(hindered);
  if (options.course === undefined) {
    return nothingStored({
      vi: "Thêm --course MÃ để so với phiên bản đang có hiệu lực, rồi --confirm để nhận.",
      en: "Add --course CODE to compare with the version in force, then --confirm to take the files in.",
    });
  }
  return nothingStored({ vi: "Thêm --confirm để nhận.", en: "Add --confirm to take the files in." });
}

function nothingStored({ vi, en }: { vi: string; en: string }) {
  return { vi: `Chưa lưu gì. ${vi}`, en: `Nothing was stored. ${en}` };
}

function storedWords(stored: readonly string[], files: readonly FilePreview[], by: string) {
  const before = files.length - stored.length;
  return {
    vi: `Đã nhận ${stored.length} tệp (${by} xác nhận)${before > 0 ? `; ${before} tệp đã nhận trước đó` : ""}.`,
    en: `${stored.length} file(s) taken in (confirmed by ${by})${before > 0 ? `; ${before} taken in before` : ""}.`,
  };
}

function courseNeeded(): SisoError {
  return new SisoError("input-invalid", {
    vi: "Cần --course MÃ (ví dụ --course CVC-K12) để biết nhận vào khóa nào.",
    en: "--course CODE (for example --course CVC-K12) is needed to know which course the files belong to.",
  });
}
