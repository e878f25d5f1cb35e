import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/** One protobuf field as it lies in the bytes: enough to move, drop and replace parts of a model without its whole schema. */
export interface Field {
  no: number;
  type: WireType;
  bytes: Uint8Array;
}

/** Field numbers of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto */
export const MODEL = { graph: 7 };
export const GRAPH = { node: 1, initializer: 5, input: 11, output: 12, valueInfo: 13 };
export const NODE = { input: 1, output: 2, name: 3, opType: 4, attribute: 5 };
const TENSOR = { dims: 1, dataType: 2, name: 8, rawData: 9 };
const FLOAT = 1;
const INT64 = 7;

export interface Node {
  name: string;
  op: string;
  inputs: string[];
  outputs: string[];
  attributes: Field[];
}

export interface Tensor {
  name: string;
  dims: number[];
  values: Float32Array;
}

export function readNode(field: Field): Node {
  const fields = readFields(field.bytes);
  return {
    name: texts(fields, NODE.name)[0] ?? "",
    op: texts(fields, NODE.opType)[0] ?? "",
    inputs: texts(fields, NODE.input),
    outputs: texts(fields, NODE.output),
    attributes: fields.filter(({ no }) => no === NODE.attribute),
  };
}

export function nodeField(node: Node): Field {
  const fields = [
    ...node.inputs.map((name) => textField(NODE.input, name)),
    ...node.outputs.map((name) => textField(NODE.output, name)),
    textField(NODE.name, node.name),
    textField(NODE.opType, node.op),
    ...node.attributes,
  ];
  return { no: GRAPH.node, type: WireType.LengthDelimited, bytes: writeFields(fields) };
}

/** Throws when the tensor is not float32 stored as raw little-endian bytes, as PyTorch exports it. */
export function readFloatTensor(field: Field): Tensor {
  const fields = readFields(field.bytes);
  const raw = fields.find(({ no }) => no === TENSOR.rawData)?.bytes;
  const name = tensorName(field);
  if (!raw || varints(fields, TENSOR.dataType)[0] !== FLOAT)
    throw new Error(`the tensor ${name} is not raw float32`);
  return {
    name,
    dims: varints(fields, TENSOR.dims),
    values: new Float32Array(Uint8Array.from(raw).buffer),
  };
}

export function floatTensorField({ name, dims, values }: Tensor): Field {
  return tensorField(name, dims, FLOAT, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}

export function int64TensorField(name: string, values: number[]): Field {
  const raw = Buffer.alloc(values.length * 8);
  values.forEach((value, i) => raw.writeBigInt64LE(BigInt(value), i * 8));
  return tensorField(name, [values.length], INT64, raw);
}

function tensorField(name: string, dims: number[], dataType: number, raw: Uint8Array): Field {
  const fields = [
    ...dims.map((dim) => varintField(TENSOR.dims, dim)),
    varintField(TENSOR.dataType, dataType),
    textField(TENSOR.name, name),
    { no: TENSOR.rawData, type: WireType.LengthDelimited, bytes: raw },
  ];
  return { no: GRAPH.initializer, type: WireType.LengthDelimited, bytes: writeFields(fields) };
}

export function tensorName(field: Field): string {
  return texts(readFields(field.bytes), TENSOR.name)[0] ?? "";
}

export function messageField(no: number, fields: Field[]): Field {
  return { no, type: WireType.LengthDelimited, bytes: writeFields(fields) };
}

export function textField(no: number, text: string): Field {
  return { no, type: WireType.LengthDelimited, bytes: new TextEncoder().encode(text) };
}

export function varintField(no: number, value: number): Field {
  return { no, type: WireType.Varint, bytes: new BinaryWriter().uint32(value).finish() };
}

function varints(fields: Field[], no: number): number[] {
  return fields
    .filter((field) => field.no === no)
    .map((field) => Number(new BinaryReader(field.bytes).int64()));
}

export function texts(fields: Field[], no: number): string[] {
  return fields.filter((field) => field.no === no).map((field) => Buffer.from(field.bytes).toString("utf8"));
}

export function readFields(bytes: Uint8Array): Field[] {
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

export function writeFields(fields: Field[]): Uint8Array {
  const writer = new BinaryWriter();
  for (const field of fields) {
    writer.tag(field.no, field.type);
    if (field.type === WireType.LengthDelimited) writer.bytes(field.bytes);
    else writer.raw(field.bytes);
  }
  return writer.finish();
}
