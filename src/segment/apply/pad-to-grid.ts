import type { GrayImage } from "../../core/index.ts";

/**
 * Enlarges an image to the right and below until both sides are multiples of a grid; what is added mirrors the image.
 *
 * @param gridPx multiple that is wanted [px]
 */
export function padToGrid(image: GrayImage, gridPx: number): GrayImage {
  const width = Math.ceil(image.width / gridPx) * gridPx;
  const height = Math.ceil(image.height / gridPx) * gridPx;
  if (width === image.width && height === image.height) return image;
  const data = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const row = mirrored(y, image.height) * image.width;
    for (let x = 0; x < width; x++) data[y * width + x] = image.data[row + mirrored(x, image.width)];
  }
  return { ...image, width, height, data };
}

/** Index beyond the end counted back from it, however far it lies. */
function mirrored(index: number, size: number): number {
  const inPeriod = index % (2 * size);
  return inPeriod < size ? inPeriod : 2 * size - 1 - inPeriod;
}
