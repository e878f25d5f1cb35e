import { readConfig } from "../../../config/read-config.ts";
import { thisMachine } from "../../../config/this-machine.ts";
import { SisoError } from "../../errors.ts";
import { packFolders, readPackFolder } from "../../faces/find-pack.ts";
import { knownPacks } from "../../faces/known-packs.ts";
import type { PackManifest } from "../../faces/manifest.ts";
import { tableLines } from "../table-lines.ts";
import { join } from "node:path";

/** What `./siso pack list` prints: the packs that come with the code, then the institution's own. */
export async function listPacks(env: Record<string, string | undefined>): Promise<string> {
  const { modelPack, modelPacksDir } = readConfig(env, thisMachine);
  const known = knownPacks.map((pack) => rowOf(pack, modelPack));
  const own = modelPacksDir === null ? { rows: [], faults: [] } : await ownRows(modelPacksDir, modelPack);
  const head = [
    "",
    "gói · pack",
    "từ · from",
    "số/mặt · numbers",
    "hiệu chuẩn · calibration",
    "giấy phép · licence",
  ];
  const hint =
    modelPacksDir === null
      ? "Gói riêng của đơn vị: đặt SISO_MODEL_PACKS_DIR · for an institution's own packs set SISO_MODEL_PACKS_DIR"
      : `Gói riêng đọc từ · own packs are read from: ${modelPacksDir}`;
  const inUse = `Đang dùng · in use: ${modelPack} (SISO_MODEL_PACK)`;
  return [...tableLines([head, ...known, ...own.rows]), "", ...own.faults, inUse, hint].join("\n");
}

function rowOf(pack: PackManifest, inUse: string): string[] {
  const from = "npm" in pack.source ? `npm ${pack.source.npm} ${pack.source.version}` : pack.source.from;
  const table = pack.calibration ?? "chưa có: chỉ đề xuất · none: proposals only";
  const [licence = ""] = pack.licence.split(" (");
  return [pack.id === inUse ? "→" : "", pack.id, from, String(pack.embeddingLength), table, licence];
}

async function ownRows(dir: string, inUse: string): Promise<{ rows: string[][]; faults: string[] }> {
  const rows: string[][] = [];
  const faults: string[] = [];
  for (const name of await packFolders(dir)) {
    try {
      rows.push(rowOf((await readPackFolder(join(dir, name), name)).manifest, inUse));
    } catch (error) {
      if (!(error instanceof SisoError)) throw error;
      faults.push(`✗ ${name}: ${error.words.vi}`, `    ${error.words.en}`);
    }
  }
  return { rows, faults };
}
