import { extremes, type RandomStream } from "../../core/index.ts";
import { gaussianBlur } from "../../image/index.ts";
import { layStrokesInPlace, type StrokeAugmentation } from "./strokes.ts";

/** Random changes of intensities that a network should not mind; all zero changes nothing. */
export interface IntensityAugmentation {
  /** Largest |ln exponent| of the gamma curve between the darkest and the brightest pixel. */
  readonly gamma: number;
  /** Largest |ln gain|. */
  readonly contrast: number;
  /** Largest |offset|, in the unit of the input. */
  readonly brightness: number;
  /** Largest standard deviation of normal noise, in the unit of the input. */
  readonly noise: number;
  /** Largest sigma of a Gaussian blur [px]. */
  readonly blurPx: number;
  /** Bright strokes that are no object. */
  readonly strokes: StrokeAugmentation;
}

/**
 * Changes the intensities of a cut: strokes, blur, gamma, gain and offset, noise, each of a strength drawn anew.
 *
 * @param x [edge, edge], changed in place
 * @param edge edge [px]
 */
export function augmentInPlace(
  rng: RandomStream,
  x: Float32Array,
  edge: number,
  augmentation: IntensityAugmentation,
): Float32Array {
  const { gamma, contrast, brightness, noise, blurPx, strokes } = augmentation;
  const either = (range: number) => range * (2 * rng.uniform() - 1);
  layStrokesInPlace(rng, x, edge, strokes);
  if (blurPx > 0) x.set(gaussianBlur(x, { width: edge, height: edge }, blurPx * rng.uniform()));
  if (gamma > 0) applyGammaInPlace(x, Math.exp(either(gamma)));
  if (contrast > 0 || brightness > 0) {
    const [gain, offset] = [Math.exp(either(contrast)), either(brightness)];
    for (let i = 0; i < x.length; i++) x[i] = gain * x[i] + offset;
  }
  if (noise > 0) {
    const deviation = noise * rng.uniform();
    for (let i = 0; i < x.length; i++) x[i] += deviation * rng.normal();
  }
  return x;
}

/** u -> u^exponent with u from 0 (darkest) to 1 (brightest). */
function applyGammaInPlace(x: Float32Array, exponent: number): void {
  const [low, high] = extremes(x);
  if (!(high > low)) return;
  for (let i = 0; i < x.length; i++) {
    x[i] = low + (high - low) * Math.pow((x[i] - low) / (high - low), exponent);
  }
}
