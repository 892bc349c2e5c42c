import type { GrayImage } from "../../core/index.ts";
import { robustRange } from "../../image/index.ts";
import type { Picture } from "../../report/index.ts";
import type { ImageParticles, Particle } from "../measure/image-particles.ts";
import { axesOf, distanceInto } from "../simulate/ellipse.ts";
import type { Ellipse } from "../simulate/ellipse.ts";

/** Lighter material, heavier material [RGB]; seen by the colour-blind too. */
export const COLOURS = [
  [230, 159, 0],
  [86, 180, 233],
] as const;
/** Longest edge of an overlay [px]: larger images are halved until they fit. */
const MOST_EDGE_PX = 2048;
/** Width of a circle over the longest edge of the picture, and its least [px]. */
const LINE_SHARE = 1 / 600;
const LEAST_LINE_PX = 1.2;
/** Dashes of an outline that a person has set. */
const DASH_COUNT = 8;

/**
 * An image with an outline around each of its particles, in the colour of its material; dashed where a person has set it.
 *
 * @param image as it was read
 * @param found its particles
 * @param materials names, the first in orange, the second in blue
 * @returns an RGB picture, halved where the image is large
 */
export function particleOverlay(
  image: GrayImage,
  { particles }: Pick<ImageParticles, "particles">,
  materials: readonly string[],
): Picture {
  const step = Math.ceil(Math.max(image.width, image.height) / MOST_EDGE_PX);
  const [width, height] = [image.width, image.height].map((length) => Math.floor(length / step));
  const pixels = greyPixels(image, { step, width, height });
  return outlinedInPlace({ width, height, pixels, channels: 3 }, { particles, step }, materials);
}

/**
 * Draws the particles of an image onto a picture of it.
 *
 * @param picture RGB; it is written into
 * @param drawn particles, and how many pixels of their image a pixel of the picture is
 * @param materials names, the first in orange, the second in blue
 * @returns the picture
 */
export function outlinedInPlace(
  picture: Picture & { readonly pixels: Uint8Array },
  { particles, step }: { readonly particles: readonly Particle[]; readonly step: number },
  materials: readonly string[],
): Picture {
  const { width, height, pixels } = picture;
  const lineWidth = Math.max(LEAST_LINE_PX, Math.max(width, height) * LINE_SHARE);
  // the least probable first, so that they lie below
  for (const particle of particles.toReversed()) {
    const colour = COLOURS[particle.material !== null && particle.material === materials[1] ? 1 : 0];
    drawOutline(pixels, { width, height }, scaledDown(particle, step), {
      colour,
      lineWidth,
      isDashed: particle.source === "corrected",
    });
  }
  return picture;
}

const scaledDown = ({ x, y, radiusPx, elongation }: Particle, step: number): Ellipse => ({
  elongation,
  x: x / step,
  y: y / step,
  radiusPx: radiusPx / step,
});

function greyPixels(
  image: GrayImage,
  { step, width, height }: { readonly step: number; readonly width: number; readonly height: number },
): Uint8Array {
  const { low, high } = robustRange(image);
  const scale = high > low ? 255 / (high - low) : 0;
  const pixels = new Uint8Array(3 * width * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      let sum = 0;
      for (let v = 0; v < step; v++) {
        for (let u = 0; u < step; u++) sum += image.data[(row * step + v) * image.width + column * step + u];
      }
      const grey = Math.max(0, Math.min(255, (sum / step ** 2 - low) * scale));
      pixels.fill(grey, 3 * (row * width + column), 3 * (row * width + column) + 3);
    }
  }
  return pixels;
}

function drawOutline(
  pixels: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
  ellipse: Ellipse,
  {
    colour,
    lineWidth,
    isDashed,
  }: { readonly colour: readonly number[]; readonly lineWidth: number; readonly isDashed: boolean },
): void {
  const { x, y } = ellipse;
  const reach = axesOf(ellipse).long + lineWidth;
  const distanceTo = distanceInto(ellipse);
  for (let row = Math.max(0, Math.floor(y - reach)); row <= Math.min(height - 1, y + reach); row++) {
    for (
      let column = Math.max(0, Math.floor(x - reach));
      column <= Math.min(width - 1, x + reach);
      column++
    ) {
      // along the line to the centre: a hair more than the shortest way where an ellipse is long
      const [dx, dy] = [column + 0.5 - x, row + 0.5 - y];
      if (isDashed && isGap(dx, dy)) continue;
      const distance = distanceTo(column + 0.5, row + 0.5);
      const off = distance === 0 ? Infinity : Math.abs(1 - 1 / distance) * Math.hypot(dx, dy);
      // one pixel of softness on either side of the line
      const cover = Math.max(0, Math.min(1, lineWidth / 2 + 0.5 - off));
      if (cover === 0) continue;
      for (let channel = 0; channel < 3; channel++) {
        const at = 3 * (row * width + column) + channel;
        pixels[at] = Math.round(pixels[at] * (1 - cover) + colour[channel] * cover);
      }
    }
  }
}

/** Whether a direction from the centre lies between two dashes. */
const isGap = (dx: number, dy: number) =>
  Math.floor((DASH_COUNT * Math.atan2(dy, dx)) / Math.PI + 2 * DASH_COUNT) % 2 === 1;

/** Residual that is drawn as white or black [standard deviations of the noise]. */
export const MOST_RESIDUAL = 8;

/**
 * What a fit leaves of an image: grey where particles and background explain it to the noise, bright where matter is missing, dark
 * where there is too much.
 *
 * @param residual signal minus model, over the noise
 * @returns a grey picture
 */
export function residualPicture({
  width,
  height,
  data,
}: {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}): Picture {
  const pixels = Uint8Array.from(data, (value) =>
    Math.max(0, Math.min(255, Math.round(127.5 * (1 + value / MOST_RESIDUAL)))),
  );
  return { width, height, pixels, channels: 1 };
}
