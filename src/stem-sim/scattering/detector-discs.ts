/** An annular detector, or one whose sensitivity was measured against the angle. */
export type Detector =
  | { readonly innerMrad: number; readonly outerMrad: number }
  | { readonly sensitivity: readonly (readonly [angleMrad: number, relative: number])[] };

/**
 * A detector as a sum of full discs: S(theta) = sum_k weight_k H(radius_k - theta).
 *
 * Each disc has closed forms for what the theory needs: its overlap with the aperture and its Hankel transform
 * R J1(s R)/s.
 */
export interface DetectorDiscs {
  readonly radiiRad: Float64Array;
  readonly weights: Float64Array;
}

/** Step by which a measured sensitivity curve is cut into discs [mrad]: second-order error below 1e-4. */
const CURVE_STEP_MRAD = 0.5;

/**
 * Writes a detector as a sum of discs.
 *
 * An annulus is the outer disc minus the inner one; a curve, linear between its points and zero outside, becomes one
 * disc per 0.5 mrad.
 *
 * @param detector annulus or sensitivity curve with rising angles
 * @returns radii [rad] and weights
 */
export function detectorDiscs(detector: Detector): DetectorDiscs {
  if ("innerMrad" in detector) {
    const radiiMrad = [detector.outerMrad, detector.innerMrad].filter((radius) => radius > 0);
    return {
      radiiRad: Float64Array.from(radiiMrad, (radius) => radius * 1e-3),
      weights: Float64Array.from([1, -1].slice(0, radiiMrad.length)),
    };
  }
  const lastMrad = detector.sensitivity[detector.sensitivity.length - 1][0];
  const count = Math.ceil(lastMrad / CURVE_STEP_MRAD) + 1;
  const sampleAt = (k: number) => sensitivityAt(detector, (k + 0.5) * CURVE_STEP_MRAD);
  return {
    radiiRad: Float64Array.from({ length: count }, (_, k) => (k + 1) * CURVE_STEP_MRAD * 1e-3),
    weights: Float64Array.from({ length: count }, (_, k) => sampleAt(k) - sampleAt(k + 1)),
  };
}

/**
 * Relative sensitivity of a detector to an electron at an angle.
 *
 * @param angleMrad scattering angle, 0 or more [mrad]
 * @example
 * import { sensitivityAt } from "../src/stem-sim/scattering/detector-discs.ts";
 * import { expect } from "vitest";
 * expect(sensitivityAt({ innerMrad: 60, outerMrad: 200 }, 100)).toBe(1);
 * expect(sensitivityAt({ sensitivity: [[50, 0], [100, 1]] }, 75)).toBe(0.5);
 */
export function sensitivityAt(detector: Detector, angleMrad: number): number {
  if ("innerMrad" in detector) {
    return angleMrad >= detector.innerMrad && angleMrad <= detector.outerMrad ? 1 : 0;
  }
  const points = detector.sensitivity;
  const above = points.findIndex(([angle]) => angle >= angleMrad);
  if (above < 0) return 0;
  if (points[above][0] === angleMrad) return points[above][1];
  if (above === 0) return 0;
  const [[angle0, value0], [angle1, value1]] = [points[above - 1], points[above]];
  return value0 + ((value1 - value0) * (angleMrad - angle0)) / (angle1 - angle0);
}
