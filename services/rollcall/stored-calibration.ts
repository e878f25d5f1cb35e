import { Buffer } from "node:buffer";
import type { PackId } from "../types.ts";
import type { Calibration, CalibrationBand, CoveredFace, PortraitGate } from "./calibration.ts";

/** A calibration as a JSON file keeps it: vectors as base64 of little-endian 16-bit integers with one scale each. */
export interface StoredCalibration {
  pack: string;
  source: string;
  bands: CalibrationBand[];
  gate?: PortraitGate;
  covered?: CoveredFace | undefined;
  adapter: {
    templateMean: StoredVector;
    bands: { widthPx: number; mean: StoredVector; directions: { vector: StoredVector; shrink: number }[] }[];
  } | null;
}

interface StoredVector {
  scale: number;
  values: string;
}

export function packCalibration({
  pack,
  source,
  bands,
  gate,
  covered,
  adapter,
}: Calibration): StoredCalibration {
  const plain = {
    pack,
    source,
    bands,
    ...(gate === undefined ? {} : { gate }),
    ...(covered === undefined ? {} : { covered }),
  };
  if (adapter === null) return { ...plain, adapter };
  return {
    ...plain,
    adapter: {
      templateMean: packVector(adapter.templateMean),
      bands: adapter.bands.map(({ widthPx, mean, directions }) => ({
        widthPx,
        mean: packVector(mean),
        directions: directions.map(({ vector, shrink }) => ({
          vector: packVector(vector),
          shrink: Number(shrink.toFixed(4)),
        })),
      })),
    },
  };
}

export function unpackCalibration({
  pack,
  source,
  bands,
  gate,
  covered,
  adapter,
}: StoredCalibration): Calibration {
  return {
    pack: pack as PackId,
    source,
    bands,
    ...(gate === undefined ? {} : { gate }),
    ...(covered === undefined ? {} : { covered }),
    adapter:
      adapter === null
        ? null
        : {
            templateMean: unpackVector(adapter.templateMean),
            bands: adapter.bands.map((band) => ({
              widthPx: band.widthPx,
              mean: unpackVector(band.mean),
              directions: band.directions.map(({ vector, shrink }) => ({
                vector: unpackVector(vector),
                shrink,
              })),
            })),
          },
  };
}

const FULL_SCALE = 32_767;

function packVector(vector: Float32Array): StoredVector {
  const scale = vector.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-9);
  const bytes = Buffer.alloc(vector.length * 2);
  for (const [i, value] of vector.entries())
    bytes.writeInt16LE(Math.round((value / scale) * FULL_SCALE), i * 2);
  return { scale, values: bytes.toString("base64") };
}

function unpackVector({ scale, values }: StoredVector): Float32Array {
  const bytes = Buffer.from(values, "base64");
  return Float32Array.from(
    { length: bytes.length / 2 },
    (_, i) => (bytes.readInt16LE(i * 2) / FULL_SCALE) * scale,
  );
}
