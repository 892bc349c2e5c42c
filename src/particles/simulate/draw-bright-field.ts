import { findMaterial } from "../../core/index.ts";
import type { RandomStream } from "../../core/index.ts";
import {
  electronWavelengthNm,
  interactionConstant,
  recordBrightField,
  renderBrightField,
  smoothNoise,
  waveMaterials,
} from "../../stem-sim/index.ts";
import type { Camera, ObjectiveLens, WaveMaterial } from "../../stem-sim/index.ts";
import { between, logUniform } from "./draws.ts";
import type { Scene } from "./draw-scene.ts";
import { halfChordPx, projectBodies } from "./project-bodies.ts";
import { savedImage } from "./save-image.ts";
import { trueParticles, unevennessAround, type TrainingImage, type TrueParticle } from "./training-image.ts";

/** What a pair of materials does to the wave at one beam energy and aperture. */
export interface BrightFieldMicroscope {
  readonly beamEnergyKeV: number;
  /** First, second, film. */
  readonly materials: readonly [WaveMaterial, WaveMaterial, WaveMaterial];
}

/** Pairs that are imaged: light before heavy. A scene of one material, and metal on a support, uses the second for its particles. */
const PAIRS = [
  ["C", "C"],
  ["C", "C"],
  ["SiO2", "SiO2"],
  ["TiO2-anatase", "WO3"],
  ["Al2O3", "CeO2"],
  ["SiO2", "TiO2-rutile"],
  ["Al2O3", "ZrO2"],
  ["C", "Pt"],
  ["C", "Au"],
  ["SiO2", "ZnO"],
] as const;
const ENERGIES_KEV = [100, 200, 300] as const;
const APERTURES_MRAD = [5, 10, 20, 40] as const;

/**
 * Tabulates what the pairs of the training images do, at all beam energies and apertures; a second.
 *
 * @returns one microscope a pair, energy and aperture
 */
export function brightFieldMicroscopes(): readonly BrightFieldMicroscope[] {
  const names = [...new Set(PAIRS.flat())];
  const materials = names.map((name) => findMaterial(name));
  return ENERGIES_KEV.flatMap((beamEnergyKeV) =>
    waveMaterials(materials, beamEnergyKeV, APERTURES_MRAD).flatMap((all) => {
      const of = (name: (typeof names)[number]) => all[names.indexOf(name)];
      return PAIRS.map(([first, second]) => ({
        beamEnergyKeV,
        materials: [of(first), of(second), of("C")] as const,
      }));
    }),
  );
}

/** Optical depth that a typical particle has, and that a column may have [mu t]. */
const PARTICLE_DEPTH = [0.04, 0.7] as const;
/** Optical depth of a support where it is deepest [mu t]. */
const SUPPORT_DEPTH = [0.05, 1.5] as const;
/** Radius that a typical particle may have [nm]. */
const PARTICLE_RADIUS_NM = [1.5, 80] as const;

/**
 * Images a scene in bright-field transmission, with all that a microscope adds.
 *
 * The pixel size follows from the optical depth of a typical particle, so that images are neither empty nor black.
 *
 * @param rng stream of the image
 * @param scene bodies and support
 * @param microscopes see brightFieldMicroscopes
 * @returns the image with matter bright (1 - I), and its particles
 */
export function drawBrightField(
  rng: RandomStream,
  scene: Scene,
  microscopes: readonly BrightFieldMicroscope[],
): TrainingImage {
  const microscope = microscopes[rng.integerBelow(microscopes.length)];
  const { side } = scene;
  const depth = logUniform(rng, ...PARTICLE_DEPTH);
  const thicknessNm = depth / microscope.materials[1].attenuationPerNm;
  const [least, most] = PARTICLE_RADIUS_NM.map((nm) => nm / scene.radiusPx);
  const pixelSizeNm = Math.min(most, Math.max(least, thicknessNm / (2 * scene.radiusPx)));
  const maps = columnsNm(rng, scene, pixelSizeNm, microscope);
  const optics = drawOptics(rng, microscope.beamEnergyKeV, pixelSizeNm);
  const camera = drawCamera(rng);
  const specimen = { side, pixelSizeNm, thicknessesNm: maps, materials: microscope.materials };
  const expected = renderBrightField(rng.fork("grain"), specimen, optics);
  const recorded = recordBrightField(rng.fork("camera"), expected, { width: side, height: side }, camera);
  const image = savedImage(
    rng.fork("file"),
    recorded.map((value) => 1 - value),
    side,
  );
  return {
    side,
    image,
    pixelSizeNm,
    particles: seenParticles(scene, { maps, pixelSizeNm, microscope, camera, optics }),
  };
}

function columnsNm(
  rng: RandomStream,
  scene: Scene,
  pixelSizeNm: number,
  microscope: BrightFieldMicroscope,
): readonly [Float32Array, Float32Array, Float32Array] {
  const { side, supportPx } = scene;
  const [firstPx, secondPx] = projectBodies(scene.bodies, side);
  if (supportPx !== null) for (let i = 0; i < firstPx.length; i++) firstPx[i] += supportPx[i];
  const firstNm = firstPx.map((value) => value * pixelSizeNm);
  const secondNm = secondPx.map((value) => value * pixelSizeNm);
  if (scene.kind === "supported") {
    // a support a few optical depths deep would hide everything
    const deepestNm = firstNm.reduce((most, value) => Math.max(most, value), 1e-9);
    const wantedNm = logUniform(rng, ...SUPPORT_DEPTH) / microscope.materials[0].attenuationPerNm;
    for (let i = 0; i < firstNm.length; i++) firstNm[i] *= wantedNm / deepestNm;
  }
  const filmNm = rng.uniform() < 0.2 ? 0 : between(rng, 2, 20);
  const speckle = smoothNoise(rng.fork("film"), side, side, logUniform(rng, 3, 60));
  const strength = rng.uniform() < 0.5 ? 0 : 0.15 * rng.uniform();
  const film = speckle.map((value) => filmNm * Math.max(0, 1 + strength * value));
  return [firstNm, secondNm, film];
}

/** Rim of 0 to 3 px on either side of focus, mostly underfocus. */
function drawOptics(
  rng: RandomStream,
  beamEnergyKeV: number,
  pixelSizeNm: number,
): ObjectiveLens & { readonly beamEnergyKeV: number } {
  // sqrt(lambda D) is the width of the rim
  const rimPx = 3 * rng.uniform() ** 1.5;
  const size = Math.min(5000, (rimPx * pixelSizeNm) ** 2 / electronWavelengthNm(beamEnergyKeV));
  return {
    beamEnergyKeV,
    defocusNm: rng.uniform() < 0.75 ? size : -size,
    sphericalMm: 2 * rng.uniform(),
    focalSpreadNm: between(rng, 3, 15),
    illuminationMrad: logUniform(rng, 0.02, 0.5),
    grain: rng.uniform(),
  };
}

function drawCamera(rng: RandomStream): Camera {
  return {
    // 17 images of soot, brought to radii of 9 px, need 500 to 8,000 and have white noise (bench -- nuisance)
    electronsPerPixel: logUniform(rng, 100, 20_000),
    spreadPx: rng.uniform() < 0.5 ? between(rng, 0, 0.3) : between(rng, 0, 1.3),
    readoutElectrons: rng.uniform() < 0.5 ? 0 : 3 * rng.uniform(),
    gradient: rng.uniform() < 0.5 ? 0 : 0.4 * rng.uniform(),
    gradientDeg: 360 * rng.uniform(),
  };
}

interface Recorded {
  readonly maps: readonly Float32Array[];
  readonly pixelSizeNm: number;
  readonly microscope: BrightFieldMicroscope;
  readonly camera: Camera;
  readonly optics: ObjectiveLens;
}

function seenParticles(
  scene: Scene,
  { maps, pixelSizeNm, microscope, camera, optics }: Recorded,
): TrueParticle[] {
  const mu = microscope.materials.map(({ attenuationPerNm }) => attenuationPerNm);
  const grainPerNm = microscope.materials.map(
    ({ grainV2Nm3 }) =>
      ((optics.grain * interactionConstant(microscope.beamEnergyKeV)) / pixelSizeNm) ** 2 * grainV2Nm3,
  );
  return trueParticles(scene, (body, at) => {
    const own = mu[body.materialIndex] * 2 * halfChordPx(body, 0, 0) * pixelSizeNm;
    const all = mu[0] * maps[0][at] + mu[1] * maps[1][at];
    const bright = Math.exp(-all);
    // contrast against counting noise and phase grain over half the disc; the lens turns half of the phase's variance into contrast
    const contrast = bright * Math.expm1(own);
    const grain = 2 * maps.reduce((sum, map, m) => sum + grainPerNm[m] * map[at], 0) * bright ** 2;
    const perPixel = bright / camera.electronsPerPixel + grain;
    const noise = Math.sqrt(perPixel / (0.5 * Math.PI * body.radiusPx ** 2));
    const texture = mu[0] * unevennessAround(maps[0], scene.side, body);
    return {
      ownShare: Math.min(1, own / Math.max(all, own)),
      contrastToNoise: contrast / noise,
      contrastToTexture: own / texture,
    };
  });
}
