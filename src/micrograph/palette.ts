import type { ReadOptions } from "./read-options.ts";
import type { PixelArray } from "./micrograph.ts";
import { unreadable } from "./unreadable.ts";

/** Pixels of an image with a palette, as a reader hands them on. */
export interface PalettePixels {
  readonly values: PixelArray;
  readonly channelCount: number;
  /** Present where the values are indices. */
  readonly palette?: Uint8Array;
}

/**
 * Looks indices up in a palette, or keeps them with the palette beside.
 *
 * @param palette [index, 4] RGBA
 * @throws RangeError when an index is beyond the palette
 */
export function throughPalette(
  indices: PixelArray,
  palette: Uint8Array,
  { palette: wanted }: ReadOptions,
): PalettePixels {
  const size = palette.length / 4;
  const beyond = indices.find((index) => index >= size);
  if (size === 0) throw unreadable("an image of indexed colours must have a palette", "none");
  if (beyond !== undefined) throw unreadable(`palette index must be below ${size}`, beyond);
  if (wanted === "indices") return { values: indices, channelCount: 1, palette };
  const rgb = new Uint8Array(indices.length * 3);
  for (let i = 0; i < indices.length; i++) {
    for (let channel = 0; channel < 3; channel++) rgb[3 * i + channel] = palette[4 * indices[i] + channel];
  }
  return { values: rgb, channelCount: 3 };
}
