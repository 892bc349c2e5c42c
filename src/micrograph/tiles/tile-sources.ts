import type { GrayImage } from "../../core/index.ts";
import { cropRegion } from "../../image/index.ts";
import { frameLayout, frameImage, squarePixelSizeNm } from "../frame-image.ts";
import type { Micrograph } from "../micrograph.ts";
import type { PixelRegion, TileSource } from "../../image/index.ts";

/**
 * Tiles of an image that is in memory.
 *
 * @param image whole image
 * @returns a source for `mapTiles`
 */
export function imageTiles(image: GrayImage): TileSource {
  return (region) => cropRegion(image, region);
}

/**
 * Tiles of a micrograph's frame, converted to grey one by one: the stored values stay as they are (8 bits a pixel instead of
 * the 32 of a whole grey image).
 */
export function micrographTiles(micrograph: Micrograph, frameIndex = 0): (region: PixelRegion) => GrayImage {
  const { width, height, channelCount } = frameLayout(micrograph);
  const perPixel = channelCount * (micrograph.dtype.startsWith("complex") ? 2 : 1);
  const first = frameIndex * width * height * perPixel;
  const stack = micrograph.axes.filter((axis) => axis.name !== "frame");
  return (region) => {
    const values = micrograph.values.slice(0, region.width * region.height * perPixel);
    for (let row = 0; row < region.height; row++) {
      const from = first + ((region.y + row) * width + region.x) * perPixel;
      values.set(
        micrograph.values.subarray(from, from + region.width * perPixel),
        row * region.width * perPixel,
      );
    }
    const axes = stack.map((axis) => ({
      ...axis,
      size: axis.name === "x" ? region.width : axis.name === "y" ? region.height : axis.size,
    }));
    const tile = frameImage({ ...micrograph, axes, values });
    return { ...tile, pixelSizeNm: squarePixelSizeNm(micrograph.axes) };
  };
}
