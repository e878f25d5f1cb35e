import { SisoError } from "../errors.ts";
import type { PackId } from "../types.ts";
import type { Calibration } from "./calibration.ts";
import fr1 from "./calibration/fr-1.json" with { type: "json" };
import type { StoredCalibration } from "./stored-calibration.ts";
import { unpackCalibration } from "./stored-calibration.ts";

const stored: readonly StoredCalibration[] = [fr1];
const opened = new Map<string, Calibration>();

/** The measured calibration of a pack. Throws `model-missing` for a pack nobody measured: a guess would mark people. */
export function calibrationOf(pack: PackId): Calibration {
  const known = opened.get(pack);
  if (known !== undefined) return known;
  const found = stored.find((calibration) => calibration.pack === pack);
  if (found === undefined) {
    throw new SisoError("model-missing", {
      vi: `Bộ mô hình ${pack} chưa có bảng hiệu chuẩn; hãy đo bằng bench/rollcall-calibrate.ts trước khi dùng.`,
      en: `Model pack ${pack} has no calibration table; measure one with bench/rollcall-calibrate.ts before using it.`,
    });
  }
  const calibration = unpackCalibration(found);
  opened.set(pack, calibration);
  return calibration;
}
