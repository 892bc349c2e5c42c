import { bootstrapInterval } from "../../core/index.ts";
import type { BootstrapInterval, RandomStream } from "../../core/index.ts";
import type { ImageParticles, Particle } from "./image-particles.ts";

/** A diameter with the weight that it stands for. */
export interface WeightedDiameter {
  readonly diameter: number;
  readonly weight: number;
}

/** Sizes of the particles of one material. */
export interface SizeStatistics {
  /** Null for all particles together. */
  readonly material: string | null;
  /** "nm" where every image has a pixel size, else "px". */
  readonly unit: "nm" | "px";
  readonly particleCount: number;
  /** Of them set by a person. */
  readonly correctedCount: number;
  /** Of them cut by the edge, which have no size of their own. */
  readonly cutCount: number;
  /** Geometric mean diameter. */
  readonly meanDiameter: BootstrapInterval;
  /** Geometric standard deviation of the diameters, 1 or more. */
  readonly spread: BootstrapInterval;
}

/** Fewer images than this are no sample of their own: particles are drawn instead. */
const LEAST_IMAGES = 5;

/**
 * Diameters of the particles that lie wholly in their image, each with the weight that undoes the choice [miles1974].
 *
 * Large particles are cut by the edge more often. A disc of diameter d lies wholly in a field of W x H where its centre is in
 * (W - d) x (H - d), so it stands for W H/((W - d)(H - d)) discs.
 *
 * @param image particles and size of the field
 * @param unit of the diameters
 * @returns diameters with weights of at least 1
 */
export function wholeDiameters(
  { width, height, pixelSizeNm, particles }: ImageParticles,
  unit: "nm" | "px",
): WeightedDiameter[] {
  const scale = unit === "nm" ? (pixelSizeNm ?? NaN) : 1;
  return particles
    .filter(({ isCut }) => !isCut)
    .map(({ radiusPx }) => {
      const weight = (width * height) / ((width - 2 * radiusPx) * (height - 2 * radiusPx));
      return { diameter: 2 * radiusPx * scale, weight };
    });
}

/**
 * Sizes of all particles and, where there are two, of each material.
 *
 * Intervals are bootstrapped by image where at least five have particles, else by particle: they then leave out how much images differ.
 *
 * @param rng stream of the bootstrap
 * @param images particles by image
 * @returns all together first; a material without whole particles has NaN
 */
export function sizeStatistics(rng: RandomStream, images: readonly ImageParticles[]): SizeStatistics[] {
  const unit = images.every(({ pixelSizeNm }) => pixelSizeNm !== null) ? "nm" : "px";
  const materials = [
    ...new Set(images.flatMap(({ particles }) => particles.map(({ material }) => material))),
  ];
  const kinds = materials.length > 1 ? [null, ...materials.filter((name) => name !== null).sort()] : [null];
  return kinds.map((material) => {
    const isOf = (particle: Particle) => material === null || particle.material === material;
    const own = images.map((image) => ({ ...image, particles: image.particles.filter(isOf) }));
    return statisticsOf(rng.fork(material ?? "all"), own, { material, unit });
  });
}

function statisticsOf(
  rng: RandomStream,
  images: readonly ImageParticles[],
  { material, unit }: Pick<SizeStatistics, "material" | "unit">,
): SizeStatistics {
  const byImage = images.map((image) => wholeDiameters(image, unit)).filter((group) => group.length > 0);
  const groups = byImage.length >= LEAST_IMAGES ? byImage : byImage.flat().map((one) => [one]);
  const all = images.flatMap(({ particles }) => particles);
  return {
    material,
    unit,
    particleCount: all.length,
    correctedCount: all.filter(({ source }) => source === "corrected").length,
    cutCount: all.filter(({ isCut }) => isCut).length,
    meanDiameter: bootstrapInterval(rng.fork("mean"), groups, geometricMean),
    spread: bootstrapInterval(rng.fork("spread"), groups, geometricSpread),
  };
}

/** exp of the weighted mean of the logarithms; NaN of none. */
export function geometricMean(sizes: readonly WeightedDiameter[]): number {
  return Math.exp(logMoments(sizes).mean);
}

/** exp of the weighted standard deviation of the logarithms; NaN of none. */
export function geometricSpread(sizes: readonly WeightedDiameter[]): number {
  return Math.exp(Math.sqrt(logMoments(sizes).variance));
}

function logMoments(sizes: readonly WeightedDiameter[]) {
  let [total, sum] = [0, 0];
  for (const { diameter, weight } of sizes) {
    total += weight;
    sum += weight * Math.log(diameter);
  }
  const mean = sum / total;
  let squares = 0;
  for (const { diameter, weight } of sizes) squares += weight * (Math.log(diameter) - mean) ** 2;
  return { mean, variance: squares / total };
}
