import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import type { GraphEdit } from "./detector-spec.ts";
import {
  floatTensorField,
  int64TensorField,
  messageField,
  nodeField,
  readFields,
  textField,
  varintField,
  writeFields,
  type Field,
} from "./onnx-fields.ts";
import { editGraph } from "./onnx-graph.ts";

const CHANNELS = 3;

/** Conv 1×1 → PRelu → Conv 1×1 → Reshape [1, −1], fixed to one picture of 2 × 2, with a second output nobody needs. */
function tinyModel(slopes: number[]): Uint8Array {
  const weights = Float32Array.from([0.5, -1, 2, 1, 0.25, -0.5, -2, 1, 1]);
  const graph = [
    node("Conv", ["input", "w1", "b1"], "y"),
    node("PRelu", ["y", "slopes"], "z"),
    node("Conv", ["z", "w2", "b2"], "c"),
    node("Reshape", ["c", "shape"], "output"),
    node("Relu", ["c"], "unwanted"),
    tensor("w1", [CHANNELS, CHANNELS, 1, 1], weights),
    tensor("b1", [CHANNELS], [0.1, -0.2, 0.3]),
    tensor("w2", [CHANNELS, CHANNELS, 1, 1], weights.toReversed()),
    tensor("b2", [CHANNELS], [0, 0.5, -0.5]),
    tensor("slopes", [CHANNELS, 1, 1], slopes),
    int64TensorField("shape", [1, -1]),
    textField(2, "tiny"),
    valueInfo(11, "input", [1, CHANNELS, 2, 2]),
    valueInfo(12, "output", [1, CHANNELS * 4]),
    valueInfo(12, "unwanted", [1, CHANNELS, 2, 2]),
  ];
  return writeFields([varintField(1, 7), messageField(7, graph), messageField(8, [varintField(2, 12)])]);
}

function tensor(name: string, dims: number[], values: ArrayLike<number>): Field {
  return floatTensorField({ name, dims, values: Float32Array.from(values) });
}

function node(op: string, inputs: string[], output: string): Field {
  return nodeField({ name: `n_${output}`, op, inputs, outputs: [output], attributes: [] });
}

function valueInfo(no: number, name: string, dims: number[]): Field {
  const shape = messageField(
    2,
    dims.map((dim) => messageField(1, [varintField(1, dim)])),
  );
  const tensor = messageField(1, [varintField(1, 1), shape]);
  return messageField(no, [textField(1, name), messageField(2, [tensor])]);
}

const edit: GraphEdit = {
  outputs: ["output"],
  freeInputAxes: { input: [0] },
  constants: { shape: [-1, CHANNELS * 4] },
  splitPrelus: false,
};

async function run(model: Uint8Array, input: Float32Array): Promise<Record<string, number[]>> {
  const session = await InferenceSession.create(model, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  const shape = [input.length / (CHANNELS * 4), CHANNELS, 2, 2];
  const results = await session.run({ input: new Tensor("float32", input, shape) });
  const values = Object.entries(results).map(([name, { data }]) => [name, [...(data as Float32Array)]]);
  await session.release();
  return Object.fromEntries(values) as Record<string, number[]>;
}

const one = Float32Array.from({ length: 12 }, (_, i) => Math.sin(i * 7) * 3);
const other = one.map((value) => -value);

describe("editing a graph", () => {
  it("frees the batch: two pictures at once give what each gives alone", async () => {
    const model = tinyModel([0.1, -0.5, 0.9]);
    const alone = [await run(model, one), await run(model, other)].flatMap((result) => result["output"]!);
    const both = await run(editGraph(model, edit), Float32Array.from([...one, ...other]));
    expect(both["output"]).toEqual(alone);
  });

  it("keeps only what the wanted outputs need", async () => {
    const edited = editGraph(tinyModel([0, 0, 0]), { ...edit, outputs: ["c"], constants: {} });
    expect(Object.keys(await run(edited, one))).toEqual(["c"]);
    expect(Buffer.from(edited).includes("unwanted")).toBe(false);
    expect(Buffer.from(edited).includes("shape")).toBe(false);
  });

  it.each([
    ["slopes up to 1", [0.1, -0.5, 1]],
    ["a slope above 1", [0.1, 1.5, -0.2]],
  ])("replaces PRelu by convolutions of equal result: %s", async (_, slopes) => {
    const model = tinyModel(slopes);
    const split = editGraph(model, { ...edit, splitPrelus: true });
    expect(opsOf(split)).not.toContain("PRelu");
    const [expected, got] = [await run(model, one), await run(split, one)];
    for (const [i, value] of expected["output"]!.entries()) expect(got["output"]![i]).toBeCloseTo(value, 5);
  });

  it("leaves a PRelu alone whose input others read too", () => {
    const split = editGraph(tinyModel([0, 0, 0]), { ...edit, outputs: ["output", "y"], splitPrelus: true });
    // `y` is an output of its own here, so its convolution must stay as it is.
    expect(opsOf(split)).toContain("PRelu");
  });

  it("gives the same bytes every time, and refuses an unknown value", () => {
    const model = tinyModel([0.1, 0.2, 0.3]);
    const all = { ...edit, splitPrelus: true };
    expect(editGraph(model, all)).toEqual(editGraph(model, all));
    expect(() => editGraph(model, { ...edit, outputs: ["nothing"] })).toThrow("nothing");
  });
});

function opsOf(model: Uint8Array): string[] {
  const graph = readFields(model).find(({ no }) => no === 7)!;
  return readFields(graph.bytes)
    .filter(({ no }) => no === 1)
    .flatMap(({ bytes }) => readFields(bytes).filter(({ no }) => no === 4))
    .map(({ bytes }) => Buffer.from(bytes).toString());
}
