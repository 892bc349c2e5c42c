import { input, reshape, sizeOf, slice } from "../graph/index.ts";
import type { Shape, Value } from "../graph/index.ts";
import type { ForwardValues, Network, ParameterScope } from "./network.ts";

/**
 * Shape of all that a network is fed for one sample while it is trained: its input, or input and conditions as one row.
 */
export function sampleShape({ inputShape, conditionCount = 0 }: Network): Shape {
  return conditionCount === 0 ? inputShape : [sizeOf(inputShape) + conditionCount];
}

/**
 * Writes a network's graph for a batch of samples as they are fed.
 *
 * @returns what it computes from the feed "x", [batchSize, ...sampleShape(network)]
 */
export function forwardSamples(network: Network, batchSize: number, scope: ParameterScope): ForwardValues {
  const x = input("x", [batchSize, ...sampleShape(network)]);
  const { inputShape, conditionCount = 0 } = network;
  if (conditionCount === 0) return network.forward(x, scope);
  const size = sizeOf(inputShape);
  const image: Value = reshape(slice(x, 1, 0, size), [batchSize, ...inputShape]);
  return network.forward(image, scope, slice(x, 1, size, size + conditionCount));
}
