import jpeg from "jpeg-js";
import { extremes } from "../../core/index.ts";
import type { RandomStream } from "../../core/index.ts";

/** Share of images that are kept in 8 bits, and of those that are then compressed. */
const BYTE_SHARE = 0.6;
const JPEG_SHARE = 0.5;
/** Quality of the compression, as libjpeg counts it. */
const LEAST_QUALITY = 40;
const MOST_QUALITY = 96;

/**
 * What a file keeps of an image: everything, 256 levels, or what JPEG leaves of them.
 *
 * @param rng stream of the draw
 * @param image [side, side]
 * @param side edge of the square [px]
 * @returns the image in its own units
 */
export function savedImage(rng: RandomStream, image: Float32Array, side: number): Float32Array {
  if (rng.uniform() >= BYTE_SHARE) return image;
  const [low, high] = extremes(image);
  if (!(high > low)) return image;
  const step = (high - low) / 255;
  const bytes = Uint8Array.from(image, (value) => Math.round((value - low) / step));
  const kept =
    rng.uniform() < JPEG_SHARE
      ? compressed(bytes, side, LEAST_QUALITY + rng.integerBelow(MOST_QUALITY - LEAST_QUALITY))
      : bytes;
  return Float32Array.from(kept, (value) => low + step * value);
}

function compressed(bytes: Uint8Array, side: number, quality: number): Uint8Array {
  const rgba = new Uint8Array(4 * bytes.length).fill(255);
  for (let i = 0; i < bytes.length; i++) rgba.fill(bytes[i], 4 * i, 4 * i + 3);
  const { data } = jpeg.encode({ width: side, height: side, data: rgba }, quality);
  const decoded = jpeg.decode(data, { useTArray: true });
  return bytes.map((_, i) => decoded.data[4 * i]);
}
