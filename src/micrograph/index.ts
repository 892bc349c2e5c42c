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
export { drawImage } from "./draw-image.ts";
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
export { resampleToPixelSize } from "./resample.ts";
export { cropCenter, cropRegion } from "./crop.ts";
export type { CropOptions, CropPadding, PixelRegion } from "./crop.ts";
export { robustRange } from "./robust-range.ts";
export type { RobustRangeOptions } from "./robust-range.ts";
export type { ImageAnnotation, LabelShape } from "./labels/annotation.ts";
export { readPolygonCsv } from "./labels/read-polygon-csv.ts";
export { readCoco } from "./labels/read-coco.ts";
export { readVia } from "./labels/read-via.ts";
export { readYolo } from "./labels/read-yolo.ts";
export type { YoloContext } from "./labels/read-yolo.ts";
export { readImageJRoi } from "./labels/read-imagej-roi.ts";
export { encodeImageJRoi } from "./labels/encode-imagej-roi.ts";
export { encodeRoiSet, readRoiSet } from "./labels/roi-set.ts";
export { outlineMask } from "./labels/outline.ts";
export { rasterizeAnnotation } from "./labels/rasterize.ts";
export type { RasterizedLabels, RasterizeOptions } from "./labels/rasterize.ts";
export { readMaskImage } from "./labels/mask-image.ts";
export type { MaskReading, MaskRule, RgbColor } from "./labels/mask-image.ts";
export { checkLabelsFit, classShares, labelOutlines } from "./labels/label-map.ts";
export type { ClassShare, LabelMap } from "./labels/label-map.ts";
export { planTiles } from "./tiles/plan-tiles.ts";
export type { TileOptions, TilePlan, TileSpan } from "./tiles/plan-tiles.ts";
export { mapTiles } from "./tiles/map-tiles.ts";
export type { ResultBand, TileOperation, TileSource } from "./tiles/map-tiles.ts";
export { imageTiles, micrographTiles } from "./tiles/tile-sources.ts";
export { connectedComponents } from "./tiles/connected-components.ts";
export type { ComponentMap, Connectivity } from "./tiles/connected-components.ts";
export { denormalizeImage, normalizeImage } from "./normalize/normalize-image.ts";
export type { Normalization, NormalizedImage } from "./normalize/normalize-image.ts";
export { removeSpikes } from "./normalize/remove-spikes.ts";
export type { SpikeRemoval } from "./normalize/remove-spikes.ts";
export { findDataBar } from "./scale-bar/find-data-bar.ts";
export type { DataBar } from "./scale-bar/find-data-bar.ts";
export { findScaleBar } from "./scale-bar/find-scale-bar.ts";
export type { ScaleBar } from "./scale-bar/find-scale-bar.ts";
