import type { RandomStream } from "../core/index.ts";
import type { Aggregate } from "../stochastic/index.ts";
import type { Imaging } from "./imaging.ts";
import type { Microscope } from "./microscope-schema.ts";
import type { MicroscopeSettings } from "./microscope-settings.ts";
import { filmColumnsInto } from "./noise/film.ts";
import { scanShiftsInto } from "./noise/scan-path.ts";
import type { ScanShifts } from "./projection/splat-target.ts";
import { drawParticleShape } from "./shapes/draw-shape.ts";
import { turnShape } from "./shapes/particle-shape.ts";
import type { ParticleShape } from "./shapes/particle-shape.ts";
import { tiltMatrix } from "./view.ts";

/** What differs within one image beyond its settings: the film under each pixel, the crystals, the path of the probe. */
export interface ImageNuisance {
  /** [heightPx, widthPx] thickness of film and contamination along the beam [nm]. */
  readonly filmNm: Float32Array;
  /** [particleCount] factor on each particle's scattering. */
  readonly strengths: Float64Array;
  /** [particleCount] in units of each radius; null where all are spheres. */
  readonly shapes: readonly ParticleShape[] | null;
  /** null for a perfect scan. */
  readonly shifts: ScanShifts | null;
}

/** Memory of one image's film and scan, [heightPx, widthPx] each. */
export interface NuisanceArrays {
  readonly filmNm: Float32Array;
  readonly xNm: Float32Array;
  readonly yNm: Float32Array;
}

/** Memory for drawNuisance, to be kept from image to image where many are drawn and none is kept. */
export function nuisanceArrays({ widthPx, heightPx }: Microscope): NuisanceArrays {
  const array = () => new Float32Array(widthPx * heightPx);
  return { filmNm: array(), xNm: array(), yNm: array() };
}

/** Draws the film, the crystal orientations and the scan of one image. */
export function drawNuisance(
  rng: RandomStream,
  aggregate: Aggregate,
  microscope: Microscope,
  settings: MicroscopeSettings,
  arrays: NuisanceArrays = nuisanceArrays(microscope),
): ImageNuisance {
  const grid = { ...microscope, pixelSizeNm: settings.pixelSizeNm };
  return {
    filmNm: filmColumnsInto(arrays.filmNm, rng, grid, settings),
    strengths: drawStrengths(rng, aggregate.particleCount, settings.orientationSpread),
    shapes: drawShapes(rng, aggregate.particleCount, settings),
    shifts: scanShiftsInto(arrays, rng, grid, settings),
  };
}

/** What is random in an image: the specimen and the scan, and the stream that its counts are drawn from. */
export interface ImageChance {
  readonly nuisance: ImageNuisance;
  readonly noise: RandomStream;
}

/** What drawImageChance is told besides. */
export interface ChanceOptions {
  /** Number of the exposure, 0 or more, where a specimen is imaged several times; an image by itself where absent. */
  readonly exposure?: number | undefined;
  readonly arrays?: NuisanceArrays | undefined;
}

/**
 * Draws what is random in an image.
 *
 * Exposures of one specimen have their streams from the same `rng`: film and particles are the same in all and turn with the holder. The path of
 * the scan, the counts and the crystals' factors, which change within a degree or two, are each exposure's own.
 *
 * @param rng stream of the image, or of all exposures of a specimen
 * @param aggregate what is imaged
 * @param imaging prepared microscope and drawn settings
 * @param options number of the exposure, and memory
 */
export function drawImageChance(
  rng: RandomStream,
  aggregate: Aggregate,
  { prepared: { microscope }, settings }: Imaging,
  { exposure, arrays }: ChanceOptions = {},
): ImageChance {
  const draw = (stream: RandomStream, into?: NuisanceArrays) =>
    drawNuisance(stream, aggregate, microscope, settings, into);
  if (exposure === undefined) {
    return { nuisance: draw(rng.fork("specimen"), arrays), noise: rng.fork("noise") };
  }
  const own = rng.fork("exposure", exposure);
  const { filmNm, shapes } = draw(rng.fork("specimen"));
  const turn = tiltMatrix(settings.tiltDeg);
  const turned = shapes?.map((shape) => turnShape(shape, turn)) ?? null;
  return { nuisance: { ...draw(own, arrays), filmNm, shapes: turned }, noise: own.fork("noise") };
}

function drawShapes(rng: RandomStream, count: number, settings: MicroscopeSettings): ParticleShape[] | null {
  if (settings.elongation === 0 && settings.facetedShare === 0) return null;
  const stream = rng.fork("shapes");
  return Array.from({ length: count }, () => drawParticleShape(stream, settings));
}

/** Log-normal with mean 1: crystals near a zone axis scatter more than the average, most a little less. */
function drawStrengths(rng: RandomStream, count: number, spread: number): Float64Array {
  const strengths = new Float64Array(count).fill(1);
  if (spread === 0) return strengths;
  const stream = rng.fork("orientation");
  return strengths.map(() => Math.exp(spread * stream.normal() - spread ** 2 / 2));
}
