import { median, type GrayImage } from "../../core/index.ts";
import { boxMean, closeMask, connectedComponents, dilateMask, type PixelRegion } from "../../image/index.ts";

/** An aggregate in an image: where it lies, and which pixels are its own. */
export interface FoundAggregate {
  /** The box round it, in pixels of the image. */
  readonly box: PixelRegion;
  /** Whether the image's border cuts it. */
  readonly isCut: boolean;
  /** Number of its pixels in `FoundAggregates.owners`. */
  readonly owner: number;
}

/** What an image shows beside its background. */
export interface FoundAggregates {
  /** In reading order of their first pixels. */
  readonly aggregates: readonly FoundAggregate[];
  /** Objects too small to be aggregates: specks and single particles. */
  readonly speckCount: number;
  /** [height, width] of the coarse map: 0 for background, else the number of the object, specks among them. */
  readonly owners: Int32Array;
  readonly coarse: { readonly width: number; readonly height: number; readonly factor: number };
}

/** Edge of the map that objects are looked for in [px]: finer than the frame of a network that holds one of them. */
const COARSE_EDGE_PX = 1024;
/** What is looked for is seen in means over an edge of this share of the map's: grain finer than a network's pixels is no matter. */
const SMOOTHED_SHARE = 1 / 160;
/** Pixels brighter than the background by so many deviations of its smoothed noise are matter. */
const MATTER_SIGMAS = 5;
/** Gaps up to twice this belong to an aggregate, and its blurred rim reaches so far [coarse px]. */
const RIM_PX = 2;
/** A smaller object is a speck: of fewer pixels of the image, or of this share of the largest object's. */
const [SPECK_PX, SPECK_SHARE] = [100, 0.05];

/**
 * Finds the aggregates of a dark-field image: what is brighter than its background and hangs together.
 *
 * The background is the median of what is left when brighter pixels are cut off again and again, which holds as long as it fills half of the image.
 *
 * @param image of aggregates on a dark background
 * @returns boxes, and which pixel belongs to which object
 */
export function findAggregates(image: GrayImage): FoundAggregates {
  const factor = Math.ceil(Math.max(image.width, image.height) / COARSE_EDGE_PX);
  const coarse = coarsened(image, factor);
  const smooth = boxMean(coarse, smoothedPx(coarse), "edge");
  const threshold = matterThreshold(smooth);
  const { width, height } = coarse;
  const bright = { width, height, data: Uint8Array.from(smooth, (value) => Number(value > threshold)) };
  const { components, componentCount } = connectedComponents(
    closeMask(bright, RIM_PX).data,
    width,
    height,
    8,
  );
  const objects = measureObjects(components, componentCount, width);
  const largest = objects.reduce((most, { area }) => Math.max(most, area), 0);
  const least = Math.max(SPECK_PX / factor ** 2, SPECK_SHARE * largest);
  const kept = objects.filter(({ area }) => area >= least);
  return {
    aggregates: kept.map((object) => placed(object, image, factor)),
    speckCount: objects.length - kept.length,
    owners: components,
    coarse: { width, height, factor },
  };
}

/**
 * The aggregate that an image is of.
 *
 * @param found by findAggregates
 * @param size of the image [px]
 * @returns the one whose box is nearest to the middle; null where there is none
 */
export function mainAggregate(
  { aggregates }: Pick<FoundAggregates, "aggregates">,
  { width, height }: Pick<GrayImage, "width" | "height">,
): FoundAggregate | null {
  const distance = ({ box }: FoundAggregate) =>
    Math.hypot(box.x + box.width / 2 - width / 2, box.y + box.height / 2 - height / 2);
  return aggregates.reduce<FoundAggregate | null>(
    (main, one) => (main === null || distance(one) < distance(main) ? one : main),
    null,
  );
}

/**
 * The pixels of a region that belong to other objects than one aggregate, their blurred rims included.
 *
 * @param found by findAggregates
 * @param aggregate whose neighbours are asked for
 * @param region of the image, inside it
 * @returns [region.height, region.width]: 1 where a pixel is somebody else's
 */
export function neighbourMask(
  { owners, coarse }: FoundAggregates,
  { owner }: FoundAggregate,
  region: PixelRegion,
): Uint8Array {
  const { width, height, factor } = coarse;
  const others = { width, height, data: Uint8Array.from(owners, (o) => Number(o !== 0 && o !== owner)) };
  const wide = others.data.includes(1) ? dilateMask(others, RIM_PX).data : others.data;
  return Uint8Array.from({ length: region.width * region.height }, (_, i) => {
    const x = Math.min(width - 1, Math.floor((region.x + (i % region.width)) / factor));
    const y = Math.min(height - 1, Math.floor((region.y + Math.floor(i / region.width)) / factor));
    const at = y * width + x;
    return Number(wide[at] === 1 && owners[at] !== owner);
  });
}

/** Edge of the squares that are averaged [px]: odd, and 3 or more. */
function smoothedPx({ width, height }: Pick<GrayImage, "width" | "height">): number {
  return Math.max(3, 2 * Math.floor((SMOOTHED_SHARE * Math.max(width, height)) / 2) + 1);
}

/** Means over squares of pixels; the last row and column may stand for fewer. */
function coarsened(image: GrayImage, factor: number): GrayImage {
  if (factor === 1) return image;
  const [width, height] = [Math.ceil(image.width / factor), Math.ceil(image.height / factor)];
  const [sums, counts] = [new Float64Array(width * height), new Uint32Array(width * height)];
  for (let y = 0; y < image.height; y++) {
    for (let x = 0; x < image.width; x++) {
      const at = Math.floor(y / factor) * width + Math.floor(x / factor);
      sums[at] += image.data[y * image.width + x];
      counts[at]++;
    }
  }
  return { ...image, width, height, data: Float32Array.from(sums, (sum, i) => sum / counts[i]) };
}

/** Median of absolute differences over the standard deviation of a normal distribution. */
const MEDIAN_PER_DEVIATION = 0.6745;
/** Pixels beyond so many deviations are no background when it is measured anew. */
const [CLIP_SIGMAS, CLIP_ROUNDS] = [3, 8];

/** Pixels that tell of the background; more do not sharpen it. */
const MOST_PIXELS = 2 ** 14;

function matterThreshold(smooth: Float32Array): number {
  const stride = Math.ceil(smooth.length / MOST_PIXELS);
  let background = smooth.filter((_, i) => i % stride === 0);
  let [level, deviation] = [0, 0];
  for (let round = 0; round < CLIP_ROUNDS; round++) {
    level = median(background);
    const middle = level;
    deviation = median(background.map((value) => Math.abs(value - middle))) / MEDIAN_PER_DEVIATION;
    const limit = level + CLIP_SIGMAS * deviation;
    const rest = background.filter((value) => value <= limit);
    if (rest.length === background.length) break;
    background = rest;
  }
  return level + MATTER_SIGMAS * deviation;
}

interface CoarseObject {
  readonly owner: number;
  area: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

function measureObjects(components: Int32Array, count: number, width: number): CoarseObject[] {
  const objects = Array.from({ length: count }, (_, i): CoarseObject => ({
    owner: i + 1,
    area: 0,
    left: Infinity,
    right: -Infinity,
    top: Infinity,
    bottom: -Infinity,
  }));
  components.forEach((owner, at) => {
    if (owner === 0) return;
    const object = objects[owner - 1];
    const [x, y] = [at % width, Math.floor(at / width)];
    object.area++;
    object.left = Math.min(object.left, x);
    object.right = Math.max(object.right, x);
    object.top = Math.min(object.top, y);
    object.bottom = Math.max(object.bottom, y);
  });
  return objects;
}

function placed({ owner, ...edges }: CoarseObject, image: GrayImage, factor: number): FoundAggregate {
  const [x, y] = [edges.left * factor, edges.top * factor];
  const [right, bottom] = [
    Math.min(image.width, (edges.right + 1) * factor),
    Math.min(image.height, (edges.bottom + 1) * factor),
  ];
  const isCut = x === 0 || y === 0 || right === image.width || bottom === image.height;
  return { owner, isCut, box: { x, y, width: right - x, height: bottom - y } };
}
