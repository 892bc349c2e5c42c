import { rangeError } from "../../core/index.ts";
import { COUNT_CELL_PX, COUNT_CHANNELS, particleCountMaps } from "../../corpus/index.ts";
import type { CountMapUnits } from "../../posterior/index.ts";
import type { ImageSet } from "./data-set.ts";

/**
 * Units in which count maps are taught: the standard deviation over cells and images of each channel.
 *
 * @throws RangeError where the data set has no aggregates
 */
export function countMapUnits(data: ImageSet): CountMapUnits {
  const sums = COUNT_CHANNELS.map(() => ({ count: 0, sum: 0, square: 0 }));
  for (let index = 0; index < data.count; index++) {
    const counts = countMapsOf(data, index);
    counts.forEach((count, i) => {
      const channel = sums[Math.floor((i * sums.length) / counts.length)];
      channel.count++;
      channel.sum += count;
      channel.square += count * count;
    });
  }
  const units = sums.map(({ count, sum, square }) => Math.sqrt(square / count - (sum / count) ** 2) || 1);
  return { cellPx: COUNT_CELL_PX, units };
}

/**
 * The count maps of one image in the units in which they are taught.
 *
 * @returns [channels, cells, cells]
 */
export function encodeCountMaps(data: ImageSet, index: number, { units }: CountMapUnits): Float32Array {
  const counts = countMapsOf(data, index);
  const cells = counts.length / units.length;
  return counts.map((count, i) => count / units[Math.floor(i / cells)]);
}

function countMapsOf(data: ImageSet, index: number): Float32Array {
  const aggregate = data.aggregates?.[index];
  if (aggregate !== undefined) return particleCountMaps(aggregate, data);
  throw rangeError({ action: "count particles" }, "the data set must hold its aggregates", "none");
}
