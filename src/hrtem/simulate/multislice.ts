import { inverseTransformInPlace, transformInPlace, type ComplexSquare } from "../../core/index.ts";
import { electronWavelengthNm, interactionConstant, kirklandParameters } from "../../stem-sim/index.ts";
import { addAtoms } from "./deposit.ts";
import { forEachFrequency, type FieldGrid } from "./field-grid.ts";
import type { AtomGroup } from "./nanoparticle.ts";

/** Electrons pass the specimen slice by slice. */
export interface Slice {
  readonly groups: readonly AtomGroup[];
  /** Free flight to the next slice [nm]. */
  readonly thicknessNm: number;
}

/** Projected potential of f_e: 2 pi a0 e = 0.47878 V nm^2 ([kirkland2010] eq. 5.12). */
const POTENTIAL_PER_SCATTERING_V_NM2 = 0.4787801;
/** Mean square displacement [nm^2] behind exp(-2 pi^2 u^2 q^2): metals and carbon near room temperature. */
const DISPLACEMENT_NM2 = 8e-5;
/** Imaginary over real part of the potential: what inelastic scattering takes out of the image [reimer2008]. */
const ABSORPTION = 0.1;

/**
 * Sends a plane wave through slices of atoms [cowley1957]: transmit, propagate, until the last slice.
 *
 * psi <- F^-1[ exp(-i pi lambda dz q^2) F[ exp(i sigma (1 + i a) V) psi ] ], band-limited to 2/3 of the largest frequency
 * ([kirkland2010] chapter 6).
 *
 * @param beamEnergyKeV kinetic energy [keV]
 */
export function exitWave(grid: FieldGrid, slices: readonly Slice[], beamEnergyKeV: number): ComplexSquare {
  const { side } = grid;
  const wave = {
    side,
    real: new Float64Array(side * side).fill(1),
    imaginary: new Float64Array(side * side),
  };
  const sigma = interactionConstant(beamEnergyKeV);
  const wavelengthNm = electronWavelengthNm(beamEnergyKeV);
  for (const slice of slices) {
    transmitInPlace(wave, projectedPotential(grid, slice.groups), sigma);
    if (slice.thicknessNm > 0) propagateInPlace(wave, grid, wavelengthNm * slice.thicknessNm);
  }
  return wave;
}

/**
 * Projected potential of atoms.
 *
 * @returns [side, side] in V nm
 */
export function projectedPotential(grid: FieldGrid, groups: readonly AtomGroup[]): Float64Array {
  const { side, pixelSizeNm } = grid;
  const sum = { side, real: new Float64Array(side * side), imaginary: new Float64Array(side * side) };
  for (const { element, positionsNm } of groups) {
    if (positionsNm.length === 0) continue;
    const atoms = transformInPlace({
      side,
      real: addAtoms(new Float64Array(side * side), grid, positionsNm),
      imaginary: new Float64Array(side * side),
    });
    const law = scatteringLaw(element);
    forEachFrequency(grid, (i, qx, qy) => {
      // sampled atoms were spread over two pixels either way: sinc^2 in frequency, undone here
      const spread = (sinc(qx * pixelSizeNm) * sinc(qy * pixelSizeNm)) ** 2;
      const factor = law(qx * qx + qy * qy) / (spread * pixelSizeNm ** 2);
      sum.real[i] += factor * atoms.real[i];
      sum.imaginary[i] += factor * atoms.imaginary[i];
    });
  }
  return inverseTransformInPlace(sum).real;
}

/** V(q) of one atom [V nm^3] with thermal motion, by q^2 [1/nm^2]. */
function scatteringLaw(element: string): (q2: number) => number {
  const { a, b, c, d } = kirklandParameters(element);
  return (q2) => {
    let factor = 0;
    for (let i = 0; i < 3; i++) factor += a[i] / (q2 + b[i]) + c[i] * Math.exp(-d[i] * q2);
    const motion = Math.exp(-2 * Math.PI * Math.PI * DISPLACEMENT_NM2 * q2);
    return POTENTIAL_PER_SCATTERING_V_NM2 * factor * motion;
  };
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function transmitInPlace(wave: ComplexSquare, potential: Float64Array, sigma: number): void {
  const { real, imaginary } = wave;
  for (let i = 0; i < real.length; i++) {
    const phase = sigma * potential[i];
    const size = Math.exp(-ABSORPTION * Math.max(0, phase));
    const [c, s] = [size * Math.cos(phase), size * Math.sin(phase)];
    const re = real[i] * c - imaginary[i] * s;
    imaginary[i] = real[i] * s + imaginary[i] * c;
    real[i] = re;
  }
}

function propagateInPlace(wave: ComplexSquare, grid: FieldGrid, wavelengthTimesLength: number): void {
  transformInPlace(wave);
  const { real, imaginary } = wave;
  const limit = ((2 / 3) * 0.5) / grid.pixelSizeNm;
  forEachFrequency(grid, (i, qx, qy) => {
    const q2 = qx * qx + qy * qy;
    if (q2 > limit * limit) {
      real[i] = 0;
      imaginary[i] = 0;
      return;
    }
    const phase = -Math.PI * wavelengthTimesLength * q2;
    const [c, s] = [Math.cos(phase), Math.sin(phase)];
    const re = real[i] * c - imaginary[i] * s;
    imaginary[i] = real[i] * s + imaginary[i] * c;
    real[i] = re;
  });
  inverseTransformInPlace(wave);
}
