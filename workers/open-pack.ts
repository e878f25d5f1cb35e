import type { Config } from "../config/read-config.ts";
import type { Db } from "../db/client.ts";
import { fingerprintOf, keepFingerprint } from "../db/queries/model-packs.ts";
import { SisoError } from "../services/errors.ts";
import { findPack, type FoundPack } from "../services/faces/find-pack.ts";
import { fingerprint } from "../services/faces/fingerprint.ts";
import { loadPack } from "../services/faces/load-pack.ts";
import type { Calibration } from "../services/rollcall/calibration.ts";
import { calibrationOf, unmeasured } from "../services/rollcall/packs.ts";
import { readCalibration } from "../services/rollcall/read-calibration.ts";
import type { Context } from "./context.ts";

/**
 * The pack the configuration names, with what its similarities mean. Throws `config-invalid` for a pack that changed under the
 * name its numbers are stored under, or whose calibration cannot be read.
 */
export async function openPack(
  config: Pick<Config, "modelPack" | "modelPacksDir">,
  db: Db,
  modelsDir: string,
): Promise<Pick<Context, "faces" | "calibration">> {
  const found = await packOf(config, modelsDir);
  const before = await fingerprintOf(db, found.manifest.id);
  if (before !== null && before !== fingerprint(found.manifest)) throw changed(found);
  const calibration = calibrationOfPack(found);
  return { faces: await loadPack(found.manifest, found.dir), calibration };
}

/** From now on nothing else may go by the name of the pack in use. */
export async function rememberPack(
  config: Pick<Config, "modelPack" | "modelPacksDir">,
  db: Db,
  modelsDir: string,
): Promise<void> {
  const { manifest } = await packOf(config, modelsDir);
  await keepFingerprint(db, manifest.id, fingerprint(manifest));
}

async function packOf(
  config: Pick<Config, "modelPack" | "modelPacksDir">,
  modelsDir: string,
): Promise<FoundPack> {
  return findPack(config.modelPack, { modelsDir, ownDir: config.modelPacksDir });
}

/** An institution's own pack brings its table, or none: then it only proposes. */
export function calibrationOfPack({ manifest, own, calibration }: FoundPack): Calibration {
  if (!own) return calibrationOf(manifest.id);
  if (calibration === null) return unmeasured(manifest.id);
  const read = readCalibration(calibration, manifest);
  if ("calibration" in read) return read.calibration;
  throw new SisoError("config-invalid", {
    vi: `Bảng hiệu chuẩn của gói ${manifest.id} không dùng được:\n${read.problems.map(({ vi }) => `  ${vi}`).join("\n")}`,
    en: `The calibration of the pack ${manifest.id} cannot be used:\n${read.problems.map(({ en }) => `  ${en}`).join("\n")}`,
  });
}

function changed({ manifest, dir }: FoundPack): SisoError {
  return new SisoError("config-invalid", {
    vi: `Gói mô hình ${manifest.id} (${dir}) đã đổi mô hình hoặc cách chuẩn bị ảnh so với khi khuôn mặt được đăng ký; số cũ và số mới không so sánh được. Đặt mã gói mới cho bộ mới, rồi đăng ký lại ảnh.`,
    en: `The model pack ${manifest.id} (${dir}) has another recogniser or preparation than when faces were enrolled; old and new numbers cannot be compared. Give the new one an id of its own and enrol again.`,
  });
}
