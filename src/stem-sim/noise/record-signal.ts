import type { RandomStream } from "../../core/index.ts";
import type { MicroscopeSettings } from "../microscope-settings.ts";
import { drawPoissonCount } from "./poisson-table.ts";
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
  const { electronsPerPixel, gainExcess, afterglow, darkElectrons, amplifierElectrons } = settings;
  const kept = afterglow === 0 ? 0 : Math.exp(-1 / afterglow);
  let glow = 0;
  for (let pixel = 0; pixel < share.length; pixel++) {
    let value = drawPoissonCount(rng, poisson, share[pixel] * electronsPerPixel);
    if (gainExcess > 1 && value > 0)
      value = Math.max(0, value + Math.sqrt(value * (gainExcess - 1)) * rng.normal());
    // the beam rests before each row: the glow starts level
    glow = pixel % width === 0 ? value : kept * glow + (1 - kept) * value;
    signal[pixel] = glow + darkElectrons;
    if (amplifierElectrons > 0) signal[pixel] += amplifierElectrons * rng.normal();
  }
  return signal;
}
