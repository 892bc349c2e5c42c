import { rangeError } from "../core/index.ts";
import type { GrayImage } from "../core/index.ts";
import type { Aggregate } from "../stochastic/index.ts";
import type { ImageNuisance } from "./nuisance.ts";
import type { PreparedMicroscope } from "./prepare-microscope.ts";
import { projectBodies } from "./projection/project-bodies.ts";
import type { ProjectedBodies } from "./projection/project-bodies.ts";
import { splatBodiesInto, thicknessMaps } from "./projection/splat-bodies.ts";
import type { ThicknessMaps } from "./projection/splat-bodies.ts";
import { probeSigmasNm } from "./probe.ts";
import { detectedShareInto } from "./scattering/intensity-table.ts";
import type { Imaging } from "./imaging.ts";
import { viewAggregate } from "./view.ts";

/**
 * The image without counting noise: the expected share of the beam that reaches the detector.
 *
 * @returns [heightPx, widthPx], fraction of the beam
 * @throws RangeError where the aggregate's materials are not those of the prepared microscope, a pixel is larger than every
 *   particle, or a column thicker than the intensity table
 */
export function renderHaadf(
  aggregate: Aggregate,
  imaging: Imaging,
  nuisance?: ImageNuisance,
  scratch?: ThicknessMaps,
): GrayImage {
  const { prepared, settings } = imaging;
  const { widthPx, heightPx } = prepared.microscope;
  const { pixelSizeNm } = settings;
  const specimen = nuisance ?? evenSpecimen(aggregate, imaging);
  const bodies = bodiesInView(aggregate, imaging, specimen);
  const grid = { widthPx, heightPx, pixelSizeNm };
  const maps = scratch ?? thicknessMaps(widthPx * heightPx);
  const [firstNm, secondNm] = splatBodiesInto(maps, bodies, grid, specimen.shifts);
  const columns = { firstNm, secondNm, filmNm: specimen.filmNm };
  const share = new Float32Array(widthPx * heightPx);
  return imageOf(detectedShareInto(share, prepared.intensity, columns), imaging);
}

/**
 * Turns the aggregate under the beam and prepares its bodies, each blurred by the probe at its own height.
 *
 * @throws RangeError where the materials differ or a pixel is larger than every particle
 */
export function bodiesInView(
  aggregate: Aggregate,
  { prepared, settings }: Imaging,
  specimen: Pick<ImageNuisance, "strengths">,
): ProjectedBodies {
  checkMaterials(aggregate, prepared);
  checkPixelSize(aggregate, settings.pixelSizeNm);
  const turned = viewAggregate(aggregate, settings);
  return projectBodies(turned, prepared.blurredSpheres, {
    sigmasNm: probeSigmasNm(turned, prepared.microscope, settings),
    strengths: specimen.strengths,
    neckOwner: prepared.microscope.neckOwner,
  });
}

/**
 * Gives rendered numbers their size and unit.
 *
 * @param data [heightPx, widthPx], fraction of the beam
 */
export function imageOf(data: Float32Array, { prepared, settings }: Imaging): GrayImage {
  return {
    width: prepared.microscope.widthPx,
    height: prepared.microscope.heightPx,
    data,
    intensityUnit: "fraction of the incident beam",
    pixelSizeNm: settings.pixelSizeNm,
  };
}

function evenSpecimen(aggregate: Aggregate, { prepared, settings }: Imaging): ImageNuisance {
  const { widthPx, heightPx } = prepared.microscope;
  const filmNm = settings.filmThicknessNm / Math.cos((settings.tiltDeg * Math.PI) / 180);
  return {
    filmNm: new Float32Array(widthPx * heightPx).fill(filmNm),
    strengths: new Float64Array(aggregate.particleCount).fill(1),
    shifts: null,
  };
}

function checkMaterials(aggregate: Aggregate, { materialNames }: PreparedMicroscope): void {
  const names = aggregate.materials.map((material) => material.name);
  if (names.every((name, i) => name === materialNames[i])) return;
  throw rangeError(
    { action: "render HAADF image" },
    `materials of the aggregate must be those the microscope was prepared for, ${materialNames.join(" and ")}`,
    names.join(" and "),
  );
}

function checkPixelSize({ particleCount, radiiNm }: Aggregate, pixelSizeNm: number): void {
  const largestNm = 2 * radiiNm.reduce((most, radius) => Math.max(most, radius), 0);
  if (particleCount === 0 || pixelSizeNm <= largestNm) return;
  throw rangeError(
    { action: "render HAADF image" },
    `pixelSizeNm must be at most the largest particle's diameter of ${largestNm.toPrecision(3)} nm`,
    String(pixelSizeNm),
  );
}
