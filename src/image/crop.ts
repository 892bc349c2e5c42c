import type { GrayImage, RandomStream } from "../core/index.ts";
import { checkNumber, rangeError } from "../core/index.ts";
import { backgroundPixels } from "./background-pixels.ts";

/** What to do where a crop reaches beyond the image: refuse, fill with zero, or with pixels of the background. */
export type CropPadding = "refuse" | "zero" | { readonly background: RandomStream };

export interface CropOptions {
  /**
   * "refuse" (default) throws; "zero" fills with vacuum of a dark-field image; `background` fills with outermost pixels
   * drawn at random, of those within three standard deviations of their median: the usual background with its noise.
   */
  readonly padding?: CropPadding;
}

const CONTEXT = { action: "crop image" };

/**
 * Cuts the central part out of an image, or pads it to a larger field.
 *
 * @param image any image
 * @param widthPx columns of the result
 * @param heightPx rows of the result; an odd remainder leaves one pixel more at the right and the bottom
 * @param options padding rule
 * @returns a new image with the same pixel size
 * @throws RangeError when the image is smaller and padding is "refuse"
 * @example
 * import { cropCenter } from "../src/image/index.ts";
 * import { expect } from "vitest";
 * const data = Float32Array.of(1, 2, 3, 4);
 * const image = { width: 4, height: 1, data, intensityUnit: "arbitrary", pixelSizeNm: null } as const;
 * expect([...cropCenter({ ...image }, 2, 1).data]).toEqual([2, 3]);
 */
export function cropCenter(
  image: GrayImage,
  widthPx: number,
  heightPx: number,
  options: CropOptions = {},
): GrayImage {
  const region = {
    x: Math.floor((image.width - widthPx) / 2),
    y: Math.floor((image.height - heightPx) / 2),
    width: widthPx,
    height: heightPx,
  };
  return cropRegion(image, region, options);
}

/** A rectangle of pixels: left and top edge, then sizes. */
export interface PixelRegion {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Cuts a rectangle out of an image; it may reach beyond the image where the padding allows it.
 *
 * @param image any image
 * @param region left, top, width and height [px]
 * @param options padding rule
 * @returns a new image with the same pixel size
 * @throws RangeError when the region leaves the image and padding is "refuse"
 */
export function cropRegion(image: GrayImage, region: PixelRegion, options: CropOptions = {}): GrayImage {
  const { x, y, width, height } = region;
  checkNumber("width", width, { min: 1, integer: true, unit: "px", ...CONTEXT });
  checkNumber("height", height, { min: 1, integer: true, unit: "px", ...CONTEXT });
  const isInside = x >= 0 && y >= 0 && x + width <= image.width && y + height <= image.height;
  const { padding = "refuse" } = options;
  if (!isInside && padding === "refuse") {
    const wanted = `region must lie inside the image of ${image.width} x ${image.height} px`;
    throw rangeError(CONTEXT, wanted, `${width} x ${height} at ${x}, ${y}`);
  }
  const data =
    isInside || typeof padding === "string"
      ? new Float32Array(width * height)
      : backgroundPixels(image, width * height, padding.background);
  const left = Math.max(0, x);
  const right = Math.max(left, Math.min(image.width, x + width));
  for (let row = Math.max(0, y); row < Math.min(image.height, y + height); row++) {
    const source = image.data.subarray(row * image.width + left, row * image.width + right);
    if (source.length > 0) data.set(source, (row - y) * width + (left - x));
  }
  return { ...image, width, height, data };
}

/**
 * The part of an image within a reach of a box.
 *
 * @param box in the image [px]
 * @param reachPx beyond its sides [px]; whole pixels that it touches belong to it
 * @param image or its size [px]
 */
export function regionAbout(
  { x, y, width, height }: PixelRegion,
  reachPx: number,
  image: Pick<GrayImage, "width" | "height">,
): PixelRegion {
  const [left, top] = [Math.max(0, Math.floor(x - reachPx)), Math.max(0, Math.floor(y - reachPx))];
  return {
    x: left,
    y: top,
    width: Math.min(image.width, Math.ceil(x + width + reachPx)) - left,
    height: Math.min(image.height, Math.ceil(y + height + reachPx)) - top,
  };
}
