import type { GrayImage } from "../core/index.ts";
import { boxMean } from "./box-mean.ts";
import { otsuThreshold } from "./otsu.ts";

/**
 * Share of an image's outermost pixels that are on the bright side of Otsu's threshold [otsu1979], in means of 3 x 3 pixels.
 *
 * The border of a picture of an aggregate shows its background: dark in dark field, bright in bright field. In dark field it is the share that matter covers.
 */
export function brightBorderShare(image: GrayImage): number {
  const { width, height } = image;
  const smooth = boxMean(image, 3, "edge");
  const threshold = otsuThreshold(smooth);
  let [bright, count] = [0, 0];
  for (let i = 0; i < smooth.length; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    if (x > 0 && y > 0 && x < width - 1 && y < height - 1) continue;
    count++;
    if (smooth[i] > threshold) bright++;
  }
  return bright / count;
}
