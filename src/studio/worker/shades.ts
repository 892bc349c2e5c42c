import { quantile } from "../../core/index.ts";
import { MOST_RESIDUAL } from "../../particles/index.ts";

type Numbers = Float32Array | Float64Array;

/** Grey levels that are black and white. */
export type Levels = readonly [number, number];

/** From the ground of an image to the brightest of its signal. */
export const signalLevels = (signal: Numbers): Levels => [quantile(signal, 0.02), quantile(signal, 0.998)];

/** As much missing as too much, so that no more than a fiftieth of the picture is clipped. */
export function residualLevels(residual: Float32Array): Levels {
  const most = Math.max(MOST_RESIDUAL, quantile(residual.map(Math.abs), 0.98));
  return [-most, most];
}

/** Shades from 0 to 255. */
export function shadesOf(data: Numbers, [low, high]: Levels): Uint8Array {
  const scale = high > low ? 255 / (high - low) : 0;
  return Uint8Array.from(data, (value) => Math.max(0, Math.min(255, Math.round((value - low) * scale))));
}
