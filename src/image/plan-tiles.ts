import { checkNumber, rangeError } from "../core/index.ts";

/** How a large image is cut. */
export interface TileOptions {
  /** Edge of a tile [px]. */
  readonly tileSize: number;
  /** Pixels that neighbours share [px]; default twice the margin, at least 1 less than the tile. */
  readonly overlap?: number;
  /**
   * How far from a tile's edge its result is not to be trusted [px]: the reach of the operation (receptive radius). Counts
   * for nothing at the image's own border.
   */
  readonly margin: number;
}

/** One tile along one axis, with the weight of its results. */
export interface TileSpan {
  readonly start: number;
  readonly size: number;
  /** [size] share of the tile in the result of each pixel; over all tiles they add up to 1. */
  readonly weights: Float32Array;
}

/** The tiles of an image: every column span with every row span. */
export interface TilePlan {
  readonly width: number;
  readonly height: number;
  readonly columns: readonly TileSpan[];
  readonly rows: readonly TileSpan[];
}

/**
 * Plans the tiles of an image so that every pixel is covered by at least one tile away from its margin.
 *
 * In the overlap the weights pass linearly from one tile to the next, between the margins of both. An operation that looks no
 * farther than the margin therefore gives the result that it gives on the whole image.
 *
 * @param width columns of the image [px]
 * @param height rows [px]
 * @param options tile size, overlap and margin
 * @returns spans along both axes
 * @throws RangeError when tile, overlap and margin do not go together
 * @example
 * import { planTiles } from "../src/image/index.ts";
 * import { expect } from "vitest";
 * const plan = planTiles(10, 4, { tileSize: 6, margin: 1 });
 * expect(plan.columns.map(({ start, size }) => [start, size])).toEqual([[0, 6], [4, 6]]);
 */
export function planTiles(width: number, height: number, options: TileOptions): TilePlan {
  const { tileSize, margin, overlap = 2 * margin } = options;
  const context = { action: "plan tiles" };
  checkNumber("tileSize", tileSize, { min: 1, integer: true, unit: "px", ...context });
  checkNumber("margin", margin, { min: 0, integer: true, unit: "px", ...context });
  checkNumber("overlap", overlap, { min: 0, max: tileSize - 1, integer: true, unit: "px", ...context });
  if (overlap < 2 * margin) {
    throw rangeError(context, `overlap must be at least twice the margin of ${margin} px`, String(overlap));
  }
  const spans = (size: number) => spansOf(size, Math.min(tileSize, size), overlap, margin);
  return { width, height, columns: spans(width), rows: spans(height) };
}

function spansOf(imageSize: number, tileSize: number, overlap: number, margin: number): TileSpan[] {
  const step = tileSize - overlap;
  const count = tileSize >= imageSize ? 1 : Math.ceil((imageSize - overlap) / step);
  // the last tile is moved back to end with the image
  const starts = Array.from({ length: count }, (_, i) => Math.min(i * step, imageSize - tileSize));
  const raw = starts.map((start) => rampWeights(start, tileSize, imageSize, overlap, margin));
  const sums = new Float64Array(imageSize);
  for (const [i, start] of starts.entries()) {
    for (let k = 0; k < tileSize; k++) sums[start + k] += raw[i][k];
  }
  return starts.map((start, i) => ({
    start,
    size: tileSize,
    weights: raw[i].map((weight, k) => weight / sums[start + k]),
  }));
}

/** 0 within the margin, 1 from the overlap on, rising between them; 1 up to the image's own border. */
function rampWeights(
  start: number,
  tileSize: number,
  imageSize: number,
  overlap: number,
  margin: number,
): Float32Array {
  const rise = Math.max(1, overlap - 2 * margin + 1);
  const at = (distance: number) => Math.min(1, Math.max(0, (distance - margin + 1) / rise));
  return Float32Array.from({ length: tileSize }, (_, k) => {
    const fromStart = start === 0 ? 1 : at(k);
    const fromEnd = start + tileSize === imageSize ? 1 : at(tileSize - 1 - k);
    return Math.min(fromStart, fromEnd);
  });
}
