import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { GraphEdit } from "./manifest.ts";

/**
 * Edits an ONNX model's protobuf in place of shipping changed files, so that what is on disk keeps its published checksum.
 * Field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */

interface Field {
  no: number;
  type: WireType;
  bytes: Uint8Array;
}

const MODEL_GRAPH = 7;
const GRAPH = { node: 1, initializer: 5, input: 11, output: 12, valueInfo: 13 };
const NODE = { input: 1, output: 2 };
const TENSOR = { dims: 1, dataType: 2, name: 8, rawData: 9 };
const FLOAT = 1;
const INT64 = 7;

export function editGraph(model: Uint8Array, edit: GraphEdit): Uint8Array {
  return writeFields(
    readFields(model).map((field) =>
      field.no === MODEL_GRAPH ? { ...field, bytes: editFields(field.bytes, edit) } : field,
    ),
  );
}

function editFields(graph: Uint8Array, edit: GraphEdit): Uint8Array {
  const fields = readFields(graph);
  const kept = feeding(fields, edit.outputs);
  const rest = fields.flatMap((field): Field[] => {
    if (field.no === GRAPH.node) return kept.nodes.has(field) ? [field] : [];
    if (field.no === GRAPH.initializer) return editInitializer(field, kept.values, edit);
    if (field.no === GRAPH.input) return [freeAxes(field, edit)];
    // Shapes the exporter wrote down hold for its own input size only.
    return field.no === GRAPH.output || field.no === GRAPH.valueInfo ? [] : [field];
  });
  return writeFields([...rest, ...edit.outputs.map(floatOutput)]);
}

/** Nodes and values the wanted outputs are computed from. ONNX lists nodes in topological order, so one pass backwards finds them. */
function feeding(graph: Field[], outputs: string[]): { nodes: Set<Field>; values: Set<string> } {
  const values = new Set(outputs);
  const nodes = new Set<Field>();
  const produced = new Set<string>();
  for (const node of graph.filter((field) => field.no === GRAPH.node).toReversed()) {
    const parts = readFields(node.bytes);
    const made = texts(parts, NODE.output);
    if (!made.some((name) => values.has(name))) continue;
    nodes.add(node);
    for (const name of made) produced.add(name);
    for (const name of texts(parts, NODE.input)) values.add(name);
  }
  const absent = outputs.filter((name) => !produced.has(name));
  if (absent.length > 0) throw new Error(`the graph computes no value named ${absent.join(", ")}`);
  return { nodes, values };
}

function editInitializer(field: Field, used: Set<string>, edit: GraphEdit): Field[] {
  const name = texts(readFields(field.bytes), TENSOR.name)[0] ?? "";
  if (!used.has(name)) return [];
  const constant = edit.constants[name];
  return constant ? [{ ...field, bytes: int64Tensor(name, constant) }] : [field];
}

function int64Tensor(name: string, values: number[]): Uint8Array {
  const raw = Buffer.alloc(values.length * 8);
  values.forEach((value, i) => raw.writeBigInt64LE(BigInt(value), i * 8));
  return new BinaryWriter()
    .tag(TENSOR.dims, WireType.Varint)
    .uint32(values.length)
    .tag(TENSOR.dataType, WireType.Varint)
    .uint32(INT64)
    .tag(TENSOR.name, WireType.LengthDelimited)
    .string(name)
    .tag(TENSOR.rawData, WireType.LengthDelimited)
    .bytes(raw)
    .finish();
}

/** ValueInfoProto{name=1, type=2{tensor_type=1{elem_type=1, shape=2{dim=1{dim_value=1 | dim_param=2}}}}} */
function freeAxes(input: Field, edit: GraphEdit): Field {
  const name = texts(readFields(input.bytes), 1)[0] ?? "";
  const axes = edit.freeInputAxes[name];
  if (!axes) return input;
  let axis = -1;
  const renamed = (dim: Uint8Array): Uint8Array => {
    axis += 1;
    if (!axes.includes(axis)) return dim;
    return new BinaryWriter().tag(2, WireType.LengthDelimited).string(`free_${axis}`).finish();
  };
  const descend = (bytes: Uint8Array, path: number[]): Uint8Array => {
    const [head, ...rest] = path;
    if (head === undefined) return renamed(bytes);
    return writeFields(
      readFields(bytes).map((field) =>
        field.no === head ? { ...field, bytes: descend(field.bytes, rest) } : field,
      ),
    );
  };
  return { ...input, bytes: descend(input.bytes, [2, 1, 2, 1]) };
}

function floatOutput(name: string): Field {
  const tensor = new BinaryWriter().tag(1, WireType.Varint).uint32(FLOAT).finish();
  const type = new BinaryWriter().tag(1, WireType.LengthDelimited).bytes(tensor).finish();
  const bytes = new BinaryWriter()
    .tag(1, WireType.LengthDelimited)
    .string(name)
    .tag(2, WireType.LengthDelimited)
    .bytes(type)
    .finish();
  return { no: GRAPH.output, type: WireType.LengthDelimited, bytes };
}

function texts(fields: Field[], no: number): string[] {
  return fields.filter((field) => field.no === no).map((field) => Buffer.from(field.bytes).toString("utf8"));
}

function readFields(bytes: Uint8Array): Field[] {
  const reader = new BinaryReader(bytes);
  const fields: Field[] = [];
  while (reader.pos < reader.len) {
    const [no, type] = reader.tag();
    fields.push({
      no,
      type,
      bytes: type === WireType.LengthDelimited ? reader.bytes() : reader.skip(type, no),
    });
  }
  return fields;
}

function writeFields(fields: Field[]): Uint8Array {
  const writer = new BinaryWriter();
  for (const field of fields) {
    writer.tag(field.no, field.type);
    if (field.type === WireType.LengthDelimited) writer.bytes(field.bytes);
    else writer.raw(field.bytes);
  }
  return writer.finish();
}
