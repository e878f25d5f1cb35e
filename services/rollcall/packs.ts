import { SisoError } from "../errors.ts";
import type { PackId } from "../types.ts";
import type { Calibration, Separation } from "./calibration.ts";
import faceApi1 from "./calibration/faceapi-1.json" with { type: "json" };
import fr1 from "./calibration/fr-1.json" with { type: "json" };
import type { StoredCalibration } from "./stored-calibration.ts";
import { unpackCalibration } from "./stored-calibration.ts";

const stored: readonly StoredCalibration[] = [fr1, faceApi1];
const opened = new Map<string, Calibration>();

/** Similarities of a recogniser of the usual kind: enough to order proposals by, not to decide by. */
const usual: Separation = { genuine: { mean: 0.5, sd: 0.15 }, impostor: { mean: 0, sd: 0.1 }, lost: 0.05 };

/** Stands in for a pack nobody measured: every mark made with it is for a person to decide. */
export function unmeasured(pack: PackId): Calibration {
  const bands = [{ widthPx: 30, byRounds: [usual], pairs: usual }];
  return { pack, source: "", bands, adapter: null, unmeasured: true };
}

/** The measured calibration of a pack that comes with the code. Throws `model-missing` for a pack nobody measured: a guess would mark people. */
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
