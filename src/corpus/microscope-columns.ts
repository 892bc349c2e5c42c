import type { MicroscopeSettings } from "../stem-sim/index.ts";

/** Unit ("" for a pure number) and meaning of a drawn setting. */
type SettingInfo = readonly [unit: string, description: string];

/** One entry per setting of the microscope: a total table, so that a new setting without its unit does not compile. */
export const MICROSCOPE_SETTINGS: Readonly<Record<keyof MicroscopeSettings, SettingInfo>> = {
  eulerAlphaDeg: ["deg", "first Euler angle of the aggregate's orientation"],
  eulerBetaDeg: ["deg", "second Euler angle of the aggregate's orientation"],
  eulerGammaDeg: ["deg", "third Euler angle of the aggregate's orientation"],
  tiltDeg: ["deg", "tilt of the holder about x"],
  offsetXNm: ["nm", "shift of the aggregate in the field along x"],
  offsetYNm: ["nm", "shift of the aggregate in the field along y"],
  pixelSizeNm: ["nm", "edge of a pixel"],
  probeFwhmNm: ["nm", "full width at half maximum of the source's image in the probe"],
  defocusNm: ["nm", "height of the focal plane above the aggregate's centre"],
  electronsPerPixel: ["electrons", "dose in a pixel"],
  filmThicknessNm: ["nm", "thickness of the support film; 0 without one"],
  filmSlope: ["", "relative change of the film's thickness from one side of the field to the other"],
  filmSlopeDeg: ["deg", "direction in which the film grows thicker, from x to y"],
  filmSpeckle: ["", "relative standard deviation of the film's thickness"],
  filmSpeckleNm: ["nm", "standard deviation of the Gaussian that smooths the speckle"],
  contaminationNm: ["nm", "carbon that has grown by the end of the frame"],
  orientationSpread: ["", "spread of the particles' scattering by crystal orientation"],
  dwellUs: ["us", "dwell time on a pixel"],
  flybackUs: ["us", "time from the end of a row to the start of the next"],
  driftXNm: ["nm", "drift of the specimen along x"],
  driftYNm: ["nm", "drift of the specimen along y"],
  driftWalkNm: ["nm", "random walk of the specimen, standard deviation after a frame"],
  rowJitterNm: ["nm", "standard deviation of the shift of rows along the fast axis"],
  rowJitterMemory: ["", "correlation of the shifts of neighbouring rows"],
  humNm: ["nm", "amplitude of the mains hum along x and y"],
  humHz: ["Hz", "frequency of the mains"],
  gainExcess: ["", "excess noise factor of the detector"],
  afterglow: ["dwell times", "decay time of the scintillator"],
  darkElectrons: ["electrons", "offset of the detector"],
  amplifierElectrons: ["electrons", "standard deviation of the amplifier's noise"],
  calibrationGain: ["", "error of the detector scan's gain, absolute mode"],
  calibrationOffset: ["", "error of the detector scan's zero, absolute mode"],
  saturation: ["", "fraction of the beam at which the digitiser clips, absolute mode"],
  brightness: ["", "grey level of the 1 % darkest pixels, contrast mode"],
  contrast: ["", "grey levels from there to the 0.1 % brightest pixels, contrast mode"],
};
