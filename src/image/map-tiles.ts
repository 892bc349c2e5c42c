import type { GrayImage } from "../core/index.ts";
import type { PixelRegion } from "./crop.ts";
import { rangeError } from "../core/index.ts";
import type { TilePlan, TileSpan } from "./plan-tiles.ts";

/** Gives a part of a large image; the part lies inside. */
export type TileSource = (region: PixelRegion) => GrayImage | Promise<GrayImage>;

/** Works on one tile; gives [tile height, tile width, channelCount], row-major. */
export type TileOperation = (tile: GrayImage) => Float32Array | Promise<Float32Array>;

/** Finished rows of the result. */
export interface ResultBand {
  readonly firstRow: number;
  readonly rowCount: number;
  /** [rowCount, width, channelCount], row-major. */
  readonly data: Float32Array;
}

/**
 * Runs an operation over the tiles of an image and gives the blended result in bands of finished rows, top to bottom.
 *
 * Memory holds the rows of one tile, not the image: what the caller does with the bands decides.
 *
 * @param source parts of the image
 * @param plan tiles with their weights
 * @param channelCount values a pixel of the result
 * @param operation what is done with each tile
 * @yields bands that together cover each row once
 * @throws RangeError when the operation gives another number of values than its tile has
 */
export async function* mapTiles(
  source: TileSource,
  plan: TilePlan,
  channelCount: number,
  operation: TileOperation,
): AsyncGenerator<ResultBand, void, undefined> {
  const rowLength = plan.width * channelCount;
  const tileHeight = plan.rows[0].size;
  let sums = new Float32Array(tileHeight * rowLength);
  for (const [index, row] of plan.rows.entries()) {
    for (const column of plan.columns) {
      const region = { x: column.start, y: row.start, width: column.size, height: row.size };
      const result = await operation(await source(region));
      checkLength(result, region, channelCount);
      addInto(sums, result, { column, row, rowLength, channelCount });
    }
    // rows above the next tile's start get nothing more
    const end = index + 1 < plan.rows.length ? plan.rows[index + 1].start : plan.height;
    const rowCount = end - row.start;
    yield { firstRow: row.start, rowCount, data: sums.slice(0, rowCount * rowLength) };
    const rest = sums.subarray(rowCount * rowLength);
    sums = new Float32Array(tileHeight * rowLength);
    sums.set(rest);
  }
}

function checkLength(result: Float32Array, region: PixelRegion, channelCount: number): void {
  const wanted = region.width * region.height * channelCount;
  if (result.length === wanted) return;
  const context = { action: "map tiles" };
  const text = `operation must give ${region.width} x ${region.height} x ${channelCount} values`;
  throw rangeError(context, text, String(result.length));
}

interface Placement {
  readonly column: TileSpan;
  readonly row: TileSpan;
  readonly rowLength: number;
  readonly channelCount: number;
}

function addInto(sums: Float32Array, result: Float32Array, placement: Placement): void {
  const { column, row, rowLength, channelCount } = placement;
  for (let y = 0; y < row.size; y++) {
    if (row.weights[y] === 0) continue;
    for (let x = 0; x < column.size; x++) {
      const weight = row.weights[y] * column.weights[x];
      if (weight === 0) continue;
      const from = (y * column.size + x) * channelCount;
      const to = y * rowLength + (column.start + x) * channelCount;
      for (let channel = 0; channel < channelCount; channel++) {
        sums[to + channel] += weight * result[from + channel];
      }
    }
  }
}
