import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { SisoError } from "../errors.ts";
import { knownPacks } from "./known-packs.ts";
import { readFolderManifest, type FolderManifest, type PackManifest } from "./manifest.ts";
import { manifestProblems } from "./manifest-words.ts";

export const MANIFEST_FILE = "manifest.json";

/** A pack and where its files are. */
export interface FoundPack {
  manifest: PackManifest;
  dir: string;
  /** An institution's own, as its calibration file says; null for one without, and for the packs that come with the code. */
  calibration: unknown;
  /** Whether it is an institution's own. */
  own: boolean;
}

/** Where packs are looked for. */
export interface PackPlaces {
  /** Weights of the packs that come with the code, a folder each. */
  modelsDir: string;
  /** An institution's own packs, a folder each, named as the pack; null when none is configured. */
  ownDir: string | null;
}

/** Throws `config-invalid` naming the packs there are, or what is wrong with the one that was meant. */
export async function findPack(id: string, places: PackPlaces): Promise<FoundPack> {
  const known = knownPacks.find((pack) => pack.id === id);
  if (known) return { manifest: known, dir: join(places.modelsDir, known.id), calibration: null, own: false };
  const own = places.ownDir === null ? [] : await packFolders(places.ownDir);
  if (places.ownDir !== null && own.includes(id)) return readPackFolder(join(places.ownDir, id), id);
  throw noSuchPack(id, [...knownPacks.map((pack) => pack.id), ...own], places.ownDir);
}

/** Names of the folders that hold a manifest. */
export async function packFolders(ownDir: string): Promise<string[]> {
  const entries = await readdir(ownDir, { withFileTypes: true }).catch((cause: unknown) => {
    throw new SisoError(
      "config-invalid",
      {
        vi: `Không đọc được thư mục gói mô hình ${ownDir} (SISO_MODEL_PACKS_DIR).`,
        en: `The folder of model packs ${ownDir} (SISO_MODEL_PACKS_DIR) cannot be read.`,
      },
      cause,
    );
  });
  const names = await Promise.all(
    entries.map(async ({ name }) => {
      const text = await readFile(join(ownDir, name, MANIFEST_FILE)).catch(() => null);
      return text === null ? [] : [name];
    }),
  );
  return names.flat().toSorted();
}

/** Reads an institution's pack, its weights not yet looked at. Throws `config-invalid` with every fault of its manifest. */
export async function readPackFolder(dir: string, id: string | null = null): Promise<FoundPack> {
  const manifest = await manifestOf(dir);
  if (id !== null && manifest.id !== id) throw misnamed(dir, manifest.id);
  const calibration = manifest.calibration === null ? null : await jsonOf(join(dir, manifest.calibration));
  return { manifest, dir, calibration, own: true };
}

async function manifestOf(dir: string): Promise<FolderManifest> {
  const path = join(dir, MANIFEST_FILE);
  const parsed = readFolderManifest(await jsonOf(path));
  if (parsed.success) return parsed.data;
  const faults = manifestProblems(parsed.error);
  throw new SisoError("config-invalid", {
    vi: `Tệp mô tả ${path} không hợp lệ:\n${faults.map(({ vi }) => `  ${vi}`).join("\n")}`,
    en: `The manifest ${path} is invalid:\n${faults.map(({ en }) => `  ${en}`).join("\n")}`,
  });
}

/** Throws `config-invalid` for a file that is absent or no JSON. */
export async function jsonOf(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    const absent = !(cause instanceof SyntaxError);
    throw new SisoError(
      "config-invalid",
      absent
        ? {
            vi: `Không có hoặc không đọc được tệp ${path}.`,
            en: `The file ${path} is absent or cannot be read.`,
          }
        : {
            vi: `Tệp ${path} không phải JSON hợp lệ: ${cause.message}.`,
            en: `${path} is not valid JSON: ${cause.message}.`,
          },
      cause,
    );
  }
}

function misnamed(dir: string, id: string): SisoError {
  return new SisoError("config-invalid", {
    vi: `Thư mục ${dir} chứa gói "${id}"; đặt tên thư mục đúng mã gói.`,
    en: `The folder ${dir} holds the pack "${id}"; name the folder as the pack.`,
  });
}

function noSuchPack(id: string, names: string[], ownDir: string | null): SisoError {
  const list = names.join(", ");
  return new SisoError("config-invalid", {
    vi: `Không có gói mô hình "${id}". Các gói hiện có: ${list}.${ownDir === null ? " Gói riêng của đơn vị: đặt SISO_MODEL_PACKS_DIR." : ""}`,
    en: `There is no model pack "${id}". Known packs: ${list}.${ownDir === null ? " For an institution's own, set SISO_MODEL_PACKS_DIR." : ""}`,
  });
}
