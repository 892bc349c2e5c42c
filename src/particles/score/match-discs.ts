import { elongationOfMoments, reachOf, rowSpanOf } from "../simulate/ellipse.ts";
import type { Disc } from "../simulate/training-image.ts";

/** A true particle as the pixels that it covers. */
export interface OutlinedParticle {
  /** First column and row of its bounding box [px]. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** [height, width], 1 inside. */
  readonly inside: Uint8Array;
  /** Pixels inside. */
  readonly areaPx: number;
}

/** How discs and true particles belong together. */
export interface Matching {
  /** [trueIndex, foundIndex, IoU], by falling IoU. */
  readonly pairs: readonly (readonly [trueIndex: number, foundIndex: number, iou: number])[];
  readonly trueCount: number;
  readonly foundCount: number;
}

/**
 * Cuts a mask down to its bounding box.
 *
 * @param mask [height, width]; anything but 0 is inside
 * @param size of the mask [px]
 * @param step every so many pixels are taken along both axes; 1 by default
 * @returns the particle in pixels of the coarser grid; null where the mask is empty
 */
export function outlinedParticle(
  mask: ArrayLike<number>,
  { width, height }: { readonly width: number; readonly height: number },
  step = 1,
): OutlinedParticle | null {
  const [columns, rows] = [width, height].map((length) => Math.floor(length / step));
  const isInside = (column: number, row: number) =>
    mask[Math.floor((row + 0.5) * step) * width + Math.floor((column + 0.5) * step)] !== 0;
  let [left, top, right, bottom] = [columns, rows, -1, -1];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if (!isInside(column, row)) continue;
      [left, right] = [Math.min(left, column), Math.max(right, column)];
      [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
    }
  }
  if (right < 0) return null;
  const box = { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
  const inside = Uint8Array.from({ length: box.width * box.height }, (_, i) =>
    isInside(left + (i % box.width), top + Math.floor(i / box.width)) ? 1 : 0,
  );
  return { ...box, inside, areaPx: inside.reduce((sum, value) => sum + value, 0) };
}

/**
 * The disc of an outlined particle: its centroid, the circle of its area, and its elongation.
 *
 * @param outline the particle
 * @returns in pixels of the outline's grid
 */
export function outlinedDisc({ x, y, width, inside, areaPx }: OutlinedParticle): Disc {
  let [sumX, sumY, xx, yy, xy] = [0, 0, 0, 0, 0];
  inside.forEach((value, i) => {
    const [u, v] = [(i % width) + 0.5, Math.floor(i / width) + 0.5];
    sumX += value * u;
    sumY += value * v;
    xx += value * u * u;
    yy += value * v * v;
    xy += value * u * v;
  });
  const [u, v] = [sumX / areaPx, sumY / areaPx];
  const elongation = elongationOfMoments(xx / areaPx - u * u, yy / areaPx - v * v, xy / areaPx - u * v);
  return { x: x + u, y: y + v, radiusPx: Math.sqrt(areaPx / Math.PI), elongation };
}

/** Columns [from, to) of a row whose centres lie between two places. */
function columnsOf(
  span: readonly [number, number] | null,
  least: number,
  most: number,
): readonly [number, number] {
  if (span === null) return [0, 0];
  return [Math.max(least, Math.ceil(span[0] - 0.5)), Math.min(most, Math.floor(span[1] - 0.5) + 1)];
}

/** Pixels of an image whose centres lie in a disc. */
function discPixelCount(
  disc: Disc,
  { width, height }: { readonly width: number; readonly height: number },
): number {
  const spanAt = rowSpanOf(disc);
  const reach = reachOf(disc)[1];
  let count = 0;
  for (let row = Math.max(0, Math.floor(disc.y - reach)); row < Math.min(height, disc.y + reach); row++) {
    const [from, to] = columnsOf(spanAt(row + 0.5), 0, width);
    count += Math.max(0, to - from);
  }
  return count;
}

/**
 * Shared pixels of a disc and a true particle over those of their union, both cut by the image.
 *
 * @param particle outlined
 * @param disc in the same pixels
 * @param size of the image [px]
 * @returns 0 to 1
 */
export function outlineOverlap(
  particle: OutlinedParticle,
  disc: Disc,
  size: { readonly width: number; readonly height: number },
): number {
  const spanAt = rowSpanOf(disc);
  let shared = 0;
  for (let row = 0; row < particle.height; row++) {
    const span = spanAt(particle.y + row + 0.5);
    const [from, to] = columnsOf(span, particle.x, particle.x + particle.width);
    for (let column = from; column < to; column++) {
      shared += particle.inside[row * particle.width + column - particle.x];
    }
  }
  return shared === 0 ? 0 : shared / (particle.areaPx + discPixelCount(disc, size) - shared);
}

/**
 * Shared area of two boxes over that of their union; the found one stands around a disc.
 *
 * @param box [left, top, right, bottom] [px]
 * @param disc in the same pixels
 * @param size of the image, which cuts the disc's box [px]
 * @returns 0 to 1
 */
export function boxOverlap(
  [left, top, right, bottom]: readonly [number, number, number, number],
  disc: Disc,
  size: { readonly width: number; readonly height: number },
): number {
  const [wideHalf, highHalf] = reachOf(disc);
  const [l, t, rr, b] = [
    Math.max(0, disc.x - wideHalf),
    Math.max(0, disc.y - highHalf),
    Math.min(size.width, disc.x + wideHalf),
    Math.min(size.height, disc.y + highHalf),
  ];
  const [wide, high] = [Math.min(right, rr) - Math.max(left, l), Math.min(bottom, b) - Math.max(top, t)];
  if (wide <= 0 || high <= 0) return 0;
  const shared = wide * high;
  return shared / ((right - left) * (bottom - top) + (rr - l) * (b - t) - shared);
}

/**
 * Matches found to true particles, the best fitting pair first, each once.
 *
 * Above an overlap of one half hardly any particle fits two others, so that the order of the pairs decides little.
 *
 * @param trueCount how many true particles
 * @param foundCount how many found ones
 * @param overlap of a true and a found one, 0 to 1
 * @param leastOverlap of a pair
 * @returns pairs and counts
 */
export function matchDiscs(
  trueCount: number,
  foundCount: number,
  overlap: (trueIndex: number, foundIndex: number) => number,
  leastOverlap = 0.5,
): Matching {
  const candidates: (readonly [number, number, number])[] = [];
  for (let t = 0; t < trueCount; t++) {
    for (let f = 0; f < foundCount; f++) {
      const iou = overlap(t, f);
      if (iou >= leastOverlap) candidates.push([t, f, iou]);
    }
  }
  candidates.sort((a, b) => b[2] - a[2]);
  const [trueTaken, foundTaken] = [new Set<number>(), new Set<number>()];
  const pairs = candidates.filter(([t, f]) => {
    if (trueTaken.has(t) || foundTaken.has(f)) return false;
    trueTaken.add(t);
    foundTaken.add(f);
    return true;
  });
  return { pairs, trueCount, foundCount };
}

/** Scores over several images. */
export interface DetectionScores {
  readonly f1: number;
  readonly precision: number;
  readonly recall: number;
  /** Mean IoU of matched pairs; NaN without any. */
  readonly meanMatchedIou: number;
  readonly trueCount: number;
  readonly foundCount: number;
}

/**
 * Scores of matchings, all their particles taken together.
 *
 * @param matchings one an image
 * @returns F1 = 2 TP/(2 TP + FP + FN) and what it is made of
 */
export function detectionScores(matchings: readonly Matching[]): DetectionScores {
  const sum = (value: (matching: Matching) => number) => matchings.reduce((total, m) => total + value(m), 0);
  const hits = sum(({ pairs }) => pairs.length);
  const [trueCount, foundCount] = [sum((m) => m.trueCount), sum((m) => m.foundCount)];
  const overlaps = sum(({ pairs }) => pairs.reduce((total, [, , iou]) => total + iou, 0));
  return {
    f1: (2 * hits) / Math.max(1, trueCount + foundCount),
    precision: hits / Math.max(1, foundCount),
    recall: hits / Math.max(1, trueCount),
    meanMatchedIou: overlaps / hits,
    trueCount,
    foundCount,
  };
}
