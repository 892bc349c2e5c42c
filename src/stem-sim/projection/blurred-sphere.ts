import { scaledBesselI0 } from "../scattering/bessel.ts";

/**
 * Thickness of a unit sphere seen with a Gaussian probe, P(u, s): u is the distance from its centre, s the standard
 * deviation of the probe, both in radii.
 *
 * Squares of P over squares of u are tabulated, because the sharp profile is then a straight line, 4 (1 - u^2), and the
 * blurred one nearly so: linear interpolation is exact at s = 0 and within 0.5 % of a radius elsewhere.
 */
export interface BlurredSphereTable {
  /** [ROW_COUNT, PROFILE_SAMPLES]; row k has s = MAX_BLUR (k/(ROW_COUNT - 1))^2, its samples u^2 = t (1 + 4 s)^2, t = 0 to 1. */
  readonly squares: Float32Array;
}

/** Samples of one radial profile. */
export const PROFILE_SAMPLES = 192;
/** Rows that are integrated, and rows that are interpolated between them: neighbours differ by 1 % of a blur of a tenth. */
const COARSE_ROWS = 64;
const ROW_COUNT = 1024;
const MAX_BLUR = 3;
/** Standard deviations beyond the rim after which nothing is left of the profile. */
const REACH_SIGMAS = 4;
const QUADRATURE_POINTS = 120;

/** Tabulates the blurred profiles of the unit sphere. */
export function blurredSphereTable(): BlurredSphereTable {
  const coarse = new Float64Array(COARSE_ROWS * PROFILE_SAMPLES);
  for (let row = 0; row < COARSE_ROWS; row++) {
    const blur = blurOfRow(row, COARSE_ROWS);
    // the last sample stays zero, so that profiles end without a step
    for (let k = 0; k < PROFILE_SAMPLES - 1; k++) {
      const u = (1 + REACH_SIGMAS * blur) * Math.sqrt(k / (PROFILE_SAMPLES - 1));
      coarse[row * PROFILE_SAMPLES + k] = blurredChord(u, blur) ** 2;
    }
  }
  const squares = new Float32Array(ROW_COUNT * PROFILE_SAMPLES);
  for (let row = 0; row < ROW_COUNT; row++) profileInto(squares, row * PROFILE_SAMPLES, coarse, row);
  return { squares };
}

function blurOfRow(row: number, rowCount: number): number {
  return MAX_BLUR * (row / (rowCount - 1)) ** 2;
}

/**
 * Chord of the unit sphere convolved with a Gaussian of standard deviation s.
 *
 *   P(u, s) = 1/s^2 Int_0^1 2 sqrt(1 - v^2) exp(-(u^2 + v^2)/(2 s^2)) I0(u v/s^2) v dv
 *
 * @param u distance from the centre [radii]
 * @param blur standard deviation s [radii]; 0 gives the sharp chord
 * @returns mean thickness [radii]
 */
export function blurredChord(u: number, blur: number): number {
  if (blur === 0) return u < 1 ? 2 * Math.sqrt(1 - u * u) : 0;
  // v = sin(phi) removes the vertical tangent at the rim
  const low = Math.asin(Math.min(1, Math.max(0, u - 7 * blur)));
  const high = Math.asin(Math.min(1, u + 7 * blur));
  let sum = 0;
  for (let k = 0; k < QUADRATURE_POINTS; k++) {
    const phi = low + ((k + 0.5) / QUADRATURE_POINTS) * (high - low);
    const v = Math.sin(phi);
    const gaussian = Math.exp(-0.5 * ((u - v) / blur) ** 2) * scaledBesselI0((u * v) / blur ** 2);
    sum += 2 * Math.cos(phi) ** 2 * v * gaussian;
  }
  return (sum * (high - low)) / QUADRATURE_POINTS / blur ** 2;
}

/**
 * Makes the profile of one row: squared thickness of a unit sphere at squared distances t reach^2, t = 0 to 1.
 *
 * Interpolation lies 0.1-0.3 % above a convex profile; a common factor gives the sphere its volume back.
 */
function profileInto(profile: Float32Array, start: number, coarse: Float64Array, row: number): void {
  const blur = blurOfRow(row, ROW_COUNT);
  const below = Math.min(Math.floor((row / (ROW_COUNT - 1)) * (COARSE_ROWS - 1)), COARSE_ROWS - 2);
  const [blur0, blur1] = [blurOfRow(below, COARSE_ROWS), blurOfRow(below + 1, COARSE_ROWS)];
  const mix = (blur - blur0) / (blur1 - blur0);
  const reach = 1 + REACH_SIGMAS * blur;
  const ratio0 = (reach / (1 + REACH_SIGMAS * blur0)) ** 2;
  const ratio1 = (reach / (1 + REACH_SIGMAS * blur1)) ** 2;
  for (let k = 0; k < PROFILE_SAMPLES; k++) {
    const square0 = sampleRow(coarse, below, k * ratio0);
    const square1 = sampleRow(coarse, below + 1, k * ratio1);
    profile[start + k] = square0 + mix * (square1 - square0);
  }
  const correction = ((4 / 3) * Math.PI) / profileVolume(profile, start, reach);
  for (let k = 0; k < PROFILE_SAMPLES; k++) profile[start + k] *= correction ** 2;
}

/** Volume under a profile as the renderers read it, Int sqrt(q) pi d(u^2), by Simpson's rule between the samples. */
function profileVolume(profile: Float32Array, start: number, reach: number): number {
  let left = Math.sqrt(profile[start]);
  let sum = 0;
  for (let k = start; k < start + PROFILE_SAMPLES - 1; k++) {
    const right = Math.sqrt(profile[k + 1]);
    sum += left + 4 * Math.sqrt(0.5 * (profile[k] + profile[k + 1])) + right;
    left = right;
  }
  return (sum * Math.PI * reach ** 2) / (6 * (PROFILE_SAMPLES - 1));
}

/** How a sphere reads the table: thickness = thicknessNm sqrt(squares[start + t (PROFILE_SAMPLES - 1)]), t = rho^2/reach^2. */
export interface SphereProfile {
  readonly start: number;
  /** Distance from the centre at which the profile ends [nm]. */
  readonly reachNm: number;
  /** Thickness of the sphere for 1 in the profile [nm]. */
  readonly thicknessNm: number;
}

/**
 * Finds the profile of one sphere: the row of the nearest blur.
 *
 * A sphere much smaller than its blur looks like a Gaussian of variance sigma^2 + r^2/5 (the variance of its chords),
 * so a larger sphere of the same variance and volume stands for it.
 */
export function sphereProfile(radiusNm: number, sigmaNm: number): SphereProfile {
  if (sigmaNm > MAX_BLUR * radiusNm) {
    const standIn = Math.sqrt((sigmaNm ** 2 + radiusNm ** 2 / 5) / (MAX_BLUR ** 2 + 0.2));
    const { start, reachNm } = sphereProfile(standIn, MAX_BLUR * standIn);
    return { start, reachNm, thicknessNm: radiusNm ** 3 / standIn ** 2 };
  }
  const row = Math.round(Math.sqrt(sigmaNm / radiusNm / MAX_BLUR) * (ROW_COUNT - 1));
  const reachNm = (1 + REACH_SIGMAS * blurOfRow(row, ROW_COUNT)) * radiusNm;
  return { start: row * PROFILE_SAMPLES, reachNm, thicknessNm: radiusNm };
}

function sampleRow(squares: Float64Array, row: number, at: number): number {
  if (at >= PROFILE_SAMPLES - 1) return 0;
  const below = Math.floor(at);
  const k = row * PROFILE_SAMPLES + below;
  return squares[k] + (at - below) * (squares[k + 1] - squares[k]);
}
