import { extremes, type GrayImage } from "../../core/index.ts";
import type { PixelRegion } from "../../image/index.ts";

/** The strip of text that a microscope writes into its image. */
export interface DataBar {
  /** The strip with all that lies between it and the edge of the image. */
  readonly region: PixelRegion;
  /** The image without it. */
  readonly imageRegion: PixelRegion;
  /** Intensity of its ground. */
  readonly ground: number;
  /** 0 to 1: how sharply the strip parts from the image, by the share of ground in the rows on either side. */
  readonly confidence: number;
}

/** A bar takes at most this share of the height; more is a dark or bright image. */
const LARGEST_SHARE = 0.3;
/** Rows of a bar have at least this share of ground; text and logos take the rest. */
const ROW_GROUND_SHARE = 0.5;
/** The row at the edge of the bar is ground or a frame line nearly throughout. */
const EDGE_GROUND_SHARE = 0.85;
const SMALLEST_HEIGHT_PX = 8;
/** Smallest difference of ground share across the edge; specimens that fade into the dark stay below 0.25. */
const SMALLEST_JUMP = 0.4;
/** Share of the image's range within which intensities count as the same ground (lossy files ring). */
const GROUND_TOLERANCE = 0.02;
/** Share of the range by which the line of a frame differs from the ground. */
const FRAME_STEP = 0.1;
/** The same by which an image beside a bar of one exact grey differs, two greys of 256, and beside one of nearly one grey. */
const EXACT_STEP = 2 / 256;
const LOSSY_STEP = 0.05;
/** Rows beyond a bar that must be of another grey: more than a scale bar is thick. */
const ROWS_BEYOND = 8;

/**
 * Finds the data bar at the lower or the upper edge of a micrograph.
 *
 * A bar is a run of rows that one intensity dominates, with an edge where that share jumps; a dark or bright part of the
 * specimen changes gradually, and a dark image has no end of the run within a third of its height. One exact intensity is
 * looked for first: a black bar beneath a dark-field image differs from it by a few greys.
 *
 * @param image grey image
 * @returns the bar, or null where there is none
 */
export function findDataBar(image: GrayImage): DataBar | null {
  return barWithin(image, 0) ?? barWithin(image, GROUND_TOLERANCE);
}

/** The bar whose ground is one grey to a share of the image's range. */
function barWithin(image: GrayImage, toleranceShare: number): DataBar | null {
  const rows = rowGrounds(image, toleranceShare);
  const fromBelow = barFrom(rows, image, (depth) => image.height - 1 - depth);
  const bar = fromBelow ?? barFrom(rows, image, (depth) => depth);
  if (bar === null) return null;
  const { inner, ground, confidence } = bar;
  const { width, height } = image;
  const isBelow = fromBelow !== null;
  const whole = { x: 0, width };
  const lower = { ...whole, y: isBelow ? inner : inner + 1, height: height - (isBelow ? inner : inner + 1) };
  const upper = { ...whole, y: 0, height: isBelow ? inner : inner + 1 };
  return { region: isBelow ? lower : upper, imageRegion: isBelow ? upper : lower, ground, confidence };
}

/** The most frequent intensity of a row and how much of the row has it, and the median. */
interface RowGround {
  readonly median: number;
  readonly ground: number;
  readonly share: number;
}

/** Rows of an image with the grey levels that count as one ground, and as another. */
interface Rows {
  readonly rows: readonly RowGround[];
  readonly tolerance: number;
  readonly frameStep: number;
  readonly exactStep: number;
  readonly lossyStep: number;
}

/** Only rows that a bar can reach are looked at; the others count as image. */
function rowGrounds({ data, width, height }: GrayImage, toleranceShare: number): Rows {
  const [low, high] = extremes(data);
  const tolerance = toleranceShare * (high - low);
  const reach = Math.floor(height * LARGEST_SHARE) + SMALLEST_HEIGHT_PX;
  const rows = Array.from({ length: height }, (_, y): RowGround => {
    const isInReach = y <= reach || y >= height - 1 - reach;
    return isInReach
      ? rowGround(data.subarray(y * width, (y + 1) * width), tolerance)
      : { median: 0, ground: 0, share: 0 };
  });
  return {
    rows,
    tolerance,
    frameStep: FRAME_STEP * (high - low),
    exactStep: EXACT_STEP * (high - low),
    lossyStep: LOSSY_STEP * (high - low),
  };
}

/** The window of one tolerance's width that holds most values of the row. */
function rowGround(row: Float32Array, tolerance: number): RowGround {
  const sorted = row.slice().sort();
  let [first, best, ground] = [0, 0, sorted[0]];
  for (let last = 0; last < sorted.length; last++) {
    while (sorted[last] - sorted[first] > tolerance) first++;
    if (last - first + 1 > best) [best, ground] = [last - first + 1, (sorted[first] + sorted[last]) / 2];
  }
  return { median: sorted[sorted.length >> 1], ground, share: best / row.length };
}

/** Goes inwards from an edge of the image; `rowAt` gives the row at a depth. */
function barFrom(
  { rows, tolerance, frameStep, exactStep, lossyStep }: Rows,
  { height }: GrayImage,
  rowAt: (depth: number) => number,
): { inner: number; ground: number; confidence: number } | null {
  const deepest = Math.floor(height * LARGEST_SHARE);
  // one or two rows of the image can be left between the bar and the edge
  const start = [0, 1, 2].find((depth) => (rows[rowAt(depth)]?.share ?? 0) >= ROW_GROUND_SHARE);
  if (start === undefined || deepest < SMALLEST_HEIGHT_PX) return null;
  const ground = medianGround(rows, rowAt, start);
  const belongs = (depth: number) => {
    const row = rows[rowAt(depth)];
    const step = Math.abs(row.ground - ground);
    if (step <= tolerance) return row.share >= ROW_GROUND_SHARE;
    // a frame line has another intensity, but all along the row
    return row.share >= EDGE_GROUND_SHARE && step >= frameStep;
  };
  let end = start;
  while (end <= deepest && belongs(end)) end++;
  if (end > deepest || end - start < SMALLEST_HEIGHT_PX) return null;
  const inside = Math.max(...[1, 2, 3].map((back) => rows[rowAt(end - back)].share));
  const beyond = Array.from({ length: ROWS_BEYOND }, (_, on) => rows[rowAt(end + on)]);
  // a dark image beside a black bar differs from it by little, and by less than lossy files tell
  const otherStep = tolerance === 0 ? exactStep : lossyStep;
  if (beyond.some(({ median }) => Math.abs(median - ground) < otherStep)) return null;
  const outside = tolerance === 0 ? 0 : Math.max(...beyond.slice(0, 3).map(({ share }) => share));
  if (inside < EDGE_GROUND_SHARE) return null;
  const confidence = Math.max(0, inside - outside);
  return confidence < SMALLEST_JUMP ? null : { inner: rowAt(end - 1), ground, confidence };
}

function medianGround(rows: readonly RowGround[], rowAt: (depth: number) => number, start: number): number {
  const grounds = Array.from({ length: SMALLEST_HEIGHT_PX }, (_, i) => rows[rowAt(start + i)].ground).sort(
    (a, b) => a - b,
  );
  return grounds[SMALLEST_HEIGHT_PX / 2];
}
