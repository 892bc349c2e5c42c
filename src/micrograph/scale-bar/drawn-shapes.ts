import { brightnessRange, extremes } from "../../core/index.ts";
import type { GrayImage } from "../../core/index.ts";
import type { PixelRegion } from "../../image/index.ts";
import { flatZones } from "./flat-zones.ts";
import type { FlatZone } from "./flat-zones.ts";
import { lineShape } from "./line-shape.ts";
import { ringAbout, straightShare, withoutHoles } from "./outline.ts";

/** What a program has drawn in one grey: a line, such as that of a scale bar, the ground of a label, or a blank part. */
export interface DrawnShape extends FlatZone {
  readonly kind: "line" | "box" | "blank";
  /** Median of what lies about it. */
  readonly ground: number;
}

/** A line is at least this long, in pixels, more where it is one pixel thick, and as a share of the image's side. */
const SHORTEST_LINE_PX = 12;
const SHORTEST_HAIRLINE_PX = 16;
const SHORTEST_LINE_SHARE = 0.03;
const RAGGED = 0.03;
const THICKEST_LINE_PX = 8;
const THICKEST_LINE_SHARE = 0.04;
/** Sides and area of a box; blocks of JPEG files stay below where their ground is as flat as they are. */
const SMALLEST_BOX_PX = 10;
const SMALLEST_FAINT_BOX_PX2 = 800;
const RECTANGLE_FILL = 0.95;
/** What lies on a ground is writing if it has more pixels than so many. */
const SPECK_PX = 8;
/** Share of a box's outline that is straight, in parts of at least an eighth of its shorter side. */
const STRAIGHT_SHARE = 0.9;
const STRAIGHT_PART = 1 / 8;
/** A shape is brighter, or darker, than this share of its surroundings by this share of the image's range. */
const CONTRASTED_SHARE = 0.8;
/** Of a long line less: it may run across what is as bright. */
const LONG_LINE_PX = 30;
const LONG_LINE_CONTRASTED_SHARE = 0.6;
const LEAST_CONTRAST = 0.15;
/** Of more shapes than anybody draws the longest are kept: each is compared with each. */
const MOST_SHAPES = 1000;
/** Values within this share of the range from black or white are as good as black or white: lossy files ring. */
const LOSSY_SHARE = 0.06;

/**
 * Finds lines and boxes that were drawn into an image: one exact grey, straight outlines along rows and columns, and edges.
 *
 * In lossy files greys are not exact: what is nearly the darkest or the brightest counts as one grey in a second look.
 *
 * @param image any image
 * @param quiet the same with nothing much brighter or darker in its margins than elsewhere, for that second look
 * @returns shapes; each stands once
 */
export function drawnShapes(image: GrayImage, quiet = image): DrawnShape[] {
  const [low, high] = brightnessRange(image.data);
  const step = LEAST_CONTRAST * (high - low);
  const exact = longest(shapesOf(image, image, step), MOST_SHAPES);
  const lossy = longest(shapesOf(quiet, flattenedEnds(quiet), step), MOST_SHAPES).filter(
    (shape) => !exact.some((other) => isWithin(shape, other) || isWithin(other, shape)),
  );
  return [...exact, ...lossy];
}

/** The longer side of a box [px]. */
export const longSide = ({ width, height }: Pick<PixelRegion, "width" | "height">) => Math.max(width, height);

/** The boxes with the longest sides, in their order. */
export function longest<B extends PixelRegion>(boxes: readonly B[], count: number): B[] {
  if (boxes.length <= count) return [...boxes];
  const kept = new Set([...boxes].sort((a, b) => longSide(b) - longSide(a)).slice(0, count));
  return boxes.filter((box) => kept.has(box));
}

function shapesOf(image: GrayImage, flattened: GrayImage, step: number): DrawnShape[] {
  return flatZones(flattened, SHORTEST_LINE_PX).flatMap((zone): DrawnShape[] => {
    if (isLine(zone, image)) {
      const { contrastedShare, median } = surroundings(image, zone, step);
      const isLong = longSide(zone) >= LONG_LINE_PX;
      if (contrastedShare >= (isLong ? LONG_LINE_CONTRASTED_SHARE : CONTRASTED_SHARE))
        return [{ ...zone, kind: "line", ground: median }];
    }
    const box = boxOf(zone, image);
    if (box === null) return [];
    const kind = hasWriting(image, box, step) ? "box" : "blank";
    const { contrastedShare, median, isFlat } = surroundings(image, box, step);
    // black on black is told by its noise, which is missing: only where greys are exact, and no block of a JPEG
    const isFaintBox = image === flattened && !isFlat && (kind === "box" || isLargeRectangle(box));
    return contrastedShare >= CONTRASTED_SHARE || isFaintBox ? [{ ...box, kind, ground: median }] : [];
  });
}

function isLine(zone: FlatZone, image: GrayImage): boolean {
  const shape = lineShape(zone);
  if (shape === null || shape.raggedness > RAGGED) return false;
  const side = shape.isVertical ? image.height : image.width;
  const shortest = shape.thicknessPx === 1 ? SHORTEST_HAIRLINE_PX : SHORTEST_LINE_PX;
  const isThin = shape.thicknessPx <= Math.max(THICKEST_LINE_PX, THICKEST_LINE_SHARE * side);
  return isThin && shape.lengthPx >= Math.max(shortest, SHORTEST_LINE_SHARE * side);
}

function boxOf(zone: FlatZone, image: GrayImage): FlatZone | null {
  const shorter = Math.min(zone.width, zone.height);
  if (shorter < SMALLEST_BOX_PX) return null;
  const box = withoutHoles(zone);
  const part = Math.max(4, STRAIGHT_PART * shorter);
  return straightShare(box, image, part) >= STRAIGHT_SHARE ? box : null;
}

/** Whether something in a box differs from its ground as ink does. */
function hasWriting({ data, width }: GrayImage, box: FlatZone, step: number): boolean {
  let inkCount = 0;
  for (let row = 0, i = 0; row < box.height; row++) {
    const from = (box.y + row) * width + box.x;
    for (let column = 0; column < box.width; column++, i++) {
      if (box.mask[i] === 1 && Math.abs(data[from + column] - box.value) > step) inkCount++;
    }
  }
  return inkCount > SPECK_PX;
}

const isLargeRectangle = ({ width, height, inkCount }: FlatZone) =>
  width * height >= SMALLEST_FAINT_BOX_PX2 && inkCount >= RECTANGLE_FILL * width * height;

/** How far a shape parts from what lies about it, and whether that has no noise either. */
function surroundings(image: GrayImage, shape: FlatZone, step: number) {
  const ring = ringAbout(shape, image);
  const { data } = image;
  // numbers of single precision, which sort by themselves
  const values = new Float32Array(ring.length);
  let [above, below, equal] = [0, 0, 0];
  for (let i = 0; i < ring.length; i++) {
    const value = (values[i] = data[ring[i]]);
    if (value > shape.value + step) above++;
    if (value < shape.value - step) below++;
    if (value === data[ring[i] + 1]) equal++;
  }
  values.sort();
  return {
    median: values[Math.floor(values.length / 2)],
    contrastedShare: Math.max(above, below) / (values.length || 1),
    isFlat: equal >= 0.8 * values.length,
  };
}

/** Nearly black and nearly white pixels made black and white; no number anywhere else. */
function flattenedEnds(image: GrayImage): GrayImage {
  const [low, high] = extremes(image.data);
  const slack = LOSSY_SHARE * (high - low);
  const data = image.data.map((value) => (value <= low + slack ? low : value >= high - slack ? high : NaN));
  return { ...image, data };
}

const isWithin = (inner: FlatZone, outer: FlatZone) =>
  inner.x >= outer.x - 2 &&
  inner.y >= outer.y - 2 &&
  inner.x + inner.width <= outer.x + outer.width + 2 &&
  inner.y + inner.height <= outer.y + outer.height + 2;
