/**
 * Micrographs between bytes and images: reads what microscopes write, with pixel size, unit and intensity scale, and
 * writes files that say their scale.
 * Takes the bytes of a file; gives a Micrograph, and from it a GrayImage. Opens no files, simulates and segments nothing.
 */
export { readMicrograph } from "./read-micrograph.ts";
export type { ReadOptions } from "./read-options.ts";
export { frameCount, frameImage, squarePixelSizeNm } from "./frame-image.ts";
export { valueStatistics } from "./value-statistics.ts";
export type { ValueStatistics } from "./value-statistics.ts";
export { shapeOf } from "./micrograph.ts";
export type {
  AxisName,
  IntensityScale,
  MetadataValue,
  Micrograph,
  MicrographAxis,
  MicrographFormat,
  PixelArray,
  PixelType,
} from "./micrograph.ts";
export { lengthInNm, normalUnit } from "./length-unit.ts";
export { encodePng16 } from "./encode-png16.ts";
export type { Png16Options } from "./encode-png16.ts";
export { encodeTiff } from "./encode-tiff.ts";
export type { TiffOptions } from "./encode-tiff.ts";
export { encodeNpy, npyHeader } from "./encode-npy.ts";
export type { NpyArray } from "./encode-npy.ts";
export { imageTiles, micrographTiles } from "./tiles/tile-sources.ts";
export { findDataBar } from "./scale-bar/find-data-bar.ts";
export type { DataBar } from "./scale-bar/find-data-bar.ts";
export { findScaleBar } from "./scale-bar/find-scale-bar.ts";
export type { ScaleBar } from "./scale-bar/find-scale-bar.ts";
export { imageFiles, IMAGE_ENDING } from "./image-files.ts";
export { ByteCursor } from "./byte-cursor.ts";
export { unreadable } from "./unreadable.ts";
