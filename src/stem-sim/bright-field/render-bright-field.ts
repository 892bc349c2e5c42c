import { checkNumber, inverseTransformInPlace, rangeError, transformInPlace } from "../../core/index.ts";
import type { ComplexSquare, Material, RandomStream } from "../../core/index.ts";
import { electronWavelengthNm, interactionConstant } from "../scattering/fast-electron.ts";
import { attenuationsPerNm } from "./attenuation.ts";
import type { TransmissionAperture } from "./attenuation.ts";
import { phaseStrength } from "./inner-potential.ts";
import type { PhaseStrength } from "./inner-potential.ts";

/** What a material does to the wave. */
export interface WaveMaterial extends PhaseStrength {
  /** mu of I = I0 exp(-mu t) [1/nm]. */
  readonly attenuationPerNm: number;
}

/** How the lens makes an image of the wave behind the specimen. */
export interface ObjectiveLens {
  /** Defocus; above 0 the lens is too weak (underfocus), which gives edges a bright rim outside [nm]. */
  readonly defocusNm: number;
  /** Spherical aberration [mm]. */
  readonly sphericalMm: number;
  /** Standard deviation of the defocus by energy spread and lens current [nm]. */
  readonly focalSpreadNm: number;
  /** Standard deviation of the directions of illumination [mrad]. */
  readonly illuminationMrad: number;
  /** Root of the structure factor at small angles: 1 for atoms at random, below for those that keep their distance. */
  readonly grain: number;
}

type Beam = Pick<TransmissionAperture, "beamEnergyKeV">;

/** A specimen as thickness maps on a square grid. */
export interface BrightFieldSpecimen {
  /** Edge of the grid, a power of two [px]. */
  readonly side: number;
  readonly pixelSizeNm: number;
  /** One map a material, [side, side] [nm]. */
  readonly thicknessesNm: readonly Float32Array[];
  readonly materials: readonly WaveMaterial[];
}

/**
 * What materials do to the wave at a beam energy, for one or several apertures.
 *
 * @param materials density and composition
 * @param beamEnergyKeV kinetic energy of the electrons [keV]
 * @param aperturesMrad semi-angles of the aperture [mrad]
 * @returns by aperture, then one record a material
 * @throws RangeError for an unknown element
 */
export function waveMaterials(
  materials: readonly Material[],
  beamEnergyKeV: number,
  aperturesMrad: readonly number[],
): readonly (readonly WaveMaterial[])[] {
  const phases = materials.map(phaseStrength);
  return attenuationsPerNm(materials, beamEnergyKeV, aperturesMrad).map((row) =>
    row.map((attenuation, i) => ({ attenuationPerNm: attenuation, ...phases[i] })),
  );
}

/**
 * The expected image in bright-field transmission: mass-thickness contrast, Fresnel rim and phase grain of all matter.
 *
 * The wave behind the specimen is psi = exp(-sum mu t/2 + i sigma sum V t), its potential with the grain of atoms at random; the
 * lens multiplies its transform by exp(-i chi) E ([reimer2008] section 6.2.2), and the image is the square of what comes out:
 *
 *   chi(q) = -pi lambda D q^2 + pi/2 Cs lambda^3 q^4,
 *   E(q) = exp[-(pi lambda s q^2)^2/2] exp[-2 pi^2 a^2 (D q - Cs lambda^2 q^3)^2]
 *
 * with the defocus D, focal spread s and directions of illumination a. The field is periodic: what lies near an edge sees the other
 * side within the reach of the rim, sqrt(lambda D).
 *
 * @param rng stream of the grain
 * @param specimen thickness maps and what their materials do
 * @param optics beam energy and lens
 * @returns [side, side], fraction of the incident beam
 * @throws RangeError for a side that is no power of two
 */
export function renderBrightField(
  rng: RandomStream,
  specimen: BrightFieldSpecimen,
  optics: ObjectiveLens & Beam,
): Float32Array {
  checkSpecimen(specimen);
  const wave = exitWave(rng, specimen, optics);
  transformInPlace(wave);
  applyLensInPlace(wave, specimen.pixelSizeNm, optics);
  inverseTransformInPlace(wave);
  return Float32Array.from(wave.real, (re, i) => re * re + wave.imaginary[i] ** 2);
}

function checkSpecimen({ side, pixelSizeNm, thicknessesNm }: BrightFieldSpecimen): void {
  const action = "render bright-field image";
  checkNumber("pixelSizeNm", pixelSizeNm, { min: 1e-3, max: 1e3, unit: "nm", action });
  if (Number.isInteger(Math.log2(side)) && thicknessesNm.every((map) => map.length === side * side)) return;
  const wanted = "thickness maps must be squares with a power of two as edge";
  const got = `${side} px and ${thicknessesNm.map((map) => map.length).join(", ")} numbers`;
  throw rangeError({ action }, wanted, got);
}

function exitWave(
  rng: RandomStream,
  { side, pixelSizeNm, thicknessesNm, materials }: BrightFieldSpecimen,
  { beamEnergyKeV, grain }: Pick<ObjectiveLens, "grain"> & Beam,
): ComplexSquare {
  const [real, imaginary] = [new Float64Array(side * side), new Float64Array(side * side)];
  const deviates = grain > 0 ? rng.fillNormal(new Float64Array(side * side)) : new Float64Array(side * side);
  const sigma = interactionConstant(beamEnergyKeV);
  const grainPerArea = (grain * sigma) ** 2 / pixelSizeNm ** 2;
  for (let i = 0; i < real.length; i++) {
    let [loss, phase, variance] = [0, 0, 0];
    for (let m = 0; m < materials.length; m++) {
      const thicknessNm = thicknessesNm[m][i];
      loss += materials[m].attenuationPerNm * thicknessNm;
      phase += sigma * materials[m].innerPotentialV * thicknessNm;
      variance += grainPerArea * materials[m].grainV2Nm3 * thicknessNm;
    }
    const amplitude = Math.exp(-loss / 2);
    const angle = phase + Math.sqrt(variance) * deviates[i];
    real[i] = amplitude * Math.cos(angle);
    imaginary[i] = amplitude * Math.sin(angle);
  }
  return { side, real, imaginary };
}

/** Multiplies the transform of a wave by exp(-i chi) E. */
function applyLensInPlace(
  { side, real, imaginary }: ComplexSquare,
  pixelSizeNm: number,
  optics: ObjectiveLens & Beam,
): void {
  const wavelengthNm = electronWavelengthNm(optics.beamEnergyKeV);
  const { defocusNm, focalSpreadNm } = optics;
  const sphericalNm = optics.sphericalMm * 1e6;
  const spread = optics.illuminationMrad * 1e-3;
  const perPixel = 1 / (side * pixelSizeNm);
  for (let row = 0; row < side; row++) {
    const qy = (row < side / 2 ? row : row - side) * perPixel;
    for (let column = 0; column < side; column++) {
      const qx = (column < side / 2 ? column : column - side) * perPixel;
      const q2 = qx * qx + qy * qy;
      const chi =
        -Math.PI * wavelengthNm * defocusNm * q2 + (Math.PI / 2) * sphericalNm * wavelengthNm ** 3 * q2 * q2;
      const slope = Math.sqrt(q2) * (defocusNm - sphericalNm * wavelengthNm ** 2 * q2);
      const envelope = Math.exp(
        -((Math.PI * wavelengthNm * focalSpreadNm * q2) ** 2) / 2 - 2 * (Math.PI * spread * slope) ** 2,
      );
      const [c, s] = [envelope * Math.cos(chi), -envelope * Math.sin(chi)];
      const at = row * side + column;
      const re = real[at] * c - imaginary[at] * s;
      imaginary[at] = real[at] * s + imaginary[at] * c;
      real[at] = re;
    }
  }
}
