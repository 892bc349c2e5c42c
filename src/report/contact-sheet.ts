import type { GrayImage } from "../core/index.ts";
import { grayPicture } from "./image-tile.ts";
import type { Picture } from "./png-data-uri.ts";

const GAP_PX = 2;
/** Grey of the lines between the images. */
const GAP_GREY = 255;

/**
 * Lays images of one size out on one sheet, row by row, on one grey scale.
 *
 * @param images one or more, of equal width and height
 * @param options.columns images in a row
 * @param options.white intensity shown as white, in the images' unit
 * @returns an 8-bit picture; places after the last image stay white
 */
export function contactSheet(
  images: readonly GrayImage[],
  { columns, white }: { readonly columns: number; readonly white: number },
): Picture {
  const [{ width, height }] = images;
  const rows = Math.ceil(images.length / columns);
  const sheetWidth = columns * (width + GAP_PX) - GAP_PX;
  const sheetHeight = rows * (height + GAP_PX) - GAP_PX;
  const pixels = new Uint8Array(sheetWidth * sheetHeight).fill(GAP_GREY);
  images.forEach((image, index) => {
    const picture = grayPicture(image, white);
    const left = (index % columns) * (width + GAP_PX);
    const top = Math.floor(index / columns) * (height + GAP_PX);
    for (let y = 0; y < height; y++) {
      pixels.set(picture.pixels.subarray(y * width, (y + 1) * width), (top + y) * sheetWidth + left);
    }
  });
  return { width: sheetWidth, height: sheetHeight, pixels, channels: 1 };
}
