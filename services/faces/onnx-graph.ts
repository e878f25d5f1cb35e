import {
  floatTensorField,
  GRAPH,
  int64TensorField,
  messageField,
  MODEL,
  nodeField,
  readFields,
  readFloatTensor,
  readNode,
  tensorName,
  textField,
  texts,
  varintField,
  writeFields,
  type Field,
  type Node,
} from "./onnx-fields.ts";
import type { GraphEdit } from "./detector-spec.ts";
import { splitPrelus } from "./onnx-prelu.ts";

const REWRITTEN = new Set<number>(Object.values(GRAPH));

/** Edits an ONNX model when it is loaded, so that what lies on disk keeps its published checksum. Same bytes in, same bytes out. */
export function editGraph(model: Uint8Array, edit: GraphEdit): Uint8Array {
  return writeFields(
    readFields(model).map((field) =>
      field.no === MODEL.graph ? { ...field, bytes: editFields(readFields(field.bytes), edit) } : field,
    ),
  );
}

function editFields(fields: Field[], edit: GraphEdit): Uint8Array {
  const all = fields.filter(({ no }) => no === GRAPH.node).map(readNode);
  const wanted = feeding(all, edit.outputs);
  const initializers = fields.filter(({ no }) => no === GRAPH.initializer);
  const split = edit.splitPrelus
    ? splitPrelus(wanted, edit.outputs, (name) => floatInitializer(initializers, name))
    : { nodes: wanted, tensors: [] };
  const used = new Set(split.nodes.flatMap(({ inputs }) => inputs));
  return writeFields([
    ...split.nodes.map(nodeField),
    ...initializers
      .filter((field) => used.has(tensorName(field)))
      .map((field) => replaceConstant(field, edit)),
    ...split.tensors.map(floatTensorField),
    ...fields.filter(({ no }) => no === GRAPH.input).map((field) => freeAxes(field, edit)),
    ...edit.outputs.map(floatOutput),
    // Shapes the exporter wrote down hold for its own input size only.
    ...fields.filter(({ no }) => !REWRITTEN.has(no)),
  ]);
}

/** The nodes the wanted outputs are computed from. ONNX lists nodes in topological order, so one pass backwards finds them. */
function feeding(nodes: Node[], outputs: string[]): Node[] {
  const values = new Set(outputs);
  const absent = outputs.filter((name) => !nodes.some((node) => node.outputs.includes(name)));
  if (absent.length > 0) throw new Error(`the graph computes no value named ${absent.join(", ")}`);
  const kept: Node[] = [];
  for (const node of nodes.toReversed()) {
    if (!node.outputs.some((name) => values.has(name))) continue;
    kept.push(node);
    for (const name of node.inputs) values.add(name);
  }
  return kept.reverse();
}

function floatInitializer(initializers: Field[], name: string): ReturnType<typeof readFloatTensor> {
  const field = initializers.find((candidate) => tensorName(candidate) === name);
  if (!field) throw new Error(`the graph has no initializer ${name}`);
  return readFloatTensor(field);
}

function replaceConstant(field: Field, edit: GraphEdit): Field {
  const name = tensorName(field);
  const constant = edit.constants[name];
  return constant ? int64TensorField(name, constant) : field;
}

/** ValueInfoProto{name=1, type=2{tensor_type=1{elem_type=1, shape=2{dim=1{dim_value=1 | dim_param=2}}}}} */
function freeAxes(input: Field, edit: GraphEdit): Field {
  const axes = edit.freeInputAxes[texts(readFields(input.bytes), 1)[0] ?? ""];
  if (!axes) return input;
  let axis = -1;
  const rename = (dim: Field): Field => {
    axis += 1;
    return axes.includes(axis) ? messageField(dim.no, [textField(2, `free_${axis}`)]) : dim;
  };
  const descend = (field: Field, [head, ...rest]: number[]): Field =>
    head === undefined
      ? rename(field)
      : messageField(
          field.no,
          readFields(field.bytes).map((part) => (part.no === head ? descend(part, rest) : part)),
        );
  return descend(input, [2, 1, 2, 1]);
}

function floatOutput(name: string): Field {
  const type = messageField(2, [messageField(1, [varintField(1, 1)])]);
  return messageField(GRAPH.output, [textField(1, name), type]);
}
