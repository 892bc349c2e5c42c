import { extremes, type GrayImage } from "../core/index.ts";
import { checkNumber } from "../core/index.ts";

const BIN_COUNT = 256;

/** Settings of contrast-limited adaptive equalisation. */
export interface ClaheOptions {
  /** Tiles along each side, 1 to 64. */
  readonly tileCount: number;
  /** Largest height of a histogram bin, as a multiple of the mean height; above 1. */
  readonly clipLimit: number;
}

/**
 * Contrast-limited adaptive histogram equalisation [zuiderveld1994]: a mapping for each tile, with the heights of its
 * histogram clipped, interpolated bilinearly between the centres of the tiles.
 */
export function equalizeAdaptive(image: GrayImage, options: ClaheOptions): Float32Array {
  const { width, height, data } = image;
  const context = { action: "equalise image" };
  const tileCount = checkNumber("tileCount", options.tileCount, {
    min: 1,
    max: 64,
    integer: true,
    ...context,
  });
  checkNumber("clipLimit", options.clipLimit, { min: 1, ...context });
  const bins = binsOf(data);
  const columns = Math.min(tileCount, width);
  const rows = Math.min(tileCount, height);
  const mappings = Array.from({ length: rows * columns }, (_, tile) => {
    const [row, column] = [Math.floor(tile / columns), tile % columns];
    const x = [Math.floor((column * width) / columns), Math.floor(((column + 1) * width) / columns)];
    const y = [Math.floor((row * height) / rows), Math.floor(((row + 1) * height) / rows)];
    return mappingOf(clippedHistogram(bins, width, x, y, options.clipLimit));
  });
  const result = new Float32Array(data.length);
  const across = Array.from({ length: width }, (_, x) =>
    neighbours(((x + 0.5) * columns) / width - 0.5, columns),
  );
  for (let y = 0; y < height; y++) {
    const v = neighbours(((y + 0.5) * rows) / height - 0.5, rows);
    const above = v.first * columns;
    const below = v.second * columns;
    for (let x = 0; x < width; x++) {
      const h = across[x];
      const bin = bins[y * width + x];
      const upper =
        (1 - h.share) * mappings[above + h.first][bin] + h.share * mappings[above + h.second][bin];
      const lower =
        (1 - h.share) * mappings[below + h.first][bin] + h.share * mappings[below + h.second][bin];
      result[y * width + x] = (1 - v.share) * upper + v.share * lower;
    }
  }
  return result;
}

function binsOf(data: Float32Array): Uint8Array {
  const [low, high] = extremes(data);
  const scale = high > low ? (BIN_COUNT - 1) / (high - low) : 0;
  const bins = new Uint8Array(data.length);
  for (let i = 0; i < bins.length; i++) bins[i] = Math.round((data[i] - low) * scale);
  return bins;
}

/** What is cut off above the limit is spread evenly over all bins. */
function clippedHistogram(
  bins: Uint8Array,
  width: number,
  x: readonly number[],
  y: readonly number[],
  clipLimit: number,
): Float64Array {
  const counts = new Float64Array(BIN_COUNT);
  for (let row = y[0]; row < y[1]; row++) {
    for (let column = x[0]; column < x[1]; column++) counts[bins[row * width + column]]++;
  }
  const total = (x[1] - x[0]) * (y[1] - y[0]);
  const limit = (clipLimit * total) / BIN_COUNT;
  const excess = counts.reduce((sum, count) => sum + Math.max(0, count - limit), 0);
  return counts.map((count) => (Math.min(count, limit) + excess / BIN_COUNT) / total);
}

/** Cumulative shares at the middle of each bin. */
function mappingOf(shares: Float64Array): Float64Array {
  let sum = 0;
  return shares.map((share) => {
    sum += share;
    return sum - share / 2;
  });
}

/** The two tile centres around a position in tiles, and how far it is from the first to the second. */
function neighbours(position: number, count: number) {
  const first = Math.min(count - 1, Math.max(0, Math.floor(position)));
  const second = Math.min(count - 1, Math.max(0, Math.floor(position) + 1));
  return { first, second, share: first === second ? 0 : position - first };
}
