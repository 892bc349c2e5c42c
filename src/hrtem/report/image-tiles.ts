import type { GrayImage } from "../../core/index.ts";
import { imageTileHtml, pngDataUri, type Html, type Picture } from "../../report/index.ts";

/** Hit, missed, too much; film stays grey [RGB]. */
const [HIT, MISSED, TOO_MUCH] = [
  [255, 255, 255],
  [220, 0, 160],
  [0, 190, 220],
] as const;

/** A prepared image with its scale bar, grey from -2.5 to 2.5 standard deviations. */
export function imageTile(image: GrayImage, caption: string): Html {
  const { width, height, data } = image;
  const pixels = Uint8Array.from(data, (value) => Math.max(0, Math.min(255, 127.5 + 51 * value)));
  return tile({ width, height, pixels, channels: 1 }, image, caption);
}

/**
 * A found mask over its image: against a true one in white, magenta and cyan; alone in cyan over grey.
 */
export function maskTile(
  image: GrayImage,
  { found, truth }: { readonly found: Uint8Array; readonly truth?: Uint8Array },
  caption: string,
): Html {
  const { width, height, data } = image;
  const pixels = new Uint8Array(3 * found.length);
  for (let i = 0; i < found.length; i++) {
    const grey = Math.max(0, Math.min(255, 127.5 + 51 * data[i]));
    const color = truth === undefined ? tinted(found[i], grey) : compared(found[i], truth[i], grey / 3);
    pixels.set(color, 3 * i);
  }
  return tile({ width, height, pixels, channels: 3 }, image, caption);
}

function tinted(found: number, grey: number): readonly number[] {
  return found === 1 ? [grey / 2, (grey + TOO_MUCH[1]) / 2, (grey + TOO_MUCH[2]) / 2] : [grey, grey, grey];
}

function compared(found: number, truth: number, grey: number): readonly number[] {
  if (truth === 1) return found === 1 ? HIT : MISSED;
  return found === 1 ? TOO_MUCH : [grey, grey, grey];
}

function tile(picture: Picture, { width, pixelSizeNm }: GrayImage, caption: string): Html {
  const fieldWidthNm = pixelSizeNm === null ? null : width * pixelSizeNm;
  return imageTileHtml({ source: pngDataUri(picture), caption, fieldWidthNm });
}
