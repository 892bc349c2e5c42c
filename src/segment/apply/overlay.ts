import type { GrayImage } from "../../core/index.ts";
import { robustRange } from "../../image/index.ts";
import { UNLABELLED } from "../../labels/index.ts";
import type { Picture } from "../../report/index.ts";

/** Colours of classes 1, 2, ... over a grey image: Okabe and Ito's palette, seen by the colour-blind too. */
const CLASS_COLORS: readonly (readonly [number, number, number])[] = [
  [230, 159, 0],
  [86, 180, 233],
  [0, 158, 115],
  [204, 121, 167],
  [240, 228, 66],
  [213, 94, 0],
  [0, 114, 178],
];

/** Colour of pixels that nobody labelled. */
const UNLABELLED_COLOR = [255, 255, 255] as const;

/** How much of a class's colour covers the grey. */
const OPACITY = 0.45;

/**
 * An image as 8-bit greys, from its 0.5 % to its 99.5 % quantile.
 *
 * @returns [height, width] greys
 */
export function displayGreys(image: GrayImage): Uint8Array {
  const { low, high } = robustRange(image);
  const scale = high > low ? 255 / (high - low) : 0;
  const greys = new Uint8ClampedArray(image.data.length);
  for (let i = 0; i < greys.length; i++) greys[i] = (image.data[i] - low) * scale;
  return new Uint8Array(greys.buffer);
}

const colorOf = (classId: number) =>
  classId === UNLABELLED ? UNLABELLED_COLOR : CLASS_COLORS[(classId - 1) % CLASS_COLORS.length];

/**
 * An image with its classes laid over it in colours.
 *
 * @param image grey image
 * @param classIds [height, width]; 0 stays grey
 * @returns an RGB picture
 */
export function labelPicture(image: GrayImage, classIds: ArrayLike<number>): Picture {
  const greys = displayGreys(image);
  const pixels = new Uint8Array(3 * greys.length);
  greys.forEach((grey, i) => {
    const classId = classIds[i];
    const color = classId === 0 ? null : colorOf(classId);
    for (let channel = 0; channel < 3; channel++) {
      pixels[3 * i + channel] =
        color === null ? grey : Math.round(grey * (1 - OPACITY) + color[channel] * OPACITY);
    }
  });
  return { width: image.width, height: image.height, pixels, channels: 3 };
}

/**
 * What was found against what is there, in the colours of the steel study: hits white, missed magenta, false cyan, rest black.
 *
 * @param truth [height, width] class ids
 * @param found [height, width] class ids
 * @example
 * import { agreementPicture } from "../src/segment/apply/overlay.ts";
 * import { expect } from "vitest";
 * const frame = { classId: 1, width: 4, height: 1 };
 * const { pixels } = agreementPicture(Uint8Array.of(1, 1, 0, 0), Uint8Array.of(1, 0, 1, 0), frame);
 * expect([...pixels]).toEqual([255, 255, 255, 255, 0, 255, 0, 255, 255, 0, 0, 0]);
 */
export function agreementPicture(
  truth: ArrayLike<number>,
  found: ArrayLike<number>,
  frame: { readonly classId: number; readonly width: number; readonly height: number },
): Picture {
  const { classId, width, height } = frame;
  const pixels = new Uint8Array(3 * width * height);
  for (let i = 0; i < width * height; i++) {
    const [isThere, isFound] = [truth[i] === classId, found[i] === classId];
    // white is both; magenta lacks green, cyan lacks red
    pixels[3 * i] = isThere ? 255 : 0;
    pixels[3 * i + 1] = isFound ? 255 : 0;
    pixels[3 * i + 2] = isThere || isFound ? 255 : 0;
  }
  return { width, height, pixels, channels: 3 };
}
