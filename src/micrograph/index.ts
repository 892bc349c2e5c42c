/**
 * Micrographs between bytes and images: reads what microscopes write, with pixel size, unit and intensity scale, and
 * writes files that say their scale.
 * Takes a file, or its bytes; gives a Micrograph as it is stored, and from it a GrayImage with a record of what was done.
 * Simulates and segments nothing.
 */
export { openImageStack, readImageFile, stackOf } from "./image-file.ts";
export { filledImage } from "./filled-image.ts";
export { eachFrame, eachImage, sharedNotes } from "./each-frame.ts";
export type { FailedImage } from "./each-frame.ts";
export type { ImageFile, ImageStack, TiledImageFile } from "./image-record.ts";
export type { ImageRequest } from "./image-request.ts";
export { checkGrey } from "./check-grey.ts";
export { checkPixelSize } from "./check-pixel-size.ts";
export { findOverlays } from "./find-overlays.ts";
export { isLargePicture, pictureFacts } from "./picture-facts.ts";
export type { PictureFacts } from "./picture-facts.ts";
export { openBands } from "./open-bands.ts";
export { readMicrograph } from "./read-micrograph.ts";
export { readMicrographFile } from "./read-micrograph-file.ts";
export { frameCount, frameImage, squarePixelSizeNm } from "./frame-image.ts";
export { pixelGeometry } from "./pixel-geometry.ts";
export { valueStatistics } from "./value-statistics.ts";
export { shapeOf } from "./micrograph.ts";
export type { Micrograph } from "./micrograph.ts";
export { encodePng16 } from "./encode-png16.ts";
export { encodeTiff } from "./encode-tiff.ts";
export { encodeNpy, npyHeader } from "./encode-npy.ts";
export { imageTiles } from "./tiles/tile-sources.ts";
export { findDataBar } from "./scale-bar/find-data-bar.ts";
export { imageFiles, isImageName } from "./image-files.ts";
export { ByteCursor } from "./byte-cursor.ts";
export { unreadable } from "./unreadable.ts";
