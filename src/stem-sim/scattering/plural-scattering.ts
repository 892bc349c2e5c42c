import type { Material } from "../../core/index.ts";
import { atomDensitiesPerNm3 } from "./atom-densities.ts";
import { besselJ0, besselJ1 } from "./bessel.ts";
import type { DetectorDiscs } from "./detector-discs.ts";
import { crossSectionAt } from "./eikonal.ts";
import type { DifferentialCrossSection } from "./eikonal.ts";

/**
 * How a solid broadens the angular distribution of the beam, in Hankel space.
 *
 * After a thickness t the transform of the distribution is multiplied by exp(-t loss(s)).
 */
export interface ScatteringExponent {
  /** n [sigma - sigmahat(s)] summed over the elements, at s = 0, 1, 2 ... per radian [1/nm]. */
  readonly lossPerNm: Float64Array;
  /** Inverse of the mean free path, n sigma summed over the elements [1/nm]. */
  readonly totalPerNm: number;
}

/**
 * Conjugate s of the scattering angle [1/rad]: linear, because the detector's transform oscillates with s; a step of 1
 * repeats the distribution every 2 pi rad, far from any detector; at 4000 the transform of the cross sections is spent.
 */
const FREQUENCY_STEP = 1;

/** Number of spatial frequencies, 0 to 4000 per radian. */
export const SPATIAL_FREQUENCY_COUNT = 4001;

/** Nodes between which sigmahat is interpolated: it is smooth in log s. */
const NODE_RANGE = [0.2, 4100] as const;
const NODE_COUNT = 240;

/** Angular quadrature: logarithmic below 1 mrad, then linear, or J0(s theta) would be sampled too thinly [rad]. */
const LINEAR_STEP_RAD = 8e-5;
const LINEAR_RANGE_RAD = [1e-3, 0.6] as const;

/**
 * Computes the scattering exponents of solids for the Goudsmit-Saunderson series in its small-angle (Moliere) form.
 *
 *   loss(s) = sum_m n_m [sigma_m - sigmahat_m(s)],  sigmahat(s) = Int dsigma/dOmega J0(s theta) 2 pi sin(theta) dtheta
 *
 * [goudsmit1940], [moliere1948]. Both terms come from one integral over 1 - J0, so nothing cancels at small s.
 */
export function scatteringExponents(
  tables: readonly DifferentialCrossSection[],
  solids: readonly Material[],
  electronFactor: (element: string) => number,
): readonly ScatteringExponent[] {
  const nodes = Float64Array.from(
    { length: NODE_COUNT },
    (_, i) => NODE_RANGE[0] * (NODE_RANGE[1] / NODE_RANGE[0]) ** (i / (NODE_COUNT - 1)),
  );
  const { angles, weights } = angularQuadrature();
  const lossNm2 = tables.map(() => new Float64Array(NODE_COUNT));
  const share = tables.map((table) => angles.map((angle, k) => crossSectionAt(table, angle) * weights[k]));
  const bessel = new Float64Array(angles.length);
  nodes.forEach((s, node) => {
    for (let k = 0; k < angles.length; k++) bessel[k] = 1 - besselJ0(s * angles[k]);
    share.forEach((values, index) => {
      let sum = 0;
      for (let k = 0; k < bessel.length; k++) sum += values[k] * bessel[k];
      lossNm2[index][node] = sum;
    });
  });
  const elements = tables.map((table) => table.element);
  return solids.map((solid) => {
    const loss = new Float64Array(SPATIAL_FREQUENCY_COUNT);
    let totalPerNm = 0;
    for (const [element, density] of Object.entries(atomDensitiesPerNm3(solid))) {
      const index = elements.indexOf(element);
      const factor = density * electronFactor(element);
      totalPerNm += factor * share[index].reduce((sum, value) => sum + value, 0);
      for (let i = 1; i < SPATIAL_FREQUENCY_COUNT; i++) {
        loss[i] += factor * interpolateLog(nodes, lossNm2[index], i * FREQUENCY_STEP);
      }
    }
    return { lossPerNm: loss, totalPerNm };
  });
}

/** Angles and weights 2 pi sin(theta) dtheta of the trapezoid rule. */
function angularQuadrature(): { angles: Float64Array; weights: Float64Array } {
  const logarithmic = Array.from({ length: 300 }, (_, i) => 1e-6 * 1000 ** (i / 300));
  const [start, end] = LINEAR_RANGE_RAD;
  const linearCount = Math.round((end - start) / LINEAR_STEP_RAD) + 1;
  const linear = Array.from({ length: linearCount }, (_, i) => start + i * LINEAR_STEP_RAD);
  const angles = Float64Array.from([...logarithmic, ...linear]);
  const weights = angles.map((angle, k) => {
    const left = k === 0 ? 0 : angles[k - 1];
    const right = k === angles.length - 1 ? angle : angles[k + 1];
    return ((right - left) / 2) * 2 * Math.PI * Math.sin(angle);
  });
  return { angles, weights };
}

/** Cubic Lagrange interpolation over logarithmic nodes. */
function interpolateLog(nodes: Float64Array, values: Float64Array, at: number): number {
  const position = Math.log(at / nodes[0]) / Math.log(nodes[1] / nodes[0]);
  const k = Math.min(Math.max(Math.floor(position) - 1, 0), nodes.length - 4);
  const t = position - k;
  return (
    (values[k] * (t - 1) * (t - 2) * (t - 3)) / -6 +
    (values[k + 1] * t * (t - 2) * (t - 3)) / 2 +
    (values[k + 2] * t * (t - 1) * (t - 3)) / -2 +
    (values[k + 3] * t * (t - 1) * (t - 2)) / 6
  );
}

/** The detector and the probe in Hankel space: what each spatial frequency adds to the detected share. */
export interface DetectionTransform {
  /** Shat(s) A(s) s ds at s = 0, 1, 2 ... per radian. */
  readonly weights: Float64Array;
  /** Share of the undeflected probe that hits the detector: 0 for a dark field, 1 for a full bright field. */
  readonly directShare: number;
}

/**
 * Transforms detector and probe.
 *
 *   Shat(s) = sum_k w_k R_k J1(s R_k)/s,  A(s) = 2 J1(s alpha)/(s alpha)
 *
 * @param semiAngleMrad convergence semi-angle alpha [mrad]
 */
export function detectionTransform(discs: DetectorDiscs, semiAngleMrad: number): DetectionTransform {
  const alpha = semiAngleMrad * 1e-3;
  const weights = new Float64Array(SPATIAL_FREQUENCY_COUNT);
  // the integrand starts as Shat(0) s; the end correction of the trapezoid rule, h^2/12 f'(0), is 1-2 % of a thin film
  const atOrigin = discs.radiiRad.reduce((sum, radius, k) => sum + (discs.weights[k] * radius ** 2) / 2, 0);
  weights[0] = (FREQUENCY_STEP ** 2 / 12) * atOrigin;
  for (let i = 1; i < SPATIAL_FREQUENCY_COUNT; i++) {
    const s = i * FREQUENCY_STEP;
    let detector = 0;
    for (let k = 0; k < discs.radiiRad.length; k++) {
      detector += discs.weights[k] * discs.radiiRad[k] * besselJ1(s * discs.radiiRad[k]);
    }
    weights[i] = ((detector * 2 * besselJ1(s * alpha)) / (s * alpha)) * FREQUENCY_STEP;
  }
  const directShare = discs.radiiRad.reduce(
    (sum, radius, k) => sum + discs.weights[k] * Math.min(1, (radius / alpha) ** 2),
    0,
  );
  return { weights, directShare };
}

/**
 * Share of the beam that reaches the detector through layers of several solids, in any order.
 *
 *   I = Int Shat(s) A(s) [exp(-sum t loss(s)) - exp(-sum t n sigma)] s ds + direct exp(-sum t n sigma)
 *
 * The undeflected part of the beam is taken out of the integral, where it would not converge, and added in closed form.
 *
 * @param thicknessesNm of the solids, in the same order [nm]
 */
export function detectedShare(
  transform: DetectionTransform,
  exponents: readonly ScatteringExponent[],
  thicknessesNm: readonly number[],
): number {
  const undeflected = Math.exp(-exponents.reduce((sum, e, m) => sum + e.totalPerNm * thicknessesNm[m], 0));
  let sum = 0;
  for (let i = 0; i < SPATIAL_FREQUENCY_COUNT; i++) {
    let exponent = 0;
    for (let m = 0; m < exponents.length; m++) exponent += exponents[m].lossPerNm[i] * thicknessesNm[m];
    sum += transform.weights[i] * (Math.exp(-exponent) - undeflected);
  }
  return sum + transform.directShare * undeflected;
}
