import type { GrayImage } from "../../core/index.ts";
import { rangeError } from "../../core/index.ts";
import type { TileSource } from "../../image/index.ts";
import { normalizeForNetwork } from "../data/normalize.ts";
import type { GreyRecipe } from "../data/normalize.ts";

/** An image that is never held as a whole in floating point. */
export interface LargeImage {
  readonly width: number;
  readonly height: number;
  /** Edge of a pixel [nm]; null where nobody said. */
  readonly pixelSizeNm: number | null;
  /** Parts of it, as they were read. */
  readonly tiles: TileSource;
}

/** Rows that statistics are taken of at a time. */
const BAND_ROWS = 256;

/**
 * A study's intensity step for parts of a large image, with the statistics of the whole.
 *
 * @throws RangeError for steps that need all intensities at once
 */
export async function partNormalizer(
  image: LargeImage,
  recipe: GreyRecipe,
): Promise<(part: GrayImage) => GrayImage> {
  const { normalization } = recipe;
  if (normalization === "levels" || normalization === "none")
    return (part) => normalizeForNetwork(part, recipe);
  if (normalization === "minMax") {
    const { low, high } = await extremesOf(image);
    return linear(low, high - low);
  }
  if (normalization === "zScore") {
    const { center, deviation } = await momentsOf(image);
    return linear(center, deviation);
  }
  const wanted = "normalization of a model for images this large must be levels, none, minMax or zScore";
  throw rangeError({ action: "segment image by tiles" }, wanted, normalization);
}

/** A blank field, of scale 0, is the mean everywhere. */
function linear(center: number, scale: number) {
  return (part: GrayImage): GrayImage => ({
    ...part,
    intensityUnit: "arbitrary",
    data: scale > 0 ? part.data.map((value) => (value - center) / scale) : new Float32Array(part.data.length),
  });
}

async function extremesOf(image: LargeImage) {
  let [low, high] = [Infinity, -Infinity];
  for await (const { data } of bandsOf(image)) {
    for (const value of data) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return { low, high };
}

/** Mean and standard deviation, in two passes. */
async function momentsOf(image: LargeImage) {
  const count = image.width * image.height;
  let [sum, squares] = [0, 0];
  for await (const { data } of bandsOf(image)) for (const value of data) sum += value;
  const center = sum / count;
  for await (const { data } of bandsOf(image)) for (const value of data) squares += (value - center) ** 2;
  return { center, deviation: Math.sqrt(squares / count) };
}

async function* bandsOf({ width, height, tiles }: LargeImage): AsyncGenerator<GrayImage> {
  for (let y = 0; y < height; y += BAND_ROWS) {
    yield await tiles({ x: 0, y, width, height: Math.min(BAND_ROWS, height - y) });
  }
}

/**
 * A smaller picture of a large image and of its classes: every k-th pixel of every k-th row.
 *
 * @param classIds [height, width]
 * @param longestPx longer side of the result at most [px]
 */
export async function thinned(
  image: LargeImage,
  classIds: Uint8Array,
  longestPx: number,
): Promise<{ readonly image: GrayImage; readonly classIds: Uint8Array }> {
  const step = Math.ceil(Math.max(image.width, image.height) / longestPx);
  const [width, height] = [Math.ceil(image.width / step), Math.ceil(image.height / step)];
  const data = new Float32Array(width * height);
  const thinnedIds = new Uint8Array(width * height);
  const pixelSizeNm = image.pixelSizeNm === null ? null : image.pixelSizeNm * step;
  for (let y = 0; y < height; y++) {
    const row = await image.tiles({ x: 0, y: y * step, width: image.width, height: 1 });
    for (let x = 0; x < width; x++) {
      data[y * width + x] = row.data[x * step];
      thinnedIds[y * width + x] = classIds[y * step * image.width + x * step];
    }
  }
  return { image: { width, height, data, intensityUnit: "arbitrary", pixelSizeNm }, classIds: thinnedIds };
}
