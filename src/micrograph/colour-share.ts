import { frameLayout } from "./frame-image.ts";
import type { Micrograph } from "./micrograph.ts";

/** Difference of a pixel's channels from which it has a colour, over the largest value of the frame. */
const LEAST_DIFFERENCE = 0.1;
/** Pixels that are looked at, about. */
const MOST_PIXELS = 2 ** 17;

/**
 * Share of a frame's pixels that have a colour: grey pictures are often stored as red, green and blue that are alike.
 *
 * @param micrograph image or stack
 * @param frameIndex which frame, 0 first
 * @returns 0 to 1; 0 for frames of less than three channels
 */
export function colourShare(micrograph: Micrograph, frameIndex: number): number {
  const { width, height, channelCount } = frameLayout(micrograph);
  if (channelCount < 3) return 0;
  const pixelCount = width * height;
  const start = frameIndex * pixelCount * channelCount;
  const stride = Math.max(1, Math.ceil(pixelCount / MOST_PIXELS));
  const differences: number[] = [];
  let most = 0;
  for (let pixel = 0; pixel < pixelCount; pixel += stride) {
    const at = start + pixel * channelCount;
    const [red, green, blue] = [0, 1, 2].map((channel) => Number(micrograph.values[at + channel]));
    const high = Math.max(red, green, blue);
    most = Math.max(most, high);
    differences.push(high - Math.min(red, green, blue));
  }
  return differences.filter((difference) => difference > LEAST_DIFFERENCE * most).length / differences.length;
}
