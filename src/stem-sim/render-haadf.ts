import { rangeError } from "../core/index.ts";
import type { GrayImage } from "../core/index.ts";
import type { Aggregate } from "../stochastic/index.ts";
import { gaussianBlur } from "../image/index.ts";
import type { ImageNuisance } from "./nuisance.ts";
import { SPHERE } from "./shapes/particle-shape.ts";
import type { ParticleShape } from "./shapes/particle-shape.ts";
import { projectShapesInto } from "./shapes/project-shapes.ts";
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
  const grid = { widthPx, heightPx, pixelSizeNm };
  const maps = scratch ?? thicknessMaps(widthPx * heightPx);
  const [firstNm, secondNm] =
    specimen.shapes === null
      ? splatBodiesInto(maps, bodiesInView(aggregate, imaging, specimen), grid, specimen.shifts)
      : shapesInView(maps, aggregate, imaging, { ...specimen, shapes: specimen.shapes });
  const filmNm = withShells(aggregate, imaging, specimen);
  const columns = { firstNm, secondNm, filmNm };
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
 * Projects particles that are no spheres: sharp rays, then one blur for all, that of the probe at the aggregate's middle.
 *
 * @throws RangeError where the materials differ or a pixel is larger than every particle
 */
function shapesInView(
  maps: ThicknessMaps,
  aggregate: Aggregate,
  { prepared, settings }: Imaging,
  specimen: Pick<ImageNuisance, "strengths" | "shifts"> & { readonly shapes: readonly ParticleShape[] },
): ThicknessMaps {
  checkMaterials(aggregate, prepared);
  checkPixelSize(aggregate, settings.pixelSizeNm);
  const { widthPx, heightPx } = prepared.microscope;
  const grid = { widthPx, heightPx, pixelSizeNm: settings.pixelSizeNm };
  const particles = { ...viewAggregate(aggregate, settings), ...specimen };
  projectShapesInto(maps, particles, grid, specimen.shifts);
  const sigmaPx = middleSigmaNm({ prepared, settings }) / settings.pixelSizeNm;
  const [first, second] = maps.map((map) => gaussianBlur(map, { width: widthPx, height: heightPx }, sigmaPx));
  return [first, second];
}

/** The film with shells of its material around the particles: the union of the enlarged particles, less that of the particles. */
function withShells(
  aggregate: Aggregate,
  { prepared, settings }: Imaging,
  { shapes, shifts, filmNm }: ImageNuisance,
): Float32Array {
  const { shellNm, pixelSizeNm } = settings;
  if (shellNm === 0) return filmNm;
  const { widthPx, heightPx } = prepared.microscope;
  const grid = { widthPx, heightPx, pixelSizeNm };
  const spheres = shapes ?? Array.from({ length: aggregate.particleCount }, () => SPHERE);
  const turned = { ...viewAggregate(aggregate, settings), shapes: spheres };
  const [inner, outer] = [0, shellNm].map((more) => {
    const maps = thicknessMaps(widthPx * heightPx);
    const radiiNm = turned.radiiNm.map((radius) => radius + more);
    projectShapesInto(maps, { ...turned, radiiNm }, grid, shifts);
    return maps[0].map((first, i) => first + maps[1][i]);
  });
  const shells = outer.map((all, i) => Math.max(0, all - inner[i]));
  const sigmaPx = middleSigmaNm({ prepared, settings }) / pixelSizeNm;
  const blurred = gaussianBlur(shells, { width: widthPx, height: heightPx }, sigmaPx);
  return filmNm.map((film, i) => film + blurred[i]);
}

/** Blur of the probe at the middle of the aggregate [nm]. */
function middleSigmaNm({ prepared, settings }: Imaging): number {
  const middle = { particleCount: 1, centersNm: new Float64Array(3) };
  return probeSigmasNm(middle, prepared.microscope, settings)[0];
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
    shapes: null,
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
