/**
 * What people draw on micrographs: polygons, masks and regions of ImageJ, COCO, VIA, YOLO and tables, as label maps and back.
 * Takes bytes or texts; gives annotations and label maps. Opens no files.
 */
export type { ImageAnnotation, LabelShape } from "./annotation.ts";
export { readPolygonCsv } from "./read-polygon-csv.ts";
export { readCoco } from "./read-coco.ts";
export { readVia } from "./read-via.ts";
export { encodeRoiSet, readRoiSet } from "./roi-set.ts";
export { outlineMask } from "./outline.ts";
export { rasterizeAnnotation } from "./rasterize.ts";
export { readMaskImage } from "./mask-image.ts";
export type { MaskRule } from "./mask-image.ts";
export { checkLabelsFit } from "./label-map.ts";
