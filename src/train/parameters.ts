import type { RandomStream } from "../core/index.ts";
import { constant, input, reshape, sizeOf, slice } from "../graph/index.ts";
import type { Value } from "../graph/index.ts";
import type { Network, ParameterScope, ParameterSpec } from "./network.ts";

/**
 * Lists the parameters of a network in the order in which they lie in its weight vector.
 *
 * @param network the network
 * @returns one record per parameter, in the order of the forward pass
 * @throws RangeError when two parameters share a name
 * @example
 * import { buildRegressor, parameterCount, listParameters } from "../src/train/index.ts";
 * import { expect } from "vitest";
 * const network = buildRegressor({ inputSize: 128, outputs: 6 });
 * expect(parameterCount(network)).toBe(105798);
 * expect(listParameters(network)[0].name).toBe("body.0.filter");
 */
export function listParameters(network: Network): ParameterSpec[] {
  const specs: ParameterSpec[] = [];
  const names = new Set<string>();
  const scope: ParameterScope = {
    parameter(spec) {
      if (names.has(spec.name)) {
        throw new RangeError(
          `Cannot build ${network.name}: parameter names must differ, got ${spec.name} twice`,
        );
      }
      names.add(spec.name);
      specs.push(spec);
      return input(spec.name, spec.shape);
    },
  };
  network.forward(input("x", [1, ...network.inputShape]), scope);
  return specs;
}

/**
 * Counts the trained numbers of a network.
 *
 * @param network the network
 * @returns length of its weight vector
 */
export function parameterCount(network: Network): number {
  return listParameters(network).reduce((sum, spec) => sum + sizeOf(spec.shape), 0);
}

/**
 * Draws the first weights of a network; each parameter has a stream of its own, keyed by its name.
 *
 * @param rng stream; forked by parameter name, so adding a layer leaves the others as they were
 * @param network the network
 * @returns weight vector, parameters one after another in the order of listParameters
 */
export function initialWeights(rng: RandomStream, network: Network): Float32Array {
  const specs = listParameters(network);
  const weights = new Float32Array(parameterCount(network));
  let offset = 0;
  for (const { name, shape, initial } of specs) {
    const part = weights.subarray(offset, (offset += sizeOf(shape)));
    if (initial.law === "constant") part.fill(initial.value);
    else {
      const stream = rng.fork(name);
      for (let i = 0; i < part.length; i++) part[i] = initial.standardDeviation * stream.normal();
    }
  }
  return weights;
}

/** A scope in which parameters are slices of one flat vector, so that the optimiser is one step on vectors. */
export function slicesOf(flat: Value): ParameterScope & { readonly values: readonly Value[] } {
  const values: Value[] = [];
  let offset = 0;
  return {
    values,
    parameter({ shape }) {
      const start = offset;
      offset += sizeOf(shape);
      const value = reshape(slice(flat, 0, start, offset), shape);
      values.push(value);
      return value;
    },
  };
}

/** A scope in which parameters are constants that carry their names. */
export function constantsOf(weights: Float32Array): ParameterScope {
  let offset = 0;
  return {
    parameter: ({ name, shape }) =>
      constant(weights.subarray(offset, (offset += sizeOf(shape))), shape, name),
  };
}
