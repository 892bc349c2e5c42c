import { median } from "../core/index.ts";
import { gaussianBlur } from "./gaussian-blur.ts";

/** Blurs at which gradients are compared [px]. */
const NARROW_PX = 1;
const WIDE_PX = 2;
/** Share of the pixels, those of the steepest gradient, that are taken for edges. */
const EDGE_SHARE = 0.01;
/** Least ratio of an edge's gradient to the median one, which noise and texture make. */
const LEAST_RATIO = 4;

/**
 * How soft the sharpest edges of an image are: the standard deviation of the Gaussian that would make them of steps.
 *
 * A step blurred by sigma and then by s has a gradient that falls with 1/sqrt(sigma^2 + s^2), so two blurs tell sigma
 * [elder1998], [zhuo2011]:
 *
 *   sigma^2 = (s2^2 - R^2 s1^2)/(R^2 - 1),  R = gradient at s1 over gradient at s2
 *
 * The edge of a sphere is no step: its thickness rises over some of its radius, and counts as softness.
 *
 * @param image [height, width]
 * @returns median over the steepest hundredth of the pixels [px]; null where nothing stands out of noise and texture
 */
export function edgeSoftnessPx(image: {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}): number | null {
  const { width, height } = image;
  if (width < 3 || height < 3) return null;
  const [narrow, wide] = [NARROW_PX, WIDE_PX].map((sigmaPx) =>
    gradients(gaussianBlur(image.data, image, sigmaPx), width, height),
  );
  const sorted = wide.slice().sort();
  const least = sorted[Math.floor((1 - EDGE_SHARE) * (sorted.length - 1))];
  if (!(least > LEAST_RATIO * sorted[Math.floor(sorted.length / 2)]) || least === 0) return null;
  const softness: number[] = [];
  for (let i = 0; i < wide.length; i++) {
    if (wide[i] < least) continue;
    const square = (narrow[i] / wide[i]) ** 2;
    softness.push(
      square <= 1
        ? Infinity
        : Math.sqrt(Math.max(0, (WIDE_PX ** 2 - square * NARROW_PX ** 2) / (square - 1))),
    );
  }
  const middle = median(softness);
  return Number.isFinite(middle) ? middle : null;
}

/** Central differences, 0 on the border. */
function gradients(data: Float32Array, width: number, height: number): Float32Array {
  const steepness = new Float32Array(data.length);
  for (let y = 1; y + 1 < height; y++) {
    for (let x = 1; x + 1 < width; x++) {
      const i = y * width + x;
      steepness[i] = Math.hypot(data[i + 1] - data[i - 1], data[i + width] - data[i - width]) / 2;
    }
  }
  return steepness;
}
