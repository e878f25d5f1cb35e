import { SisoError } from "../errors.ts";
import type { PackId } from "../types.ts";
import type { Calibration } from "./calibration.ts";
import fr1 from "./calibration/fr-1.json" with { type: "json" };

const measured: readonly { pack: string }[] = [fr1];

/** The measured calibration of a pack. Throws `model-missing` for a pack nobody measured: a guess would mark people. */
export function calibrationOf(pack: PackId): Calibration {
  const found = measured.find((calibration) => calibration.pack === pack);
  if (found === undefined) {
    throw new SisoError("model-missing", {
      vi: `Bộ mô hình ${pack} chưa có bảng hiệu chuẩn; hãy đo bằng "siso bench calibrate" trước khi dùng.`,
      en: `Model pack ${pack} has no calibration table; measure one with "siso bench calibrate" before using it.`,
    });
  }
  return found as unknown as Calibration;
}
