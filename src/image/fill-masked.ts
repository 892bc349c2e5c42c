import { mean, type GrayImage, type RandomStream } from "../core/index.ts";
import { noiseByLevel } from "./noise-by-level.ts";

/** Unmasked pixels of one direction whose mean is carried into the mask [px]. */
const RIM_PX = 3;

/**
 * Fills pixels that show no specimen, so that what is drawn into a picture is neither matter nor a hole.
 *
 * A masked pixel becomes the mean of what lies nearest to it to the left, to the right, above and below, each weighted by
 * 1 / distance squared [shepard1968], with normal noise as pixels of that brightness have it.
 *
 * @param image any image
 * @param mask [height, width]: 1 where a pixel is to be filled
 * @param rng stream of the noise
 * @returns a new image; the same image where nothing or everything is masked
 * @example
 * import { fillMasked } from "../src/image/index.ts";
 * import { openRandomStream } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * const data = Float32Array.of(2, 2, 9, 2, 2);
 * const image = { width: 5, height: 1, data, intensityUnit: "arbitrary", pixelSizeNm: null } as const;
 * expect([...fillMasked(image, Uint8Array.of(0, 0, 1, 0, 0), openRandomStream(1)).data]).toEqual([2, 2, 2, 2, 2]);
 */
export function fillMasked(image: GrayImage, mask: Uint8Array, rng: RandomStream): GrayImage {
  const masked = mask.reduce((sum, value) => sum + value, 0);
  if (masked === 0 || masked === mask.length) return image;
  const { width, height } = image;
  const sums = { value: new Float64Array(mask.length), weight: new Float64Array(mask.length) };
  for (let y = 0; y < height; y++) {
    addLine(image.data, mask, sums, { first: y * width, step: 1, count: width });
    addLine(image.data, mask, sums, { first: (y + 1) * width - 1, step: -1, count: width });
  }
  for (let x = 0; x < width; x++) {
    addLine(image.data, mask, sums, { first: x, step: width, count: height });
    addLine(image.data, mask, sums, { first: (height - 1) * width + x, step: -width, count: height });
  }
  const overall = mean(image.data.filter((_, i) => mask[i] === 0));
  const noise = noiseByLevel(image);
  const data = image.data.map((value, i) => {
    if (mask[i] === 0) return value;
    const level = sums.weight[i] > 0 ? sums.value[i] / sums.weight[i] : overall;
    return level + noise(level) * rng.normal();
  });
  return { ...image, data };
}

interface Sums {
  readonly value: Float64Array;
  readonly weight: Float64Array;
}

interface Line {
  readonly first: number;
  readonly step: number;
  readonly count: number;
}

/** Walks along a line of pixels and adds to each masked one the mean of the last unmasked ones. */
function addLine(data: Float32Array, mask: Uint8Array, sums: Sums, { first, step, count }: Line): void {
  let [distance, rim] = [0, NaN];
  for (let k = 0; k < count; k++) {
    const at = first + k * step;
    if (mask[at] === 0) {
      distance = 0;
      continue;
    }
    if (distance === 0) rim = rimMean(data, mask, { first: at, step, count: k });
    distance++;
    if (Number.isNaN(rim)) continue;
    const weight = 1 / distance ** 2;
    sums.value[at] += weight * rim;
    sums.weight[at] += weight;
  }
}

/** Mean of the unmasked pixels right before a masked one; NaN where the line begins with the mask. */
function rimMean(data: Float32Array, mask: Uint8Array, { first, step, count }: Line): number {
  let [sum, used] = [0, 0];
  for (let k = 1; k <= Math.min(RIM_PX, count) && mask[first - k * step] === 0; k++) {
    sum += data[first - k * step];
    used++;
  }
  return used === 0 ? NaN : sum / used;
}
