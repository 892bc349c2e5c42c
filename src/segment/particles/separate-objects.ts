import type { ObjectMap } from "../metrics/instance-scores.ts";
import { distanceMap } from "../../image/index.ts";
import { cropsOfMap } from "./object-crops.ts";
import type { Frame, ObjectCrop } from "./object-crops.ts";

/**
 * Separates objects that touch, by a watershed of the distance map whose seeds are maxima of a certain depth.
 *
 * Pixels are flooded from the deepest to the shallowest. Where two basins meet they stay apart if the shallower of the two is deeper than
 * the meeting point by `seedDepthPx` (its dynamics [grimaud1992]); otherwise they are one object. So a neck has to be narrower than both
 * sides by twice the seed depth. Basins meet over corners too.
 *
 * @param mask [height, width]; anything but 0 is inside
 * @param frame width and height [px], and the seed depth [px]; a larger depth separates less
 */
export function separateObjects(
  mask: ArrayLike<number>,
  frame: { readonly width: number; readonly height: number; readonly seedDepthPx: number },
): ObjectMap {
  const { width, height, seedDepthPx } = frame;
  const distances = distanceMap(mask, frame);
  const order = insideByDepth(mask, distances);
  // each pixel's basin as a tree; a root's depth is that of its deepest pixel
  const parents = new Int32Array(width * height).fill(-1);
  const depths = new Float64Array(width * height);
  const rootOf = (start: number) => {
    let root = start;
    while (parents[root] !== root) root = parents[root] = parents[parents[root]];
    return root;
  };
  for (const at of order) {
    const basins = neighbours(at, width, height)
      .filter((other) => parents[other] >= 0)
      .map(rootOf);
    if (basins.length === 0) {
      parents[at] = at;
      depths[at] = distances[at];
      continue;
    }
    const deepest = basins.reduce((best, basin) => (depths[basin] > depths[best] ? basin : best));
    parents[at] = deepest;
    for (const basin of basins) {
      if (basin !== deepest && !(depths[basin] - distances[at] >= seedDepthPx)) parents[basin] = deepest;
    }
  }
  return numbered(mask, rootOf);
}

/**
 * Separates one object that was cut out of its image, to the pieces that it has there.
 *
 * A frame of one pixel is enough for the distances: what is nearest to a pixel of the object and not the object touches it. At the image's
 * own border there is no frame, for that is no boundary.
 *
 * @param image width and height of the image [px]
 */
export function separatedCrop(crop: ObjectCrop, image: Frame, seedDepthPx: number): ObjectCrop[] {
  const [left, top] = [Math.max(0, crop.left - 1), Math.max(0, crop.top - 1)];
  const width = Math.min(image.width, crop.left + crop.width + 1) - left;
  const height = Math.min(image.height, crop.top + crop.height + 1) - top;
  const mask = new Uint8Array(width * height);
  for (let y = 0; y < crop.height; y++) {
    const row = crop.mask.subarray(y * crop.width, (y + 1) * crop.width);
    mask.set(row, (crop.top - top + y) * width + crop.left - left);
  }
  const pieces = cropsOfMap(separateObjects(mask, { width, height, seedDepthPx }), { width, height });
  return pieces.map((piece) => ({ ...piece, left: piece.left + left, top: piece.top + top }));
}

function insideByDepth(mask: ArrayLike<number>, distances: Float64Array): Uint32Array {
  const inside: number[] = [];
  for (let i = 0; i < mask.length; i++) if (mask[i] !== 0) inside.push(i);
  return Uint32Array.from(inside.sort((a, b) => distances[b] - distances[a] || a - b));
}

function neighbours(at: number, width: number, height: number): number[] {
  const [x, y] = [at % width, Math.floor(at / width)];
  const found: number[] = [];
  for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
    for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
      if (u !== x || v !== y) found.push(v * width + u);
    }
  }
  return found;
}

function numbered(mask: ArrayLike<number>, rootOf: (at: number) => number): ObjectMap {
  const objects = new Int32Array(mask.length);
  const numbers = new Map<number, number>();
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] === 0) continue;
    const root = rootOf(i);
    if (!numbers.has(root)) numbers.set(root, numbers.size + 1);
    objects[i] = numbers.get(root) as number;
  }
  return { objects, objectCount: numbers.size };
}
