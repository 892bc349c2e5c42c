import type { RandomStream } from "../../core/index.ts";
import { mean, quantile } from "../../core/index.ts";
import { groupBootstrap } from "../metrics/bootstrap.ts";
import type { Interval } from "../metrics/bootstrap.ts";
import type { ObjectMap } from "../metrics/instance-scores.ts";
import type { SegmentConfig } from "../segment-config.ts";
import { measureParticles } from "./measure-particles.ts";
import type { Particle } from "./measure-particles.ts";
import { objectsOf } from "./objects.ts";
import { separateObjects } from "./separate-objects.ts";

/** The particles of one image. */
export interface ParticleImage {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** Null where nobody said: results are then in px alone. */
  readonly pixelSizeNm: number | null;
  readonly particles: readonly Particle[];
  /** Where they lie: the particles' numbers, and those of objects too small to count. */
  readonly map: ObjectMap;
  /** Share of the image that the class covers, with a 95 % interval from its parts. */
  readonly areaFraction: Interval;
}

/** What the particles of some images have in common. */
export interface ParticleSummary {
  readonly particleCount: number;
  /** Of them cut by the edge. */
  readonly cutCount: number;
  /** Of those that count by the edge rule: quantiles and mean of the equivalent diameter [px]. */
  readonly diameterPx: {
    readonly mean: number;
    readonly p10: number;
    readonly p50: number;
    readonly p90: number;
  };
  readonly meanCircularity: number;
  readonly meanNearestNeighbourPx: number;
}

/** Parts along each side that the area fraction is drawn from. */
const PARTS = 4;

/**
 * Finds and measures the particles of a class.
 *
 * @param rng stream of the area fraction's interval
 * @param answer image's name, size, pixel size and class ids
 * @param rule class, separation, smallest area
 * @returns particles and area fraction
 */
export function particlesOf(
  rng: RandomStream,
  answer: {
    readonly name: string;
    readonly width: number;
    readonly height: number;
    readonly pixelSizeNm: number | null;
    readonly classIds: Uint8Array;
  },
  rule: SegmentConfig["particles"],
): ParticleImage {
  const { name, width, height, pixelSizeNm, classIds } = answer;
  const mask = classIds.map((classId) => (classId === rule.classId ? 1 : 0));
  const frame = { width, height };
  const map =
    rule.separation === "none"
      ? objectsOf(mask, frame)
      : separateObjects(mask, { ...frame, seedDepthPx: rule.seedDepthPx });
  const particles = measureParticles(map, frame, rule.minAreaPx);
  return { name, width, height, pixelSizeNm, particles, map, areaFraction: areaFraction(rng, mask, frame) };
}

/** Share of ones; the interval draws 4 x 4 parts, and is too narrow where objects are as large as a part. */
function areaFraction(
  rng: RandomStream,
  mask: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
): Interval {
  const parts = Array.from({ length: PARTS * PARTS }, (_, part) => ({
    group: String(part),
    inside: 0,
    all: 0,
  }));
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * PARTS) / height) * PARTS;
    for (let x = 0; x < width; x++) {
      const part = parts[row + Math.floor((x * PARTS) / width)];
      part.inside += mask[y * width + x];
      part.all++;
    }
  }
  const shareOf = (list: readonly { inside: number; all: number }[]) =>
    list.reduce((sum, { inside }) => sum + inside, 0) / list.reduce((sum, { all }) => sum + all, 0);
  return groupBootstrap(rng, parts, shareOf);
}

/**
 * Statistics of particles over images.
 *
 * @param images particles by image
 * @param edgeRule whether particles cut by the edge count
 * @returns counts, sizes, shapes, distances; NaN where no particle counts
 */
export function summariseParticles(
  images: readonly ParticleImage[],
  edgeRule: SegmentConfig["particles"]["edgeRule"],
): ParticleSummary {
  const all = images.flatMap(({ particles }) => particles);
  const counted = edgeRule === "exclude" ? all.filter(({ isCut }) => !isCut) : all;
  const diameters = counted.map(({ equivalentDiameterPx }) => equivalentDiameterPx);
  const neighbours = counted
    .map((one) => one.nearestNeighbourPx)
    .filter((distance) => !Number.isNaN(distance));
  return {
    particleCount: all.length,
    cutCount: all.filter(({ isCut }) => isCut).length,
    diameterPx: {
      mean: mean(diameters),
      p10: quantile(diameters, 0.1),
      p50: quantile(diameters, 0.5),
      p90: quantile(diameters, 0.9),
    },
    meanCircularity: mean(counted.map(({ circularity }) => circularity)),
    meanNearestNeighbourPx: mean(neighbours),
  };
}

/** Lengths and areas of the table: key, column name, power of the pixel size. */
const SCALED = [
  ["areaPx", "area", 2],
  ["equivalentDiameterPx", "equivalent_diameter", 1],
  ["perimeterPx", "perimeter", 1],
  ["feretPx", "feret", 1],
  ["minFeretPx", "min_feret", 1],
  ["majorAxisPx", "major_axis", 1],
  ["minorAxisPx", "minor_axis", 1],
  ["nearestNeighbourPx", "nearest_neighbour", 1],
  ["centerXPx", "center_x", 1],
  ["centerYPx", "center_y", 1],
] as const;

/**
 * Particles as CSV: a row each, with every length in nm and in px beside it.
 *
 * @param images particles by image
 * @returns CSV text, units in the heading; nm cells are empty where the pixel size is not known
 */
export function particlesCsv(images: readonly ParticleImage[]): string {
  const scaledHead = SCALED.flatMap(([, name, power]) => {
    const [nm, px] = power === 2 ? ["nm2", "px2"] : ["nm", "px"];
    return [`${name} [${nm}]`, `${name} [${px}]`];
  });
  const head = ["image", "particle", "pixel_size [nm]", ...scaledHead];
  head.push("circularity [1]", "solidity [1]", "orientation [deg]", "touches_edge");
  const rows = images.flatMap(({ name, pixelSizeNm, particles }) =>
    particles.map((particle) => {
      const scaled = SCALED.flatMap(([key, , power]) => {
        const px = particle[key];
        return [pixelSizeNm === null ? "" : cell(px * pixelSizeNm ** power), cell(px)];
      });
      const shape = [particle.circularity, particle.solidity, particle.orientationDeg].map(cell);
      const size = pixelSizeNm === null ? "" : cell(pixelSizeNm);
      return [quoted(name), particle.number, size, ...scaled, ...shape, particle.isCut ? 1 : 0].join(",");
    }),
  );
  return `${[head.join(","), ...rows].join("\n")}\n`;
}

const cell = (value: number) => (Number.isNaN(value) ? "" : String(Number(value.toPrecision(6))));
const quoted = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
