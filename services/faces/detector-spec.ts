import { z } from "zod";

/** What a manifest says of a detector: how pictures go in, and which of the known layouts its outputs have. */

export const graphEdit = z.strictObject({
  /** Values the graph is cut at; everything that feeds none of them is dropped. */
  outputs: z.array(z.string()).min(1),
  /** Axes of each graph input that become free, e.g. the batch. */
  freeInputAxes: z.record(z.string(), z.array(z.int().nonnegative())),
  /** int64 initialisers to replace, e.g. the shape of a Reshape that fixed the batch to one. */
  constants: z.record(z.string(), z.array(z.int())),
  /** See `onnx-prelu.ts`. */
  splitPrelus: z.boolean().default(false),
});

export const positive = z.number().positive();
export const fraction = z.number().gt(0).lte(1);
const perChannel = <T extends z.ZodType>(one: T) => z.union([one, z.tuple([one, one, one])]);

/** Planes in this order, each value (p − mean) / divisor; three numbers are those of red, green and blue. */
export const normalisation = {
  channels: z.enum(["rgb", "bgr"]),
  mean: perChannel(z.number()),
  divisor: perChannel(positive),
};

const common = {
  file: z.string(),
  input: z.string(),
  /** Left out, the graph is used as it is. */
  edit: graphEdit.optional(),
  ...normalisation,
  /** What the network accepts: any size, sides that are a multiple of something, or one size. Tiles are padded with the mean. */
  inputSize: z
    .union([
      z.literal("any"),
      z.strictObject({ multipleOf: z.int().positive() }),
      z.strictObject({ widthPx: z.int().positive(), heightPx: z.int().positive() }),
    ])
    .default("any"),
  minScore: fraction,
  /** Factors the picture is shrunk by, finest first; 1 is full size. */
  shrinks: z.array(z.literal([1, 2])).min(1),
  /** Wider boxes, in a scale's own pixels, are believed only at the coarsest scale: the finer ones see parts of such a face. */
  maxBoxPx: positive,
  maxIou: fraction,
  /** Overlap with a better box, as a share of the smaller of the two, above which a box is the same face. */
  maxContainment: fraction,
  tile: z.strictObject({ maxAreaPx: z.int().min(65_536), overlapPx: z.int().nonnegative() }),
};

/** Ultra-Light, RetinaFace: anchors of fixed sizes; `scores` anchors × 2 after softmax (face second), `locations` anchors × 4. */
const ssd = z
  .strictObject({
    ...common,
    family: z.literal("ssd"),
    scores: z.string(),
    locations: z.string(),
    /** Pixels between anchor centres, and the anchors' sizes in pixels there, layer by layer. */
    steps: z.array(z.int().positive()).min(1),
    anchorSizes: z.array(z.array(positive).min(1)),
    centreVariance: positive,
    sizeVariance: positive,
  })
  .refine((spec) => spec.steps.length === spec.anchorSizes.length, {
    path: ["anchorSizes"],
    error: "steps and anchorSizes must have the same length",
  });

/** SCRFD: per step a score, four distances to the box's edges and ten to the five points, all in steps. */
const scrfd = z.strictObject({
  ...common,
  family: z.literal("scrfd"),
  levels: z
    .array(
      z.strictObject({
        step: z.int().positive(),
        scores: z.string(),
        boxes: z.string(),
        /** Null for a model without points. */
        points: z.string().nullable(),
      }),
    )
    .min(1),
  anchorsPerCell: z.int().positive(),
});

/** YOLO-face (v8 and its kin): one output, per candidate centre, size, score and perhaps points, in input pixels. */
const yolo = z.strictObject({
  ...common,
  family: z.literal("yolo"),
  output: z.string(),
  /** `values-first`: 1 × values × candidates, as YOLOv8 exports; `candidates-first`: 1 × candidates × values. */
  layout: z.enum(["values-first", "candidates-first"]),
  /** Values of one candidate. */
  valueCount: z.int().min(5),
  scoreAt: z.int().nonnegative(),
  /** Where the five points begin and how many values each has (x, y and perhaps a visibility); null for a model without. */
  points: z.strictObject({ at: z.int().nonnegative(), valuesEach: z.int().min(2) }).nullable(),
});

export const detector = z.discriminatedUnion("family", [ssd, scrfd, yolo]);

export type DetectorSpec = z.infer<typeof detector>;
export type SsdSpec = z.infer<typeof ssd>;
export type ScrfdSpec = z.infer<typeof scrfd>;
export type YoloSpec = z.infer<typeof yolo>;
export type GraphEdit = z.infer<typeof graphEdit>;

/** Names of the outputs a layout reads. */
export function detectorOutputs(spec: DetectorSpec): string[] {
  if (spec.family === "ssd") return [spec.scores, spec.locations];
  if (spec.family === "yolo") return [spec.output];
  return spec.levels.flatMap(({ scores, boxes, points }) => [
    scores,
    boxes,
    ...(points === null ? [] : [points]),
  ]);
}

/** Whether the detector gives left eye, right eye, nose and both mouth corners itself. */
export function givesPoints(spec: DetectorSpec): boolean {
  if (spec.family === "ssd") return false;
  return spec.family === "yolo" ? spec.points !== null : spec.levels.every(({ points }) => points !== null);
}
