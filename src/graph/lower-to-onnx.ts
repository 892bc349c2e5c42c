import { lowerBlocked } from "./blocked-rules.ts";
import { ChannelBlocks } from "./channel-blocks.ts";
import type { PlacedTensor } from "./channel-blocks.ts";
import { LOWERING_RULES } from "./lowering-rules.ts";
import type { OnnxModel, OnnxPort } from "../onnx/index.ts";
import { OnnxWriter } from "./onnx-writer.ts";
import { applyRule } from "./operator.ts";
import { isLeaf, valuesInOrder } from "./value.ts";
import type { Value } from "./value.ts";

/** How a graph becomes a model. */
export interface LoweringOptions {
  readonly graphName: string;
  /** Texts stored in the file. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Name of axis 0 of every input and output, which is then free; without it shapes are fixed. */
  readonly batchAxisName?: string;
  /**
   * Channels of a block, from findChannelBlock: images are kept in blocks where that is faster. 1 by default, which
   * gives standard ONNX; a model with blocks runs only on processors with blocks of that size.
   */
  readonly channelBlock?: number;
  /** Whether only operators are written that WebGPU has kernels for, too; false. Others would go to the CPU and back. */
  readonly isPortable?: boolean;
}

/**
 * Writes values as an ONNX model whose outputs they are.
 *
 * @param outputs the values asked for, by the name they get in the model
 * @param options name of the graph, metadata, free batch axis
 * @returns the model as plain data
 * @example
 * import { input, lowerToOnnx, relu } from "../src/graph/index.ts";
 * import { expect } from "vitest";
 * const model = lowerToOnnx({ y: relu(input("x", [2])) }, { graphName: "rectifier" });
 * expect(model.nodes.map((node) => node.opType)).toEqual(["Relu", "Identity"]);
 */
export function lowerToOnnx(outputs: Readonly<Record<string, Value>>, options: LoweringOptions): OnnxModel {
  const writer = new OnnxWriter(options.isPortable);
  const blocks = new ChannelBlocks(writer, options.channelBlock ?? 1);
  const placed = new Map<Value, PlacedTensor>();
  const inputs = new Map<string, OnnxPort>();
  for (const value of valuesInOrder(Object.values(outputs))) {
    const { source, shape } = value;
    const place = (name: string, isBlocked = false) => placed.set(value, { name, shape, isBlocked });
    if (!isLeaf(source)) {
      const operands = value.inputs.map((operand) => placed.get(operand) as PlacedTensor);
      const blocked = lowerBlocked(source, blocks, operands, shape);
      if (blocked !== null) place(blocked.name, blocked.isBlocked);
      else {
        const plain = operands.map((operand) => blocks.plain(operand));
        place(applyRule(LOWERING_RULES, source, writer, plain, shape));
      }
    } else if (source.kind === "constant") {
      place(writer.floats(source.data, shape, source.name));
    } else {
      place(source.name);
      inputs.set(source.name, portOf(source.name, shape, options));
    }
  }
  const ports = Object.entries(outputs).map(([name, value]) => {
    writer.nodes.push({
      opType: "Identity",
      inputs: [blocks.plain(placed.get(value) as PlacedTensor).name],
      outputs: [name],
      attributes: {},
      domain: "",
    });
    return portOf(name, value.shape, options);
  });
  return {
    graphName: options.graphName,
    nodes: writer.nodes,
    initializers: writer.initializers,
    inputs: [...inputs.values()],
    outputs: ports,
    metadata: options.metadata ?? {},
  };
}

function portOf(name: string, shape: readonly number[], { batchAxisName }: LoweringOptions): OnnxPort {
  const isFree = batchAxisName !== undefined && shape.length > 0;
  return { name, shape: isFree ? [batchAxisName, ...shape.slice(1)] : shape };
}
