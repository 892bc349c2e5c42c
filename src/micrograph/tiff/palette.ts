import type { PixelArray } from "../micrograph.ts";
import { throughPalette } from "../palette.ts";
import type { PalettePixels } from "../palette.ts";
import type { ReadOptions } from "../read-options.ts";
import { unreadable } from "../unreadable.ts";
import type { TiffLayout } from "./tiff-layout.ts";
import { tagNumbers } from "./tiff-tags.ts";
import type { TiffPage } from "./tiff-tags.ts";

const COLOR_MAP = 320;

/**
 * Looks indices up in the palette of a page, or keeps them with the palette; one that is the grey ramp leaves plain greys.
 *
 * @returns null where the page has no palette, or a grey one
 * @throws RangeError when the palette is shorter than the indices need
 */
export function applyPalette(
  page: TiffPage,
  layout: TiffLayout,
  values: PixelArray,
  options: ReadOptions,
): PalettePixels | null {
  const map = layout.photometric === 3 && layout.sampleCount === 1 ? tagNumbers(page, COLOR_MAP) : null;
  if (map === null) return null;
  const size = 2 ** layout.bitsPerSample;
  if (map.length < 3 * size) {
    throw unreadable(`TIFF palette must have ${3 * size} entries`, map.length, page.offset);
  }
  if (isGreyRamp(map, size)) return null;
  // entries go to 65535, or to 255 by writers that forgot the scale
  const shift = map.some((entry) => entry > 255) ? 8 : 0;
  const rgba = Uint8Array.from({ length: 4 * size }, (_, i) =>
    (i & 3) < 3 ? map[(i & 3) * size + (i >> 2)] >> shift : 255,
  );
  return throughPalette(values, rgba, options);
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
