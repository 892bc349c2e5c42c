import type { RandomStream } from "../../core/index.ts";
import type { MicroscopeSettings } from "../microscope-settings.ts";
import type { ScanShifts } from "../projection/splat-bodies.ts";
import type { PixelGrid } from "../projection/thickness-maps.ts";

/**
 * Where the probe really was at each pixel, relative to the grid.
 *
 * Drift (a straight line and a random walk), jitter of whole rows along the fast axis (first-order autoregression), and
 * mains hum, a sine of the time at which the pixel was visited [jones2013].
 *
 * @param shifts receive the shifts along x and y, [heightPx, widthPx] [nm]
 * @param rng stream of the image
 * @param grid pixels
 * @param settings drawn settings
 * @returns shifts [nm], or null where nothing moves
 */
export function scanShiftsInto(
  { xNm, yNm }: Pick<ScanShifts, "xNm" | "yNm">,
  rng: RandomStream,
  { widthPx, heightPx }: PixelGrid,
  settings: MicroscopeSettings,
): ScanShifts | null {
  const { driftXNm, driftYNm, driftWalkNm, rowJitterNm, humNm } = settings;
  if (driftXNm === 0 && driftYNm === 0 && driftWalkNm === 0 && rowJitterNm === 0 && humNm === 0) return null;
  const stream = rng.fork("scan");
  const rows = rowShifts(stream, heightPx, settings);
  const hum = humWaves(stream, settings);
  const rowTimeUs = widthPx * settings.dwellUs + settings.flybackUs;
  const columns = phaseCircle(widthPx, hum.radiansPerUs * settings.dwellUs);
  for (let row = 0; row < heightPx; row++) {
    const start = row * widthPx;
    if (humNm === 0) {
      xNm.fill(rows.xNm[row], start, start + widthPx);
      yNm.fill(rows.yNm[row], start, start + widthPx);
      continue;
    }
    const phase = hum.radiansPerUs * row * rowTimeUs;
    const waveX = { amplitude: humNm, phase: phase + hum.phaseX, base: rows.xNm[row] };
    const waveY = { amplitude: humNm, phase: phase + hum.phaseY, base: rows.yNm[row] };
    sineRowInto(xNm, start, waveX, columns);
    sineRowInto(yNm, start, waveY, columns);
  }
  const largest = (most: number, value: number) => Math.max(most, Math.abs(value));
  const reachNm = Math.max(rows.xNm.reduce(largest, 0), rows.yNm.reduce(largest, 0)) + humNm;
  return { xNm, yNm, reachNm };
}

interface PhaseCircle {
  readonly cosines: Float64Array;
  readonly sines: Float64Array;
}

/** Cosine and sine of 0, step, 2 step ... */
function phaseCircle(length: number, step: number): PhaseCircle {
  const phases = Float64Array.from({ length }, (_, i) => i * step);
  return { cosines: phases.map(Math.cos), sines: phases.map(Math.sin) };
}

/** One row of base + amplitude sin(phase + column step), by sin(a + b) = sin a cos b + cos a sin b: no sine a pixel. */
function sineRowInto(
  data: Float32Array,
  start: number,
  { amplitude, phase, base }: { readonly amplitude: number; readonly phase: number; readonly base: number },
  { cosines, sines }: PhaseCircle,
): void {
  const sine = amplitude * Math.sin(phase);
  const cosine = amplitude * Math.cos(phase);
  for (let i = 0; i < cosines.length; i++) data[start + i] = base + sine * cosines[i] + cosine * sines[i];
}

/** Drift and jitter, the same for all pixels of a row; the frame's middle row stays in its place. */
function rowShifts(rng: RandomStream, heightPx: number, settings: MicroscopeSettings) {
  const { driftXNm, driftYNm, driftWalkNm, rowJitterNm, rowJitterMemory } = settings;
  const xNm = new Float64Array(heightPx);
  const yNm = new Float64Array(heightPx);
  const stepNm = driftWalkNm / Math.sqrt(heightPx);
  const fresh = Math.sqrt(1 - rowJitterMemory ** 2);
  let [walkX, walkY] = [0, 0];
  let jitter = rng.normal();
  for (let row = 0; row < heightPx; row++) {
    const frame = row / heightPx - 0.5;
    xNm[row] = driftXNm * frame + walkX + rowJitterNm * jitter;
    yNm[row] = driftYNm * frame + walkY;
    walkX += stepNm * rng.normal();
    walkY += stepNm * rng.normal();
    jitter = rowJitterMemory * jitter + fresh * rng.normal();
  }
  return { xNm, yNm };
}

function humWaves(rng: RandomStream, { humHz }: MicroscopeSettings) {
  return {
    radiansPerUs: 2 * Math.PI * humHz * 1e-6,
    phaseX: 2 * Math.PI * rng.uniform(),
    phaseY: 2 * Math.PI * rng.uniform(),
  };
}
