import type { RandomStream } from "../../core/index.ts";
import type { MicroscopeSettings } from "../microscope-settings.ts";
import type { ScanShifts } from "../projection/splat-target.ts";
import type { PixelGrid } from "../projection/pixel-grid.ts";

/**
 * Where the probe really was at each pixel, relative to the grid.
 *
 * Drift (a straight line and a random walk), jitter of whole rows along the fast axis (first-order autoregression), and
 * mains hum, a sine of the time at which the pixel was visited [jones2013].
 *
 * @param shifts receive the shifts along x and y, [heightPx, widthPx] [nm]
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
    const [baseX, baseY] = [rows.xNm[row], rows.yNm[row]];
    if (humNm === 0) {
      xNm.fill(baseX, start, start + widthPx);
      yNm.fill(baseY, start, start + widthPx);
      continue;
    }
    const phase = hum.radiansPerUs * row * rowTimeUs;
    const waveX = phasor(humNm, phase + hum.phaseX);
    const waveY = phasor(humNm, phase + hum.phaseY);
    // base + amplitude sin(a + b), by sin(a + b) = sin a cos b + cos a sin b: no sine a pixel
    for (let column = 0; column < widthPx; column++) {
      const cosine = columns.cosines[column];
      const sine = columns.sines[column];
      xNm[start + column] = baseX + waveX.sine * cosine + waveX.cosine * sine;
      yNm[start + column] = baseY + waveY.sine * cosine + waveY.cosine * sine;
    }
  }
  return { xNm, yNm, reachNm: Math.max(largest(rows.xNm), largest(rows.yNm)) + humNm };
}

function largest(values: Float64Array): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}

function phasor(amplitude: number, phase: number) {
  return { sine: amplitude * Math.sin(phase), cosine: amplitude * Math.cos(phase) };
}

/** Cosine and sine of 0, step, 2 step ... */
function phaseCircle(length: number, step: number) {
  const cosines = new Float64Array(length);
  const sines = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    cosines[i] = Math.cos(i * step);
    sines[i] = Math.sin(i * step);
  }
  return { cosines, sines };
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
