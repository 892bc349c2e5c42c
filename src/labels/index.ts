/**
 * What people draw on micrographs: polygons, masks and regions of ImageJ, COCO, VIA, YOLO and tables, as label maps and back.
 * Takes bytes or texts; gives annotations and label maps. Opens no files.
 */
export type { ImageAnnotation, LabelShape } from "./annotation.ts";
export { readPolygonCsv } from "./read-polygon-csv.ts";
export { readCoco } from "./read-coco.ts";
export { readVia } from "./read-via.ts";
export { readLabelme } from "./read-labelme.ts";
export { readYolo } from "./read-yolo.ts";
export { encodeRoiSet, readRoiSet } from "./roi-set.ts";
export { encodeCoco } from "./encode-coco.ts";
export type { SizedAnnotation } from "./encode-coco.ts";
export { encodeCvat } from "./encode-cvat.ts";
export { encodeLabelStudio } from "./encode-label-studio.ts";
export { outlineMask } from "./outline.ts";
export { rasterizeAnnotation } from "./rasterize.ts";
export { applyMaskMeaning, readMaskImage } from "./mask-image.ts";
export { maskMeaning } from "./mask-meaning.ts";
export type { MaskRule } from "./mask-rule.ts";
export { surveyMask } from "./survey-mask.ts";
export { checkLabelsFit, UNLABELLED } from "./label-map.ts";
export { imageUnderLabels } from "./image-under-labels.ts";
export { labelledName, matchLabels } from "./label-names.ts";
