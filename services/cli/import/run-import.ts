import type { Context } from "../../../workers/context.ts";
import { readConfig, type Config } from "../../../config/read-config.ts";
import { thisMachine } from "../../../config/this-machine.ts";
import type { Db } from "../../../db/client.ts";
import { systemClock } from "../../../workers/system.ts";
import { SisoError } from "../../errors.ts";
import type { Bilingual, ReadingProblem } from "../../types.ts";
import { openDatabaseIfAny } from "../open-database.ts";
import { say } from "../say.ts";
import { portraitsUnexamined } from "./unexamined-portraits.ts";
import { compareWithCourse, type CoursePreview } from "./against-course.ts";
import { viewCourse } from "./course-view.ts";
import { onlyParts } from "./only-part.ts";
import { takenAs, type ImportOptions } from "./options.ts";
import { obstacle, type Outcome } from "./outcome.ts";
import { previewJson } from "./preview-json.ts";
import { isRefused, previewFiles, type FilePreview } from "./preview.ts";
import { notesText, outcomeText } from "./print-preview.ts";
import { readPaths, type TypedFile } from "./read-paths.ts";
import { confirmedBy } from "../confirmed-by.ts";

export interface ImportResult {
  outcome: Outcome;
  /** What is said last. */
  closing: Bilingual;
  /** False when a file was refused, or when the files should have been taken in and were not. */
  ok: boolean;
}

/** Prints what the files, being read already, came to; false asks for a non-zero exit code. */
export async function runImport(reading: Promise<TypedFile[]>, options: ImportOptions): Promise<boolean> {
  return printResult(await importRead(() => reading, options, process.env), options, process.env);
}

/** What was understood stands there before the portraits, which take longer, are examined. */
export async function printResult(
  { outcome, closing, ok }: ImportResult,
  options: ImportOptions,
  env: Env,
): Promise<boolean> {
  if (options.json) process.stdout.write(`${JSON.stringify(previewJson(outcome), null, 2)}\n`);
  else {
    process.stdout.write(`${outcomeText(outcome, options)}\n\n`);
    const notes = await aboutPortraits(outcome, options, env);
    if (notes.length > 0) process.stdout.write(`${notesText(notes, options)}\n\n`);
  }
  say(closing);
  return ok;
}

/** Before anybody confirms; what was taken in is judged by the workers, and what belongs to no course yet by nobody. */
async function aboutPortraits(
  { files, stored }: Outcome,
  { course }: ImportOptions,
  env: Env,
): Promise<ReadingProblem[]> {
  if (course === undefined) return [];
  if (stored.length > 0) return portraitsUnexamined(files);
  const { examinePortraits } = await import("./check-portraits.ts");
  return examinePortraits(files, readConfig(env, thisMachine));
}

type Env = Record<string, string | undefined>;

/** Reads, compares with the course when one is named, and stores when that is asked for and nothing stands in the way. */
export async function importFiles(
  paths: readonly string[],
  options: ImportOptions,
  env: Env,
): Promise<ImportResult> {
  return importRead(() => readPaths(paths, takenAs(options)), options, env);
}

/** The same for files that came another way. */
export async function importRead(
  read: () => Promise<TypedFile[]>,
  options: ImportOptions,
  env: Env,
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
  env: Env,
): Promise<Outcome> {
  if (options.course === undefined) {
    return { files: previewFiles(files, options), unsettled: [], ready: false, stored: [] };
  }
  const config = readConfig(env, thisMachine);
  const opened = await openDatabaseIfAny(config);
  try {
    const outcome = outcomeOf(await compare(config, opened?.db ?? null, files, options), options);
    return confirming && outcome.ready ? await takeIn(config, files, options, env) : outcome;
  } finally {
    await opened?.close();
  }
}

/** Looks once more, now with everything open, and stores. */
async function takeIn(
  config: Config,
  files: TypedFile[],
  options: ImportOptions,
  env: Env,
): Promise<Outcome> {
  // Everything a job may touch takes as long to load as a preview takes: only when something is stored.
  const [{ withContext }, { storeFiles }] = await Promise.all([
    import("../open-context.ts"),
    import("./store-files.ts"),
  ]);
  const work = async (ctx: Context): Promise<Outcome> => {
    const preview = await compare(config, ctx.db, files, options);
    const outcome = outcomeOf(preview, options);
    if (!outcome.ready) return outcome;
    const stored = await storeFiles(ctx, options.course ?? "", preview, options, confirmedBy(options.by));
    return { ...outcome, stored };
  };
  return withContext(env, work, { makes: true });
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
