import type { ObjectMap } from "../metrics/instance-scores.ts";

/** Where objects lie: an image's width and height [px]. */
export interface Frame {
  readonly width: number;
  readonly height: number;
}

/** One object cut out of its image: its bounding box and which pixels of that it is. */
export interface ObjectCrop extends Frame {
  /** Of the box in the image [px]. */
  readonly left: number;
  readonly top: number;
  /** [height, width], row-major; 1 is the object. */
  readonly mask: Uint8Array;
  readonly areaPx: number;
}

/**
 * Finds the objects of a class one after the other: pixels that touch, corners included, in the reading order of their first pixels.
 *
 * Each is filled from its first pixel, so that beside the class ids only one bit a pixel and the object itself are held: an image
 * may be as large as its label map, and no object is cut by a seam.
 *
 * @param classIds [height, width] class ids
 * @param frame width and height [px]
 * @yields objects
 */
export function* objectCrops(classIds: Uint8Array, classId: number, frame: Frame): Generator<ObjectCrop> {
  const seen = new Uint8Array(Math.ceil(classIds.length / 8));
  for (let at = classIds.indexOf(classId); at >= 0; at = classIds.indexOf(classId, at + 1)) {
    if (((seen[at >> 3] >> (at & 7)) & 1) === 0) yield cropOfRuns(filledRuns(at, classIds, seen, frame));
  }
}

/**
 * Cuts every object out of a map.
 *
 * @param frame width and height of the map [px]
 */
export function cropsOfMap({ objects, objectCount }: ObjectMap, { width }: Frame): ObjectCrop[] {
  const runs = Array.from({ length: objectCount + 1 }, (): Run[] => []);
  for (let at = 0; at < objects.length; at++) {
    const number = objects[at];
    if (number === 0) continue;
    const y = Math.floor(at / width);
    const first = at - y * width;
    while (at + 1 < (y + 1) * width && objects[at + 1] === number) at++;
    runs[number].push([y, first, at - y * width]);
  }
  return runs.slice(1).map(cropOfRuns);
}

/** Pixels of one row side by side. */
type Run = readonly [y: number, first: number, last: number];

/** Runs of the object that a pixel belongs to; they are marked as seen. */
function filledRuns(start: number, classIds: Uint8Array, seen: Uint8Array, { width, height }: Frame): Run[] {
  const classId = classIds[start];
  const isOpen = (at: number) => classIds[at] === classId && ((seen[at >> 3] >> (at & 7)) & 1) === 0;
  const runs: Run[] = [];
  const waiting = [start];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (!isOpen(at)) continue;
    const row = at - (at % width);
    let [first, last] = [at, at];
    while (first > row && isOpen(first - 1)) first--;
    while (last < row + width - 1 && isOpen(last + 1)) last++;
    for (let i = first; i <= last; i++) seen[i >> 3] |= 1 << (i & 7);
    runs.push([row / width, first - row, last - row]);
    for (const other of [row - width, row + width]) {
      if (other < 0 || other >= width * height) continue;
      const end = other + Math.min(width - 1, last - row + 1);
      for (let i = other + Math.max(0, first - row - 1); i <= end; i++) {
        // one pixel of each run above and below is enough: the others follow from it
        if (isOpen(i) && !(i < end && isOpen(i + 1))) waiting.push(i);
      }
    }
  }
  return runs;
}

function cropOfRuns(runs: readonly Run[]): ObjectCrop {
  let [left, top, right, bottom, areaPx] = [Infinity, Infinity, -1, -1, 0];
  for (const [y, first, last] of runs) {
    [left, right] = [Math.min(left, first), Math.max(right, last)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
    areaPx += last - first + 1;
  }
  const [width, height] = [right - left + 1, bottom - top + 1];
  const mask = new Uint8Array(width * height);
  for (const [y, first, last] of runs) {
    const row = (y - top) * width - left;
    mask.fill(1, row + first, row + last + 1);
  }
  return { left, top, width, height, mask, areaPx };
}
