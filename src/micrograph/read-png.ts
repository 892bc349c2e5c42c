import { decodePng } from "./decode-png.ts";
import { exifOrientation, oriented } from "./exif.ts";
import { imageAxes } from "./micrograph.ts";
import type { DecodedMicrograph } from "./micrograph.ts";
import { throughPalette } from "./palette.ts";
import type { PalettePixels } from "./palette.ts";
import { parsePngChunks } from "./png-chunks.ts";
import type { PngContents } from "./png-chunks.ts";
import { pngScale } from "./png-scale.ts";
import type { ReadOptions } from "./read-options.ts";

/**
 * Reads a PNG [png2003]: 1 to 16 bits, grey, RGB, palette, alpha, interlaced; the scale that `encodePng16` writes.
 *
 * @returns grey as [y, x], colour as [y, x, channel]
 * @throws RangeError on damaged files
 */
export function readPng(bytes: Uint8Array, options: ReadOptions = {}): DecodedMicrograph {
  const png = parsePngChunks(bytes);
  const { values, channelCount, palette } = pixelsOf(png, options);
  const { pixelSizeNm, intensity, warnings } = pngScale(png);
  const axes = imageAxes(png.header.width, png.header.height, channelCount).map((axis) =>
    pixelSizeNm !== null && (axis.name === "x" || axis.name === "y")
      ? { ...axis, pixelSize: pixelSizeNm[axis.name], pixelUnit: "nm" }
      : axis,
  );
  const decoded: DecodedMicrograph = {
    format: "PNG",
    dtype: values instanceof Uint16Array ? "uint16" : "uint8",
    axes,
    values,
    ...(palette === undefined ? {} : { palette }),
    intensity,
    metadata: png.text,
    seriesNames: ["image"],
    series: 0,
    warnings,
  };
  return oriented(decoded, exifOrientation(png.exif));
}

function pixelsOf(png: PngContents, options: ReadOptions): PalettePixels {
  const pixels = decodePng(png);
  if (png.header.colorType !== 3) return pixels;
  const { palette: rgb, transparency } = png;
  const rgba = Uint8Array.from({ length: 4 * Math.floor(rgb.length / 3) }, (_, i) => {
    const [entry, channel] = [i >> 2, i & 3];
    return channel < 3 ? rgb[3 * entry + channel] : (transparency[entry] ?? 255);
  });
  return throughPalette(pixels.values, rgba, options);
}
