import { quantile, type GrayImage } from "../core/index.ts";
import { boxMean, otsuThreshold } from "../image/index.ts";

/** Names of the classical measures, in the order of the vector that `measureImage` gives. */
export const IMAGE_MEASURES = [
  "ln projected area [nm2]",
  "ln mean signal on the aggregate",
  "coefficient of variation of the signal",
  "ln 2D radius of gyration [nm]",
  "ln boundary length over root area",
  "ln mean chord of the mask [nm]",
  "share of pixels above twice the mean signal",
  "ln background",
] as const;

/**
 * Classical measures of an aggregate's image: projected area, signal, size, boundary and chord length.
 *
 * The image is smoothed by a 3 x 3 mean, parted from the support film by Otsu's threshold [otsu1979], and the
 * film's signal (the 5 % quantile) is taken off. They are the inputs of the classical estimate that stands beside
 * the network, and part of the test whether an image is like the training images.
 *
 * @param image fraction of the incident beam
 * @param pixelSizeNm edge of a pixel [nm]
 * @returns [IMAGE_MEASURES.length], all finite; an empty image gives the values of one bright pixel
 */
export function measureImage(image: GrayImage, pixelSizeNm: number): Float64Array {
  const { width, height } = image;
  const smooth = boxMean(image, 3, "edge");
  const background = quantile(smooth, 0.05);
  const threshold = otsuThreshold(smooth);
  let area = 0;
  let boundary = 0;
  let runs = 0;
  const sums = { signal: 0, square: 0, x: 0, y: 0, xx: 0, yy: 0 };
  const isInside = (x: number, y: number) => x >= 0 && y >= 0 && smooth[y * width + x] > threshold;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!isInside(x, y)) continue;
      const signal = smooth[y * width + x] - background;
      area++;
      sums.signal += signal;
      sums.square += signal * signal;
      sums.x += signal * x;
      sums.y += signal * y;
      sums.xx += signal * x * x;
      sums.yy += signal * y * y;
      // a run starts, and an edge is crossed, where the left neighbour is outside; upward likewise
      if (!isInside(x - 1, y)) runs++;
      if (!isInside(x - 1, y)) boundary++;
      if (!isInside(x, y - 1)) boundary++;
    }
  }
  if (area === 0) return emptyMeasures(pixelSizeNm, background);
  const meanSignal = sums.signal / area;
  const variance = Math.max(0, sums.square / area - meanSignal ** 2);
  const spread = centralSecondMoment(sums);
  let brightCount = 0;
  for (let i = 0; i < smooth.length; i++) {
    if (smooth[i] > threshold && smooth[i] - background > 2 * meanSignal) brightCount++;
  }
  return Float64Array.of(
    Math.log(area * pixelSizeNm ** 2),
    Math.log(meanSignal),
    Math.sqrt(variance) / meanSignal,
    0.5 * Math.log(Math.max(spread, 0.25) * pixelSizeNm ** 2),
    Math.log(Math.max(1, boundary) / Math.sqrt(area)),
    Math.log((area / runs) * pixelSizeNm),
    brightCount / area,
    Math.log(Math.max(background, 1e-6)),
  );
}

/** Signal-weighted mean of the squared distance from the signal's centre [px2]. */
function centralSecondMoment(sums: Record<"signal" | "x" | "y" | "xx" | "yy", number>): number {
  const { signal, x, y, xx, yy } = sums;
  return xx / signal - (x / signal) ** 2 + yy / signal - (y / signal) ** 2;
}

function emptyMeasures(pixelSizeNm: number, background: number): Float64Array {
  const area = pixelSizeNm ** 2;
  const logBackground = Math.log(Math.max(background, 1e-6));
  return Float64Array.of(
    Math.log(area),
    -10,
    0,
    0.5 * Math.log(area / 4),
    0,
    0.5 * Math.log(area),
    0,
    logBackground,
  );
}
