/**
 * Operations on grey images and on masks that more than one room needs: crop, resample, normalise, blur, thresholds,
 * morphology, components, hulls, distances, tiles, PNG.
 * Takes plain records and typed arrays; gives new ones, or the bytes of a PNG. Reads no files and knows no specimen.
 */
export { drawImage } from "./draw-image.ts";
export { resamplePixels, resampleToPixelSize, resampleSharply } from "./resample.ts";
export { backgroundPixels } from "./background-pixels.ts";
export { cropCenter, cropRegion, regionAbout } from "./crop.ts";
export { cropMask, maskAtSize } from "./mask-region.ts";
export { MODALITIES } from "./modality.ts";
export type { Modality } from "./modality.ts";
export { orientPixels, swapsAxes } from "./orientation.ts";
export type { Orientation } from "./orientation.ts";
export type { PixelRegion } from "./crop.ts";
export { robustRange } from "./robust-range.ts";
export { planTiles } from "./plan-tiles.ts";
export { mapTiles } from "./map-tiles.ts";
export type { TileSource } from "./map-tiles.ts";
export { connectedComponents } from "./connected-components.ts";
export { normalizeImage } from "./normalize-image.ts";
export type { Normalization } from "./normalize-image.ts";
export { removeSpikeClusters } from "./remove-spike-clusters.ts";
export { removeSpikes } from "./remove-spikes.ts";
export { fillMasked } from "./fill-masked.ts";
export { COMPRESSED_LOSS, compressionLoss } from "./compression-loss.ts";
export { groundTraces } from "./ground-traces.ts";
export type { GroundTraces } from "./ground-traces.ts";
export { edgeSoftnessPx } from "./edge-softness.ts";
export { recordingTraces, SPIKE_SIGMAS } from "./recording-traces.ts";
export type { RecordingTraces } from "./recording-traces.ts";
export { pixelNoise } from "./noise-by-level.ts";
export { noiseExponent } from "./noise-exponent.ts";
export { closeMask, dilateMask, openMask } from "./binary-morphology.ts";
export type { BinaryMask } from "./binary-morphology.ts";
export { closeBySquare, openBySquare } from "./grey-opening.ts";
export { otsuBin, otsuThreshold } from "./otsu.ts";
export { distanceMap } from "./distance-map.ts";
export { gaussianBlur } from "./gaussian-blur.ts";
export { brightBorderShare } from "./bright-border.ts";
export { boxMean } from "./box-mean.ts";
export { croftonPerimeter, maskHull } from "./mask-outline.ts";
export { feretDiameters, polygonArea } from "./convex-hull.ts";
export { nearestDistances } from "./nearest-neighbours.ts";
export { pngChunk, pngFile, PNG_SIGNATURE } from "./png-writer.ts";
export { checkNoCopies, contentKey } from "./find-copies.ts";
export type { PlacedImage } from "./find-copies.ts";
