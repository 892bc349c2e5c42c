import type { GrayImage } from "../../src/core/index.ts";
import { quantile } from "../../src/core/index.ts";
import { gaussianBlur } from "../../src/image/index.ts";
import type { FoundDisc } from "../../src/particles/detect/decode-answer.ts";
import { thinDiscs } from "../../src/particles/detect/thin-discs.ts";

/** How circles are searched for. */
export interface HoughOptions {
  /** Range of radii [px]. */
  readonly radiusPx: readonly [number, number];
  readonly sigmaPx?: number;
  /** Share of pixels with the steepest slope that vote. */
  readonly edgeShare?: number;
  /** Votes over the circumference at which a circle counts. */
  readonly leastVotes?: number;
}

/** Ratio of neighbouring radii. */
const RADIUS_STEP = 1.12;

/**
 * Circles by the gradient's Hough transform: every steep pixel votes for the centres that lie a radius up its slope.
 *
 * @param image grey image
 * @param isMatterBright as in HAADF; else as in bright field
 * @param mask not 0 where a pixel shows no specimen; null where all do
 * @param options radii, smoothing, thresholds
 * @returns circles, thinned
 */
export function houghDiscs(
  { data, width, height }: GrayImage,
  isMatterBright: boolean,
  mask: ArrayLike<number> | null,
  { radiusPx, sigmaPx = 2, edgeShare = 0.08, leastVotes = 0.45 }: HoughOptions,
): FoundDisc[] {
  const soft = gaussianBlur(data, { width, height }, sigmaPx);
  const sign = isMatterBright ? 1 : -1;
  const slopes = new Float32Array(width * height);
  const directions = new Float32Array(2 * width * height);
  for (let row = 1; row < height - 1; row++) {
    for (let column = 1; column < width - 1; column++) {
      const at = row * width + column;
      if (mask !== null && mask[at] !== 0) continue;
      const gx = sign * (soft[at + 1] - soft[at - 1]);
      const gy = sign * (soft[at + width] - soft[at - width]);
      const slope = Math.hypot(gx, gy);
      slopes[at] = slope;
      directions[2 * at] = gx / (slope || 1);
      directions[2 * at + 1] = gy / (slope || 1);
    }
  }
  const threshold = quantile(slopes, 1 - edgeShare);
  const edges = Array.from(slopes.keys()).filter((at) => slopes[at] > threshold);
  const found: FoundDisc[] = [];
  for (let radius = radiusPx[0]; radius <= radiusPx[1]; radius *= RADIUS_STEP) {
    const votes = new Float32Array(width * height);
    for (const at of edges) {
      const column = Math.round((at % width) + radius * directions[2 * at]);
      const row = Math.round(Math.floor(at / width) + radius * directions[2 * at + 1]);
      if (column >= 0 && row >= 0 && column < width && row < height) votes[row * width + column]++;
    }
    // votes scatter by the step of the radii
    const spreadPx = Math.max(1, 0.08 * radius);
    const smooth = gaussianBlur(votes, { width, height }, spreadPx);
    const circumference = 2 * Math.PI * radius;
    const peak = 1 / (2 * Math.PI * spreadPx ** 2);
    for (let row = 1; row < height - 1; row++) {
      for (let column = 1; column < width - 1; column++) {
        const at = row * width + column;
        const share = smooth[at] / (circumference * peak);
        if (share < leastVotes || !isTop(smooth, at, width)) continue;
        const disc = { x: column + 0.5, y: row + 0.5, radiusPx: radius };
        found.push({ ...disc, probability: Math.min(1, share), secondProbability: 0.5 });
      }
    }
  }
  return thinDiscs(found, 0.4);
}

function isTop(values: Float32Array, at: number, width: number): boolean {
  for (const shift of [-width - 1, -width, -width + 1, -1, 1, width - 1, width, width + 1]) {
    if (values[at + shift] > values[at]) return false;
  }
  return true;
}
