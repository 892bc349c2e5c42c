import type { GrayImage } from "../../src/core/index.ts";
import { distanceMap, gaussianBlur, otsuThreshold } from "../../src/image/index.ts";
import type { FoundDisc } from "../../src/particles/detect/decode-answer.ts";

/** What the image is smoothed with before the threshold, and how deep a valley between two particles must be [px]. */
export interface WatershedOptions {
  readonly sigmaPx?: number;
  readonly depthPx?: number;
  readonly leastRadiusPx?: number;
}

/**
 * The classical way to primary particles: Otsu's threshold, Euclidean distance map, watershed; each basin is a particle.
 *
 * @param image grey image
 * @param isMatterBright as in HAADF; else as in bright field
 * @param mask not 0 where a pixel shows no specimen; null where all do
 * @param options smoothing, depth of a valley that parts two particles, smallest particle
 * @returns discs of the basins' areas about their centroids
 */
export function watershedDiscs(
  { data, width, height }: GrayImage,
  isMatterBright: boolean,
  mask: ArrayLike<number> | null,
  { sigmaPx = 2, depthPx = 1.5, leastRadiusPx = 4 }: WatershedOptions = {},
): FoundDisc[] {
  const soft = gaussianBlur(data, { width, height }, sigmaPx);
  const counted = soft.filter((_, i) => mask === null || mask[i] === 0);
  const threshold = otsuThreshold(counted);
  const isMatter = Uint8Array.from(soft, (value, i) => {
    const isBeyond = isMatterBright ? value > threshold : value < threshold;
    return isBeyond && (mask === null || mask[i] === 0) ? 1 : 0;
  });
  const depth = gaussianBlur(distanceMap(isMatter, { width, height }), { width, height }, 1);
  const basin = basinsOf(depth, isMatter, width, depthPx);
  return discsOf(basin, width).filter(({ radiusPx }) => radiusPx >= leastRadiusPx);
}

/** Basin of each pixel of the matter, -1 outside: flooded from the tops; two meet in one where the lower top is less than a depth above the pass. */
function basinsOf(
  depth: Float64Array,
  isMatter: Uint8Array,
  width: number,
  depthPx: number,
): { readonly of: Int32Array; readonly root: (basin: number) => number } {
  const pixels = Array.from(isMatter.keys()).filter((i) => isMatter[i] === 1);
  pixels.sort((a, b) => depth[b] - depth[a]);
  const of = new Int32Array(isMatter.length).fill(-1);
  const parents: number[] = [];
  const tops: number[] = [];
  const root = (basin: number): number => {
    let at = basin;
    while (parents[at] !== at) at = parents[at];
    return at;
  };
  for (const pixel of pixels) {
    const column = pixel % width;
    const around = [
      column > 0 ? pixel - 1 : -1,
      column < width - 1 ? pixel + 1 : -1,
      pixel - width,
      pixel + width,
    ].filter((other) => other >= 0 && other < of.length && of[other] >= 0);
    const roots = [...new Set(around.map((other) => root(of[other])))].sort((a, b) => tops[b] - tops[a]);
    if (roots.length === 0) {
      of[pixel] = parents.length;
      parents.push(parents.length);
      tops.push(depth[pixel]);
      continue;
    }
    of[pixel] = roots[0];
    for (const other of roots.slice(1)) if (tops[other] - depth[pixel] < depthPx) parents[other] = roots[0];
  }
  return { of, root };
}

function discsOf(
  { of, root }: { readonly of: Int32Array; readonly root: (basin: number) => number },
  width: number,
): FoundDisc[] {
  const sums = new Map<number, { count: number; x: number; y: number }>();
  of.forEach((basin, pixel) => {
    if (basin < 0) return;
    const key = root(basin);
    const sum = sums.get(key) ?? { count: 0, x: 0, y: 0 };
    sum.count++;
    sum.x += (pixel % width) + 0.5;
    sum.y += Math.floor(pixel / width) + 0.5;
    sums.set(key, sum);
  });
  return [...sums.values()].map(({ count, x, y }) => ({
    x: x / count,
    y: y / count,
    radiusPx: Math.sqrt(count / Math.PI),
    probability: 1,
    secondProbability: 0.5,
  }));
}
