import { userInfo } from "node:os";
import pino from "pino";
import { readConfig, type Config } from "../../../config/read-config.ts";
import { thisMachine } from "../../../config/this-machine.ts";
import type { Db } from "../../../db/client.ts";
import { openContext, openStores, systemClock } from "../../../workers/main.ts";
import { SisoError } from "../../errors.ts";
import { modelsDir, needs, prepare } from "../setup/prepare.ts";
import { say } from "../say.ts";
import { compareWithCourse, type CoursePreview } from "./against-course.ts";
import { openDatabaseIfAny, viewCourse } from "./course-view.ts";
import type { ImportOptions } from "./options.ts";
import { obstacle, type Outcome } from "./outcome.ts";
import { previewJson } from "./preview-json.ts";
import { isRefused, previewFiles, type FilePreview } from "./preview.ts";
import { previewText, problemLines } from "./print-preview.ts";
import { readPaths } from "./read-paths.ts";
import { storeFiles } from "./store-files.ts";

/** False when a file was refused, or when the files should have been taken in and were not. */
export async function runImport(paths: readonly string[], options: ImportOptions): Promise<boolean> {
  const confirming = options.confirm === true && options.dryRun !== true;
  if (confirming && options.course === undefined) throw courseNeeded();
  const files = previewFiles(await readPaths(paths, options.as ?? null), options);
  const outcome = await comeTo(files, options, confirming);
  print(outcome, options, confirming);
  return !files.some(isRefused) && (!confirming || outcome.ready);
}

async function comeTo(
  files: FilePreview[],
  options: ImportOptions & { course?: string },
  confirming: boolean,
): Promise<Outcome> {
  const { course } = options;
  if (course === undefined) return { files, unsettled: [], ready: false, stored: [] };
  const config = readConfig(process.env, thisMachine);
  // A refused file stops the whole call, so nothing is opened for it.
  if (confirming && !files.some(isRefused)) return takeIn(config, course, files, options);
  const opened = await openDatabaseIfAny(config);
  try {
    const preview = await compare(config, opened?.db ?? null, course, files, options);
    return outcomeOf(preview, options, []);
  } finally {
    await opened?.close();
  }
}

async function takeIn(
  config: Config,
  course: string,
  files: FilePreview[],
  options: ImportOptions,
): Promise<Outcome> {
  await prepare(needs.start);
  const log = pino({ level: "warn" }, pino.destination(2));
  const stores = await openStores(config, log);
  try {
    const preview = await compare(config, stores.db, course, files, options);
    const outcome = outcomeOf(preview, options, []);
    if (!outcome.ready) return outcome;
    const ctx = await openContext(config, stores.db, modelsDir, log);
    try {
      return { ...outcome, stored: await storeFiles(ctx, course, preview, options, confirmedBy(options)) };
    } finally {
      await ctx.faces.close();
    }
  } finally {
    await stores.close();
  }
}

async function compare(
  config: Config,
  db: Db | null,
  course: string,
  files: FilePreview[],
  options: ImportOptions,
): Promise<CoursePreview> {
  const view = await viewCourse(db, systemClock, config.institution, course, options.campus);
  return compareWithCourse(view, files, options);
}

function outcomeOf({ files, unsettled }: CoursePreview, options: ImportOptions, stored: string[]): Outcome {
  return { files, unsettled, ready: obstacle(files, unsettled, options.asShown === true) === null, stored };
}

function confirmedBy({ by }: ImportOptions): string {
  return by?.trim() || userInfo().username;
}

function print(outcome: Outcome, options: ImportOptions, confirming: boolean): void {
  if (options.json) {
    process.stdout.write(`${JSON.stringify(previewJson(outcome), null, 2)}\n`);
    return;
  }
  const { files, unsettled } = outcome;
  process.stdout.write(`${previewText(files)}\n`);
  if (unsettled.length > 0) process.stdout.write(`\n${problemLines(unsettled, "!").join("\n")}\n`);
  process.stdout.write("\n");
  say(closing(outcome, options, confirming));
}

function closing({ files, unsettled, stored, ready }: Outcome, options: ImportOptions, confirming: boolean) {
  const hindered = obstacle(files, unsettled, options.asShown === true);
  if (confirming && !ready) return nothingStored(hindered ?? { vi: "", en: "" });
  if (confirming) return storedWords(stored, files, confirmedBy(options));
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
