/**
 * Physics-based STEM images of aggregates: what share of the incident beam each pixel's detector counts; and bright-field images of
 * thickness maps.
 * Takes an Aggregate (nm), a microscope and a random stream; gives a GrayImage in fractions of the beam, noise included.
 * Grows no aggregates, reads and writes no files, knows no atoms' positions: matter is a continuum of stated density.
 */
export { microscopeChoices, microscopeSchema } from "./microscope-schema.ts";
export type { Microscope } from "./microscope-schema.ts";
export { drawMicroscopeSettings, tiltSeries } from "./microscope-settings.ts";
export type { MicroscopeSettings } from "./microscope-settings.ts";
export { prepareMicroscope, strengthsPerNm } from "./prepare-microscope.ts";
export type { PreparedMicroscope } from "./prepare-microscope.ts";
export { openPreparer, physicsOfAll, prepareWithCache } from "./preparation-cache.ts";
export type { PreparationCache, Preparer } from "./preparation-cache.ts";
export { isWithinTables, thickestColumnsNm } from "./thickest-columns.ts";
export type { Imaging } from "./imaging.ts";
export { simulateHaadf } from "./simulate-haadf.ts";
export { simulateExposures, simulateTiltSeries } from "./tilt-series.ts";
export { openRenderer } from "./kernel/open-renderer.ts";
export type { RendererName } from "./kernel/open-renderer.ts";
export { simulateBatch } from "./kernel/renderer.ts";
export type { HaadfRenderer, ImageRequest } from "./kernel/renderer.ts";
export { compareWithSplat } from "./kernel/compare-renderers.ts";
export { directionInAggregate, tiltAggregate, viewAggregate } from "./view.ts";
export type { View } from "./view.ts";
export { cutToField, placesInField, shareOutsideField } from "./field-of-view.ts";
export { addChord, openChords, unionOfChords } from "./projection/union-of-chords.ts";
export type { Chords } from "./projection/union-of-chords.ts";
export { blurredSphereTable } from "./projection/blurred-sphere.ts";
export { projectedThickness } from "./projection/projected-thickness.ts";
export { randomRotation } from "./shapes/draw-shape.ts";
export { microscopeAdvice } from "./microscope-advice.ts";
export { depthOfFieldNm } from "./probe.ts";
export { electronWavelengthNm, interactionConstant } from "./scattering/fast-electron.ts";
export { kirklandParameters } from "./scattering/kirkland-table.ts";
export { atomDensitiesPerNm3 } from "./scattering/atom-densities.ts";
export { differentialCrossSections } from "./scattering/eikonal.ts";
export { detectorDiscs } from "./scattering/detector-discs.ts";
export { parseSensitivityCsv } from "./scattering/sensitivity-csv.ts";
export { detectedCrossSectionNm2 } from "./scattering/detected-cross-section.ts";
export { detectedShareAt, detectedShareInto, tableRangeNm } from "./scattering/intensity-table.ts";
export { attenuationPerNm } from "./bright-field/attenuation.ts";
export { renderBrightField, waveMaterials } from "./bright-field/render-bright-field.ts";
export type { ObjectiveLens, WaveMaterial } from "./bright-field/render-bright-field.ts";
export { recordBrightField } from "./bright-field/record-bright-field.ts";
export type { Camera } from "./bright-field/record-bright-field.ts";
export { simulateBrightField } from "./bright-field/simulate-bright-field.ts";
export type { BrightFieldMicroscope } from "./bright-field/simulate-bright-field.ts";
export { smoothNoise } from "./noise/smooth-noise.ts";
