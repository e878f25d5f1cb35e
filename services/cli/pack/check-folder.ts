import { resolve } from "node:path";
import { calibrationText, checkCalibration } from "./check-calibration.ts";
import { checkPack, type CheckedPack, type PackProblem } from "../../faces/check-pack.ts";
import type { FolderManifest } from "../../faces/manifest.ts";

/** What `./siso pack check` says of a folder, and whether the pack can be used. Throws `config-invalid` without a manifest. */
export async function checkFolder(folder: string): Promise<{ text: string; usable: boolean }> {
  const dir = resolve(folder);
  const { manifest, problems } = await checkPack(dir);
  const all = manifest === null ? problems : [...problems, ...(await checkCalibration(dir, manifest))];
  const usable = all.every(({ severity }) => severity !== "refuse");
  const lines = [
    ...(manifest === null ? [] : describe(manifest)),
    ...all.map(problemLine),
    ...verdict({ manifest, problems: all }, usable),
  ];
  return { text: lines.join("\n"), usable };
}

function describe(manifest: FolderManifest): string[] {
  const { id, detector, landmarks, recogniser, embeddingLength, licence, source } = manifest;
  const points = "from" in landmarks ? "detector" : landmarks.file;
  return [
    `Gói · pack: ${id} (${source.from})`,
    `  phát hiện · detector: ${detector.family}, ${detector.file}; điểm mốc · points: ${points}`,
    `  nhận dạng · recogniser: ${recogniser.file}, ${embeddingLength} số một mặt · numbers a face`,
    `  giấy phép · licence: ${licence}`,
    `  nguồn gốc · provenance: ${manifest.provenance.vi}`,
    `  hiệu chuẩn · calibration: ${calibrationText(manifest)}`,
  ];
}

function problemLine({ severity, words: { vi, en } }: PackProblem): string {
  const [sign, indent] = severity === "refuse" ? ["✗", "  "] : ["!", "  "];
  return `${sign} ${vi}\n${indent}  ${en}`;
}

function verdict({ manifest }: CheckedPack, usable: boolean): string[] {
  if (!usable || manifest === null) {
    return [
      "✗ Chưa dùng được gói này. Sửa các dòng ✗ rồi soát lại.",
      "    This pack cannot be used yet. Mend the lines with ✗ and check again.",
    ];
  }
  const how = `SISO_MODEL_PACKS_DIR=<thư mục cha> SISO_MODEL_PACK=${manifest.id}`;
  return [
    `✓ Dùng được: đặt ${how}, rồi đăng ký lại ảnh chân dung.`,
    `    It can be used: set ${how.replace("thư mục cha", "the folder above")}, then enrol portraits again.`,
  ];
}
