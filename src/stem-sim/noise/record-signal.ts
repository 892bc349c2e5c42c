import type { RandomStream } from "../../core/index.ts";
import type { MicroscopeSettings } from "../microscope-settings.ts";
import { fillPoissonCounts } from "./poisson-table.ts";
import type { PoissonTable } from "./poisson-table.ts";

/**
 * Counts electrons and follows the pulse through scintillator, photomultiplier and amplifier.
 *
 * In the order of the instrument: Poisson count of the electrons that hit the detector; spread of the pulses (variance
 * n (F - 1) for n electrons, F the excess noise factor); afterglow, which carries a share exp(-1/decay) of the signal
 * to the next pixel of the row; dark offset; amplifier noise.
 *
 * @param signal receives electrons per pixel, [heightPx, widthPx]; may be the ideal image's own data
 * @param rng stream of the image's noise
 * @param ideal expected fraction of the beam on the detector, [heightPx, widthPx], and its columns
 * @param poisson table of the Poisson law
 * @param settings drawn settings
 * @returns `signal`
 */
export function recordSignalInto(
  signal: Float32Array,
  rng: RandomStream,
  ideal: { readonly data: Float32Array; readonly width: number },
  poisson: PoissonTable,
  settings: MicroscopeSettings,
): Float32Array {
  const { data: share, width } = ideal;
  const { electronsPerPixel, darkElectrons } = settings;
  const kept = settings.afterglow === 0 ? 0 : Math.exp(-1 / settings.afterglow);
  const extras = rng.fork("bright pixels");
  const uniforms = new Float64Array(2 * width);
  const counts = new Float64Array(width);
  const normals = new Float64Array(width);
  for (let start = 0; start < share.length; start += width) {
    for (let i = 0; i < width; i++) counts[i] = share[start + i] * electronsPerPixel;
    fillPoissonCounts(counts, rng, poisson, counts, extras, uniforms);
    if (settings.gainExcess > 1) spreadPulsesInPlace(counts, rng.fillNormal(normals), settings.gainExcess - 1);
    // the beam rests before each row: the glow starts level
    let glow = counts[0];
    for (let i = 0; i < width; i++) {
      glow = kept * glow + (1 - kept) * counts[i];
      signal[start + i] = glow + darkElectrons;
    }
    if (settings.amplifierElectrons > 0) {
      rng.fillNormal(normals);
      for (let i = 0; i < width; i++) signal[start + i] += settings.amplifierElectrons * normals[i];
    }
  }
  return signal;
}

/** Pulses differ in height: n electrons give n +- sqrt(n (F - 1)), never less than nothing. */
function spreadPulsesInPlace(counts: Float64Array, normals: Float64Array, excess: number): void {
  for (let i = 0; i < counts.length; i++) {
    counts[i] = Math.max(0, counts[i] + Math.sqrt(counts[i] * excess) * normals[i]);
  }
}
