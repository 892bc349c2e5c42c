import { add, conv2d, matmul } from "../graph/index.ts";
import type { ConvolutionGeometry, Value } from "../graph/index.ts";
import type { InitialLaw, ParameterScope } from "./network.ts";

/** Keeps the variance of activations through a ReLU layer: standard deviation sqrt(2/fan-in) [he2015]. */
function heLaw(fanIn: number): InitialLaw {
  return { law: "normal", standardDeviation: Math.sqrt(2 / fanIn) };
}

const ZERO: InitialLaw = { law: "constant", value: 0 };

/**
 * A convolution with bias; parameters NAME.filter and NAME.bias.
 *
 * @param scope gives the parameters
 * @param name path of the layer
 * @param x image [n, ci, h, w]
 * @param options channels out, filter edge (3), geometry (stride 1, padding that keeps the size)
 * @returns image [n, channels, h', w']
 */
export function convolutionLayer(
  scope: ParameterScope,
  name: string,
  x: Value,
  options: { readonly channels: number; readonly size?: number } & Partial<ConvolutionGeometry>,
): Value {
  const { channels, size = 3, stride = 1, dilation = 1, groups = 1 } = options;
  const padding = options.padding ?? (dilation * (size - 1)) / 2;
  const ci = x.shape[1] / groups;
  const shape = [channels, ci, size, size];
  const filter = scope.parameter({ name: `${name}.filter`, shape, initial: heLaw(ci * size * size) });
  const bias = scope.parameter({ name: `${name}.bias`, shape: [channels], initial: ZERO });
  return conv2d(x, filter, bias, { stride, padding, dilation, groups });
}

/**
 * A fully connected layer; parameters NAME.weights [in, out] and NAME.bias.
 *
 * @param scope gives the parameters
 * @param name path of the layer
 * @param x features [n, in]
 * @param outputs count of outputs
 * @returns [n, outputs]
 */
export function denseLayer(scope: ParameterScope, name: string, x: Value, outputs: number): Value {
  const fanIn = x.shape[1];
  const shape = [fanIn, outputs];
  const weights = scope.parameter({ name: `${name}.weights`, shape, initial: heLaw(fanIn) });
  const bias = scope.parameter({ name: `${name}.bias`, shape: [outputs], initial: ZERO });
  return add(matmul(x, weights), bias);
}
