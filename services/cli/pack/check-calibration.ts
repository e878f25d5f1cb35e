import { join } from "node:path";
import { refuse, type PackProblem } from "../../faces/check-pack.ts";
import { jsonOf } from "../../faces/find-pack.ts";
import type { FolderManifest } from "../../faces/manifest.ts";
import { readCalibration } from "../../rollcall/read-calibration.ts";
import { SisoError } from "../../errors.ts";

/** Without a table nothing is decided, which is allowed; with one it has to be of this pack. */
export async function checkCalibration(dir: string, manifest: FolderManifest): Promise<PackProblem[]> {
  const { calibration: file } = manifest;
  if (file === null) return [unmeasured];
  try {
    const read = readCalibration(await jsonOf(join(dir, file)), manifest);
    if ("calibration" in read) return [];
    return read.problems.map(({ vi, en }) => refuse({ vi: `${file} › ${vi}`, en: `${file} › ${en}` }));
  } catch (error) {
    if (error instanceof SisoError) return [refuse(error.words)];
    throw error;
  }
}

const unmeasured: PackProblem = {
  severity: "note",
  words: {
    vi: "Chưa có bảng hiệu chuẩn: mọi kết quả chỉ là đề xuất chờ người xem xét, không ai được ghi có mặt hay vắng. Đo bằng: node --import tsx bench/rollcall-calibrate.ts --pack <thư mục> --faces <thư mục ảnh>",
    en: "No calibration: every mark is only a proposal for a person to review, nobody is marked present or absent. Measure one: node --import tsx bench/rollcall-calibrate.ts --pack FOLDER --faces PHOTOS",
  },
};

export function calibrationText({ calibration }: FolderManifest): string {
  return calibration ?? "chưa có: chỉ đề xuất · none: proposals only";
}
