import { brightnessRange, type IntensityUnit } from "../../core/index.ts";
import type { Microscope } from "../microscope-schema.ts";
import type { MicroscopeSettings } from "../microscope-settings.ts";

/**
 * Turns the detector's signal into the numbers of the stored image.
 *
 * Absolute mode divides by the incident electrons, as a detector scan allows, with the error of that calibration.
 * Contrast mode sets brightness and contrast by the image's own darkest and brightest pixels, as an operator does, and
 * clips to 0 to 1. Both round to the digitiser's levels; 32 bits stand for no digitiser.
 */
export function digitiseInPlace(
  signal: Float32Array,
  output: Microscope["output"],
  settings: MicroscopeSettings,
): { readonly data: Float32Array; readonly intensityUnit: IntensityUnit } {
  const steps = 2 ** output.bitDepth - 1;
  if (output.mode === "contrast") {
    const [dark, bright] = brightnessRange(signal);
    const slope = settings.contrast / Math.max(bright - dark, Number.MIN_VALUE);
    for (let i = 0; i < signal.length; i++) {
      const grey = Math.min(1, Math.max(0, settings.brightness + slope * (signal[i] - dark)));
      signal[i] = output.bitDepth === 32 ? grey : Math.round(grey * steps) / steps;
    }
    return { data: signal, intensityUnit: "arbitrary" };
  }
  const { calibrationGain, calibrationOffset, electronsPerPixel, saturation } = settings;
  const perElectron = calibrationGain / electronsPerPixel;
  for (let i = 0; i < signal.length; i++) signal[i] = perElectron * signal[i] + calibrationOffset;
  if (output.bitDepth < 32) {
    for (let i = 0; i < signal.length; i++) {
      const level = Math.round((Math.min(saturation, Math.max(0, signal[i])) / saturation) * steps);
      signal[i] = (level * saturation) / steps;
    }
  }
  return { data: signal, intensityUnit: "fraction of the incident beam" };
}
