import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Bilingual } from "../types.ts";
import { checkNetworks } from "./check-networks.ts";
import { jsonOf, MANIFEST_FILE } from "./find-pack.ts";
import { knownPacks } from "./known-packs.ts";
import { readFolderManifest, type FolderManifest } from "./manifest.ts";
import { manifestProblems } from "./manifest-words.ts";

/** Something about a pack's folder; `refuse`: it cannot be used as it is. */
export interface PackProblem {
  severity: "refuse" | "note";
  words: Bilingual;
}

export interface CheckedPack {
  /** Null when the manifest cannot be understood; then nothing else was looked at. */
  manifest: FolderManifest | null;
  problems: PackProblem[];
}

/** Everything that would keep a pack from being used, or used wrongly: its manifest, files, licence text and networks. */
export async function checkPack(dir: string): Promise<CheckedPack> {
  const parsed = readFolderManifest(await jsonOf(join(dir, MANIFEST_FILE)));
  if (!parsed.success) return { manifest: null, problems: manifestProblems(parsed.error).map(refuse) };
  const manifest = parsed.data;
  const problems = [...nameProblems(manifest), ...(await licenceProblems(dir, manifest))];
  const { files, problems: fileProblems } = await readFiles(dir, manifest);
  problems.push(...fileProblems, ...(await strayFiles(dir, manifest)));
  problems.push(...(await checkNetworks(manifest, files)).map(refuse));
  return { manifest, problems };
}

export function refuse(words: Bilingual): PackProblem {
  return { severity: "refuse", words };
}

function nameProblems({ id }: FolderManifest): PackProblem[] {
  if (!knownPacks.some((pack) => pack.id === id)) return [];
  return [
    refuse({
      vi: `id: "${id}" là mã của một gói có sẵn; đặt mã khác, ví dụ ${id}-hv`,
      en: `id: "${id}" is the id of a pack that comes with the code; choose another, e.g. ${id}-own`,
    }),
  ];
}

async function licenceProblems(dir: string, { licenceFile }: FolderManifest): Promise<PackProblem[]> {
  const text = await readFile(join(dir, licenceFile), "utf8").catch(() => null);
  if (text !== null && text.trim().length > 0) return [];
  return [
    refuse({
      vi: `${licenceFile}: thiếu nguyên văn giấy phép (tệp không có hoặc trống); chép giấy phép của trọng số vào thư mục`,
      en: `${licenceFile}: the licence's text is missing (no such file, or empty); put the weights' licence into the folder`,
    }),
  ];
}

async function readFiles(
  dir: string,
  manifest: FolderManifest,
): Promise<{ files: Map<string, Uint8Array>; problems: PackProblem[] }> {
  const files = new Map<string, Uint8Array>();
  const problems: PackProblem[] = [];
  for (const { name, sha256 } of manifest.files) {
    const bytes = await readFile(join(dir, name)).catch(() => null);
    const found = bytes && createHash("sha256").update(bytes).digest("hex");
    if (bytes === null)
      problems.push(
        refuse({ vi: `${name}: không có tệp này trong thư mục`, en: `${name}: no such file in the folder` }),
      );
    else if (found === sha256) files.set(name, bytes);
    else
      problems.push(
        refuse({
          vi: `${name}: SHA-256 là ${found}, không phải ${sha256} như manifest ghi`,
          en: `${name}: SHA-256 is ${found}, not ${sha256} as the manifest says`,
        }),
      );
  }
  return { files, problems };
}

async function strayFiles(dir: string, manifest: FolderManifest): Promise<PackProblem[]> {
  const expected = new Set([
    MANIFEST_FILE,
    manifest.licenceFile,
    manifest.calibration ?? "",
    ...manifest.files.map(({ name }) => name),
  ]);
  const stray = (await readdir(dir)).filter((name) => !expected.has(name) && !/^readme/i.test(name));
  return stray.map((name) => ({
    severity: "note",
    words: {
      vi: `${name}: không có trong manifest, không được dùng`,
      en: `${name}: not in the manifest, not used`,
    },
  }));
}
