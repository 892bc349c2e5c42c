import { rangeError } from "../core/index.ts";
import type { RandomStream } from "../core/index.ts";
import { decodeOnnx } from "../onnx/index.ts";
import { isSameShape, shapeText, sizeOf } from "../graph/index.ts";
import type { Network, ParameterSpec } from "./network.ts";
import { initialWeights, listParameters } from "./parameters.ts";

/** Weights for a network, taken from a model. */
export interface ModelWeights {
  /** Weight vector of the network. */
  readonly weights: Float32Array;
  /** Parameters that the model did not hold in this shape and that were drawn instead. */
  readonly drawnNames: readonly string[];
}

/**
 * Takes the weights of a network from an exported model, to tune them further.
 *
 * Parameters match by name and shape; train only the new ones at first with frozenPrefixes.
 *
 * @param bytes a .onnx file that exportModel wrote
 * @param network the network that is to be trained
 * @param options stream for parameters that are drawn, and whether any may be; none by default
 * @returns the weights, and the names of those that were drawn
 * @throws SyntaxError when the bytes are no ONNX model
 * @throws RangeError when a parameter is missing or has another shape, unless allowsMissing
 */
export function weightsFromModel(
  bytes: Uint8Array,
  network: Network,
  options: { readonly rng: RandomStream; readonly allowsMissing?: boolean },
): ModelWeights {
  const stored = decodeOnnx(bytes).weights;
  const isStored = ({ name, shape }: ParameterSpec) => {
    const found = stored.get(name);
    return found !== undefined && isSameShape(found.shape, shape);
  };
  const weights = initialWeights(options.rng, network, (spec) => !isStored(spec));
  const drawnNames: string[] = [];
  let offset = 0;
  for (const spec of listParameters(network)) {
    const { name, shape } = spec;
    const found = stored.get(name);
    if (found !== undefined && isStored(spec)) weights.set(found.data, offset);
    else if (options.allowsMissing === true) drawnNames.push(name);
    else {
      const got = found === undefined ? "none" : shapeText(found.shape);
      throw rangeError({ action: "load weights" }, `${name} must have shape ${shapeText(shape)}`, got);
    }
    offset += sizeOf(shape);
  }
  return { weights, drawnNames };
}
