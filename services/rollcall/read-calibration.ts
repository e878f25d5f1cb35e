import { z } from "zod";
import type { Bilingual, PackId } from "../types.ts";
import type { Calibration } from "./calibration.ts";
import { unpackCalibration } from "./stored-calibration.ts";

const spread = z.strictObject({ mean: z.number(), sd: z.number().positive() });
const separation = z.strictObject({
  genuine: spread,
  impostor: spread,
  lost: z.number().gt(0).lt(1),
});
const vector = z.strictObject({ scale: z.number().positive(), values: z.base64() });

const stored = z.strictObject({
  pack: z.string(),
  source: z.string().min(1),
  bands: z
    .array(
      z.strictObject({
        widthPx: z.number().positive(),
        byRounds: z.array(separation).min(1),
        pairs: separation,
      }),
    )
    .min(1),
  gate: z.strictObject({ sameAsOther: z.number(), leastLikeOwn: z.number() }),
  covered: z
    .strictObject({
      fromWidthPx: z.number().positive(),
      belowScore: z.number().gt(0).lte(1),
      smaller: z
        .array(z.strictObject({ widthPx: z.number().positive(), belowScore: z.number().gt(0).lt(1) }))
        .optional(),
      atAnyWidth: z.number().gt(0).lte(1).optional(),
    })
    .optional(),
  adapter: z
    .strictObject({
      templateMean: vector,
      bands: z.array(
        z.strictObject({
          widthPx: z.number().positive(),
          mean: vector,
          directions: z.array(z.strictObject({ vector, shrink: z.number().min(0).max(1) })),
        }),
      ),
    })
    .nullable(),
});

/** The calibration of an institution's own pack as its file gives it, or all that is wrong with it. */
export function readCalibration(
  json: unknown,
  pack: { id: PackId; embeddingLength: number },
): { calibration: Calibration } | { problems: Bilingual[] } {
  const parsed = stored.safeParse(json);
  if (!parsed.success) return { problems: parsed.error.issues.map((issue) => malformed(issue)) };
  const problems = [...ofAnother(parsed.data, pack.id), ...notAscending(parsed.data)];
  const calibration = unpackCalibration(parsed.data);
  const lengths = vectorsOf(calibration).map(({ length }) => length);
  const wrong = lengths.find((length) => length !== pack.embeddingLength);
  if (wrong !== undefined) {
    problems.push({
      vi: `adapter: vectơ dài ${wrong}, gói có embeddingLength ${pack.embeddingLength}`,
      en: `adapter: a vector of length ${wrong}, the pack's embeddingLength is ${pack.embeddingLength}`,
    });
  }
  return problems.length > 0 ? { problems } : { calibration };
}

function malformed({ path, message }: z.core.$ZodIssue): Bilingual {
  const key = path.map(String).join(".") || "(cả tệp · whole file)";
  return {
    vi: `${key}: thiếu hoặc không đúng dạng (${message})`,
    en: `${key}: missing or not of the right form (${message})`,
  };
}

function ofAnother({ pack }: { pack: string }, id: PackId): Bilingual[] {
  if (pack === id) return [];
  return [
    {
      vi: `bảng đo cho gói "${pack}", không phải "${id}"`,
      en: `measured for the pack "${pack}", not "${id}"`,
    },
  ];
}

function notAscending({ bands }: { bands: { widthPx: number }[] }): Bilingual[] {
  const ascending = bands.every(({ widthPx }, i) => i === 0 || widthPx > (bands[i - 1]?.widthPx ?? 0));
  if (ascending) return [];
  return [
    { vi: "bands: phải xếp theo widthPx tăng dần", en: "bands: must be in ascending order of widthPx" },
  ];
}

function vectorsOf({ adapter }: Calibration): Float32Array[] {
  if (adapter === null) return [];
  const { templateMean, bands } = adapter;
  return [
    templateMean,
    ...bands.flatMap(({ mean, directions }) => [mean, ...directions.map((one) => one.vector)]),
  ];
}
