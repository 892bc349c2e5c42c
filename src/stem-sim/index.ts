/**
 * Physics-based STEM images of aggregates: what share of the incident beam each pixel's detector counts.
 * Takes an Aggregate (nm), a microscope and a random stream; gives a GrayImage in fractions of the beam, noise included.
 * Grows no aggregates, reads and writes no files, knows no atoms' positions: matter is a continuum of stated density.
 */
export { microscopeSchema } from "./microscope-schema.ts";
export type { Microscope } from "./microscope-schema.ts";
export { drawMicroscopeSettings } from "./microscope-settings.ts";
export type { MicroscopeSettings } from "./microscope-settings.ts";
export { prepareMicroscope } from "./prepare-microscope.ts";
export type { PreparedMicroscope } from "./prepare-microscope.ts";
export { renderHaadf, simulateHaadf } from "./simulate-haadf.ts";
export type { Imaging } from "./simulate-haadf.ts";
export { thicknessMapsNm } from "./thickness-maps.ts";
export type { PixelGrid } from "./thickness-maps.ts";
export { electronWavelengthNm, interactionConstant } from "./scattering/fast-electron.ts";
export { kirklandParameters } from "./scattering/kirkland-table.ts";
export type { KirklandParameters } from "./scattering/kirkland-table.ts";
export { atomDensitiesPerNm3 } from "./scattering/atom-densities.ts";
export { differentialCrossSections } from "./scattering/eikonal.ts";
export type { DifferentialCrossSection } from "./scattering/eikonal.ts";
export { detectorDiscs, sensitivityAt } from "./scattering/detector-discs.ts";
export type { Detector, DetectorDiscs } from "./scattering/detector-discs.ts";
export { detectedCrossSectionNm2 } from "./scattering/detected-cross-section.ts";
