import { failureText, rangeError } from "../core/index.ts";
import type { RandomStream } from "../core/index.ts";
import { constant, input, reshape, sizeOf, slice } from "../graph/index.ts";
import type { Shape, Value } from "../graph/index.ts";
import { forwardSamples } from "./sample-rows.ts";
import type { InitialLaw, Network, ParameterScope, ParameterSpec } from "./network.ts";

/**
 * Lists the parameters of a network in the order in which they lie in its weight vector.
 *
 * @param network the network
 * @returns one record per parameter: the trained ones in the order of the forward pass, then running statistics
 * @throws RangeError when two parameters share a name
 * @example
 * import { buildRegressor, listParameters } from "../src/train/index.ts";
 * import { parameterCount } from "../src/train/parameters.ts";
 * import { expect } from "vitest";
 * const network = buildRegressor({ inputSize: 128, outputs: 6 });
 * expect(parameterCount(network)).toBe(105798);
 * expect(listParameters(network)[0].name).toBe("body.0.filter");
 */
export function listParameters(network: Network): ParameterSpec[] {
  const specs = new Map<string, ParameterSpec>();
  forwardSamples(network, 1, {
    isTraining: false,
    parameter(spec) {
      if (specs.has(spec.name)) {
        const wanted = "parameter names must differ";
        throw rangeError({ action: `build ${network.name}` }, wanted, `${spec.name} twice`);
      }
      specs.set(spec.name, spec);
      return input(spec.name, spec.shape);
    },
    updateStatistic: () => {},
    dropoutMask: (name, shape) => input(name, shape),
  });
  const isStatistic = (spec: ParameterSpec) => spec.isStatistic === true;
  const all = [...specs.values()];
  return [...all.filter((spec) => !isStatistic(spec)), ...all.filter(isStatistic)];
}

/** Counts the stored numbers of a network. */
export function parameterCount(network: Network): number {
  return countOf(listParameters(network));
}

/** Counts the numbers of a network that gradients train. */
export function trainedCount(network: Network): number {
  return countOf(listParameters(network).filter((spec) => spec.isStatistic !== true));
}

function countOf(specs: readonly ParameterSpec[]): number {
  return specs.reduce((sum, spec) => sum + sizeOf(spec.shape), 0);
}

/** Where each parameter begins in the weight vector. */
function offsetsOf(network: Network): Map<string, number> {
  let offset = 0;
  return new Map(
    listParameters(network).map(({ name, shape }) => {
      offset += sizeOf(shape);
      return [name, offset - sizeOf(shape)];
    }),
  );
}

/**
 * Draws the first weights of a network; each parameter has a stream of its own, keyed by its name.
 *
 * @param rng stream; forked by parameter name, so adding a layer leaves the others as they were
 * @param network the network
 * @param isWanted whether a parameter is to be drawn; those that are not are zeros, and all are by default
 * @returns weight vector, parameters one after another in the order of listParameters
 */
export function initialWeights(
  rng: RandomStream,
  network: Network,
  isWanted: (spec: ParameterSpec) => boolean = () => true,
): Float32Array {
  const specs = listParameters(network);
  const weights = new Float32Array(countOf(specs));
  let offset = 0;
  for (const spec of specs) {
    const { name, shape, initial } = spec;
    const part = weights.subarray(offset, (offset += sizeOf(shape)));
    if (!isWanted(spec)) continue;
    if (initial.law === "constant") part.fill(initial.value);
    else drawNormalInto(part, rng.fork(name), shape[0], initial);
  }
  return weights;
}

function drawNormalInto(
  part: Float32Array,
  rng: RandomStream,
  rowCount: number,
  { standardDeviation, copies = 1 }: Extract<InitialLaw, { law: "normal" }>,
): Float32Array {
  const rowSize = part.length / rowCount;
  for (let i = 0; i < part.length; i++) {
    const isCopy = Math.floor(i / rowSize) % copies > 0;
    part[i] = isCopy ? part[i - rowSize] : standardDeviation * rng.normal();
  }
  return part;
}

/** A mask that a training step wants fed. */
export interface DropoutMask {
  /** Name of the feed. */
  readonly name: string;
  readonly shape: Shape;
  readonly keepProbability: number;
}

/** A scope that also tells what the network asked for. */
export interface RecordingScope extends ParameterScope {
  /** Values of the parameters, in the order of listParameters. */
  readonly values: () => Map<string, Value>;
  readonly statistics: ReadonlyMap<string, Value>;
  readonly masks: readonly DropoutMask[];
}

/**
 * A scope in which parameters are slices of one flat vector, so that the optimiser is one step on vectors.
 */
export function slicesOf(network: Network, flat: Value, isTraining: boolean): RecordingScope {
  const offsets = offsetsOf(network);
  const values = new Map<string, Value>();
  const statistics = new Map<string, Value>();
  const masks: DropoutMask[] = [];
  return {
    isTraining,
    statistics,
    masks,
    values: () => values,
    parameter({ name, shape }) {
      const start = offsets.get(name) as number;
      const value = reshape(slice(flat, 0, start, start + sizeOf(shape)), shape);
      values.set(name, value);
      return value;
    },
    updateStatistic: (name, next) => void statistics.set(name, next),
    dropoutMask(name, shape, keepProbability) {
      masks.push({ name, shape, keepProbability });
      return input(name, shape);
    },
  };
}

/**
 * A scope in which parameters are constants that carry their names, for inference.
 *
 * @param network whose parameters they are
 * @param weights weight vector
 * @returns the scope
 */
export function constantsOf(network: Network, weights: Float32Array): ParameterScope {
  const offsets = offsetsOf(network);
  return {
    isTraining: false,
    parameter({ name, shape }) {
      const start = offsets.get(name) as number;
      return constant(weights.subarray(start, start + sizeOf(shape)), shape, name);
    },
    updateStatistic: () => {},
    dropoutMask() {
      throw new Error(
        failureText({ action: "write inference graph" }, "dropout must be off", "a request for a mask"),
      );
    },
  };
}
