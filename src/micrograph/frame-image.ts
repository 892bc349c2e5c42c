import type { GrayImage } from "../core/index.ts";
import { rangeError } from "../core/index.ts";
import type { Micrograph, MicrographAxis, PixelArray } from "./micrograph.ts";
import { shapeOf } from "./micrograph.ts";
import { pixelGeometry } from "./pixel-geometry.ts";

/** Luma of RGB, ITU-R BT.601: the weights that JPEG's own grey channel has [bt601]. */
const LUMA = [0.299, 0.587, 0.114] as const;

/** How the stored array divides into frames. */
export interface FrameLayout {
  readonly width: number;
  readonly height: number;
  readonly channelCount: number;
  readonly frameCount: number;
}

/**
 * Number of images in a micrograph: the product of the axes before y and x.
 *
 * @param micrograph an image or stack
 * @returns 1 for a plain image
 * @throws RangeError for a spectrum, which has no image
 */
export function frameCount(micrograph: Pick<Micrograph, "axes" | "fileName">): number {
  return frameLayout(micrograph).frameCount;
}

/**
 * One frame of a micrograph as a grey image in its intensity unit.
 *
 * Colour becomes luma (BT.601), alpha is ignored, complex values become their modulus. The pixel size is null where
 * the file does not say it, where it is no length (a diffraction pattern), or where the pixels are not square.
 *
 * @param micrograph image or stack
 * @param frameIndex which frame, 0 first; axes before y and x are counted row-major
 * @returns a new image
 * @throws RangeError for a spectrum or a frame that is not there
 * @example
 * import { encodePng16, frameImage, readMicrograph } from "../src/micrograph/index.ts";
 * import { expect } from "vitest";
 * const data = Float32Array.of(0, 1, 2, 3);
 * const intensityUnit = "electrons per pixel";
 * const png = encodePng16({ width: 2, height: 2, data, intensityUnit, pixelSizeNm: 0.5 });
 * const image = frameImage(await readMicrograph(png, "a.png"));
 * expect(image).toEqual({ width: 2, height: 2, data, intensityUnit, pixelSizeNm: 0.5 });
 */
export function frameImage(micrograph: Micrograph, frameIndex = 0): GrayImage {
  const layout = frameLayout(micrograph);
  if (!Number.isInteger(frameIndex) || frameIndex < 0 || frameIndex >= layout.frameCount) {
    const wanted = `frame must be a whole number from 0 to ${layout.frameCount - 1}`;
    throw rangeError(contextOf(micrograph), wanted, String(frameIndex));
  }
  const { width, height } = layout;
  const { offset, scale, unit } = micrograph.intensity;
  const data = greyValues(micrograph, layout, frameIndex);
  if (offset !== 0 || scale !== 1) {
    for (let i = 0; i < data.length; i++) data[i] = offset + scale * data[i];
  }
  return { width, height, data, intensityUnit: unit, pixelSizeNm: squarePixelSizeNm(micrograph.axes) };
}

/**
 * Edge of a square pixel.
 *
 * @param axes axes of a micrograph
 * @returns edge [nm]; null where unknown, no length, or where x and y differ by more than 0.1 %
 */
export function squarePixelSizeNm(axes: readonly MicrographAxis[]): number | null {
  const geometry = pixelGeometry(axes);
  return geometry.kind === "square" ? geometry.pixelSizeNm : null;
}

const contextOf = (micrograph: Pick<Micrograph, "fileName">) => ({
  action: "take image from micrograph",
  where: micrograph.fileName,
});

/**
 * How the stored values divide into frames, rows, columns and channels.
 *
 * @throws RangeError for a spectrum
 */
export function frameLayout(micrograph: Pick<Micrograph, "axes" | "fileName">): FrameLayout {
  const { axes } = micrograph;
  const y = axes.findIndex((axis) => axis.name === "y");
  const x = axes.findIndex((axis) => axis.name === "x");
  const rest = axes.slice(x + 1);
  if (y < 0 || x !== y + 1 || rest.some((axis) => axis.name !== "channel")) {
    const got = `${axes.map((axis) => axis.name).join(" x ")} of ${shapeOf(micrograph).join(" x ")}`;
    throw rangeError(contextOf(micrograph), "axes must end in y, x or y, x, channel", got);
  }
  const sizes = shapeOf(micrograph);
  return {
    width: sizes[x],
    height: sizes[y],
    channelCount: sizes.slice(x + 1).reduce((product, size) => product * size, 1),
    frameCount: sizes.slice(0, y).reduce((product, size) => product * size, 1),
  };
}

function greyValues(micrograph: Micrograph, layout: FrameLayout, frameIndex: number): Float32Array {
  const partCount = micrograph.dtype.startsWith("complex") ? 2 : 1;
  const pixelCount = layout.width * layout.height;
  const length = pixelCount * layout.channelCount * partCount;
  const frame = micrograph.values.subarray(frameIndex * length, (frameIndex + 1) * length);
  if (partCount === 2) return moduli(frame, pixelCount, layout.channelCount);
  // the constructor converts at once; Float32Array.from() goes through an iterator
  if (layout.channelCount === 1) return new Float32Array(frame);
  if (layout.channelCount >= 3) return luma(frame, pixelCount, layout.channelCount);
  return everyNth(frame, pixelCount, layout.channelCount);
}

/** Grey beside alpha. */
function everyNth(frame: PixelArray, pixelCount: number, channelCount: number): Float32Array {
  const grey = new Float32Array(pixelCount);
  for (let i = 0; i < pixelCount; i++) grey[i] = frame[i * channelCount];
  return grey;
}

function moduli(frame: PixelArray, pixelCount: number, channelCount: number): Float32Array {
  const grey = new Float32Array(pixelCount);
  const step = 2 * channelCount;
  for (let i = 0; i < pixelCount; i++) grey[i] = Math.hypot(frame[i * step], frame[i * step + 1]);
  return grey;
}

function luma(frame: PixelArray, pixelCount: number, channelCount: number): Float32Array {
  const grey = new Float32Array(pixelCount);
  for (let i = 0; i < pixelCount; i++) {
    const at = i * channelCount;
    grey[i] = LUMA[0] * frame[at] + LUMA[1] * frame[at + 1] + LUMA[2] * frame[at + 2];
  }
  return grey;
}
