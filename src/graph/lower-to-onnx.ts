import { LOWERING_RULES } from "./lowering-rules.ts";
import type { OnnxModel, OnnxPort } from "./onnx-model.ts";
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
  const writer = new OnnxWriter();
  const names = new Map<Value, string>();
  const inputs = new Map<string, OnnxPort>();
  for (const value of valuesInOrder(Object.values(outputs))) {
    const { source, shape } = value;
    if (!isLeaf(source)) {
      const operands = value.inputs.map((input) => ({
        name: names.get(input) as string,
        shape: input.shape,
      }));
      names.set(value, applyRule(LOWERING_RULES, source, writer, operands, shape));
    } else if (source.kind === "constant") {
      names.set(value, writer.floats(source.data, shape, source.name));
    } else {
      names.set(value, source.name);
      inputs.set(source.name, portOf(source.name, shape, options));
    }
  }
  const ports = Object.entries(outputs).map(([name, value]) => {
    writer.nodes.push({
      opType: "Identity",
      inputs: [names.get(value) as string],
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
