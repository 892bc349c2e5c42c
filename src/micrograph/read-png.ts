import { decodePng } from "./decode-png.ts";
import { imageAxes } from "./micrograph.ts";
import type { DecodedMicrograph } from "./micrograph.ts";
import { parsePngChunks } from "./png-chunks.ts";
import { pngScale } from "./png-scale.ts";

/**
 * Reads a PNG [png2003]: 1 to 16 bits, grey, RGB, palette, alpha, interlaced; the scale that `encodePng16` writes.
 *
 * @returns grey as [y, x], colour as [y, x, channel]
 * @throws RangeError on damaged files
 */
export function readPng(bytes: Uint8Array): DecodedMicrograph {
  const png = parsePngChunks(bytes);
  const { values, channelCount } = decodePng(png);
  const { pixelSizeNm, intensity, warnings } = pngScale(png);
  const axes = imageAxes(png.header.width, png.header.height, channelCount).map((axis) =>
    pixelSizeNm !== null && (axis.name === "x" || axis.name === "y")
      ? { ...axis, pixelSize: pixelSizeNm[axis.name], pixelUnit: "nm" }
      : axis,
  );
  return {
    format: "PNG",
    dtype: values instanceof Uint16Array ? "uint16" : "uint8",
    axes,
    values,
    intensity,
    metadata: png.text,
    seriesNames: ["image"],
    series: 0,
    warnings,
  };
}
