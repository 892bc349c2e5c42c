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
 * @param ideal expected fraction of the beam on the detector, [heightPx, widthPx], and its columns
 */
export function recordSignalInto(
  signal: Float32Array,
  rng: RandomStream,
  ideal: { readonly data: Float32Array; readonly width: number },
  poisson: PoissonTable,
  settings: MicroscopeSettings,
): Float32Array {
  const { data: share, width } = ideal;
  const { electronsPerPixel, darkElectrons, amplifierElectrons } = settings;
  const kept = settings.afterglow === 0 ? 0 : Math.exp(-1 / settings.afterglow);
  const excess = settings.gainExcess - 1;
  const extras = rng.fork("bright pixels");
  const uniforms = new Float64Array(2 * width);
  const counts = new Float64Array(width);
  // zeros where a noise is absent
  const pulses = new Float64Array(width);
  const hiss = new Float64Array(width);
  for (let start = 0; start < share.length; start += width) {
    for (let i = 0; i < width; i++) counts[i] = share[start + i] * electronsPerPixel;
    fillPoissonCounts(counts, rng, poisson, counts, extras, uniforms);
    if (excess > 0) rng.fillNormal(pulses);
    if (amplifierElectrons > 0) rng.fillNormal(hiss);
    // the beam rests before each row: the glow starts level
    let glow = heightOfPulses(counts[0], excess, pulses[0]);
    for (let i = 0; i < width; i++) {
      glow = kept * glow + (1 - kept) * heightOfPulses(counts[i], excess, pulses[i]);
      signal[start + i] = glow + darkElectrons + amplifierElectrons * hiss[i];
    }
  }
  return signal;
}

/** Pulses differ in height: n electrons give n +- sqrt(n (F - 1)), never less than nothing. */
function heightOfPulses(count: number, excess: number, deviate: number): number {
  const height = count + Math.sqrt(count * excess) * deviate;
  return height > 0 ? height : 0;
}
