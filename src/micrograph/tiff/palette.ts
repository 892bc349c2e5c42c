import type { PixelArray } from "../micrograph.ts";
import { unreadable } from "../unreadable.ts";
import type { TiffLayout } from "./tiff-layout.ts";
import { tagNumbers } from "./tiff-tags.ts";
import type { TiffPage } from "./tiff-tags.ts";

const COLOR_MAP = 320;

/** Pixels after the palette: looked up, or left as they are. */
interface ColoredPixels {
  readonly values: PixelArray;
  readonly channelCount: number;
  readonly isColored: boolean;
}

/**
 * Looks indices up in the palette of a page; a palette that is the grey ramp leaves them as they are.
 *
 * @throws RangeError when the palette is shorter than the indices need
 */
export function applyPalette(page: TiffPage, layout: TiffLayout, values: PixelArray): ColoredPixels {
  const plain = { values, channelCount: layout.sampleCount, isColored: false };
  const map = layout.photometric === 3 && layout.sampleCount === 1 ? tagNumbers(page, COLOR_MAP) : null;
  if (map === null) return plain;
  const size = 2 ** layout.bitsPerSample;
  if (map.length < 3 * size) {
    throw unreadable(`TIFF palette must have ${3 * size} entries`, map.length, page.offset);
  }
  if (isGreyRamp(map, size)) return plain;
  const rgb = new Uint8Array(values.length * 3);
  for (let i = 0; i < values.length; i++) {
    for (let channel = 0; channel < 3; channel++) rgb[3 * i + channel] = map[channel * size + values[i]] >> 8;
  }
  return { values: rgb, channelCount: 3, isColored: true };
}

/** Entries of 0 to 65535 (or 0 to 255 by writers that forgot the scale), equal in red, green and blue and rising evenly. */
function isGreyRamp(map: readonly number[], size: number): boolean {
  const scale = map[size - 1] / (size - 1);
  return map
    .slice(0, size)
    .every(
      (red, i) => red === map[size + i] && red === map[2 * size + i] && Math.abs(red - scale * i) <= 256,
    );
}
