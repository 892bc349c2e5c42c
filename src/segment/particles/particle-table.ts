import type { BootstrapInterval, RandomStream } from "../../core/index.ts";
import { bootstrapInterval, mean, quantile } from "../../core/index.ts";
import { tableOf, type Column, type Table } from "../../report/index.ts";
import type { SegmentConfig } from "../segment-config.ts";
import { measureCrops } from "./measure-particles.ts";
import type { NumberedCrop, Particle } from "./measure-particles.ts";
import { UNLABELLED } from "../../labels/index.ts";
import { cropsOfMap, objectCrops } from "./object-crops.ts";
import { labelledObjects } from "./objects.ts";
import type { Frame, ObjectCrop } from "./object-crops.ts";
import { separatedCrop } from "./separate-objects.ts";

/** The particles of one image. */
export interface ParticleImage {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** Null where nobody said: results are then in px alone. */
  readonly pixelSizeNm: number | null;
  readonly particles: readonly Particle[];
  /** Where they lie, in their order. */
  readonly crops: readonly NumberedCrop[];
  /** Objects too large to be separated, taken as one each. */
  readonly undividedCount: number;
  /** Share of what the image shows of the specimen that the class covers, with a 95 % interval from its parts. */
  readonly areaFraction: BootstrapInterval;
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

/** Box of the largest object that is separated [px]: the watershed holds some 30 bytes a pixel of it. */
const LARGEST_SEPARATED_PX = 2 ** 24;

/**
 * Finds and measures the particles of a class. Pixels that show no specimen are in no area; a particle beside them is cut, as one at the
 * image's edge.
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
    /** Numbers of labelled objects, which then are the particles; an answer has none. */
    readonly instanceIds?: Int32Array | null;
    /** [height, width]: 1 where the image shows no specimen; null, or left out, where all of it does. */
    readonly mask?: Uint8Array | null;
  },
  rule: SegmentConfig["particles"],
): ParticleImage {
  const { name, width, height, pixelSizeNm, classIds, instanceIds = null, mask = null } = answer;
  const frame = { width, height };
  const { crops, undividedCount } =
    instanceIds === null
      ? numberedCrops(classIds, frame, rule)
      : labelledCrops(classIds, { ...frame, instanceIds }, rule);
  const measured = measureCrops(crops, frame);
  const particles =
    mask === null
      ? measured
      : measured.map((particle, i) => ({
          ...particle,
          isCut: particle.isCut || isBeside(crops[i], mask, frame),
        }));
  const share = areaFraction(rng, classIds, { ...frame, classId: rule.classId, mask });
  return { name, width, height, pixelSizeNm, particles, crops, undividedCount, areaFraction: share };
}

/** Objects, parted where the rule says so, in the reading order of their first pixels; those too small have a number and are dropped. */
function numberedCrops(classIds: Uint8Array, frame: Frame, rule: SegmentConfig["particles"]) {
  const pieces: ObjectCrop[] = [];
  let undividedCount = 0;
  for (const crop of objectCrops(classIds, rule.classId, frame)) {
    const isUndivided = rule.separation !== "none" && crop.mask.length > LARGEST_SEPARATED_PX;
    if (isUndivided) undividedCount++;
    if (rule.separation === "none" || isUndivided) pieces.push(crop);
    else for (const piece of separatedCrop(crop, frame, rule.seedDepthPx)) pieces.push(piece);
  }
  const firstPixel = ({ left, top, mask }: ObjectCrop) => top * frame.width + left + mask.indexOf(1);
  const ordered = pieces.map((piece) => ({ piece, at: firstPixel(piece) })).sort((a, b) => a.at - b.at);
  const crops = ordered.map(({ piece }, index): NumberedCrop => ({ ...piece, number: index + 1 }));
  return { crops: crops.filter(({ areaPx }) => areaPx >= rule.minAreaPx), undividedCount };
}

/** Objects as they were labelled, in the reading order of their first pixels. */
function labelledCrops(
  classIds: Uint8Array,
  labels: Frame & { readonly instanceIds: Int32Array },
  { classId, minAreaPx }: SegmentConfig["particles"],
) {
  const isClass = classIds.map((id) => (id === classId ? 1 : 0));
  const all = cropsOfMap(labelledObjects(isClass, labels), labels);
  const crops = all.map((crop, index): NumberedCrop => ({ ...crop, number: index + 1 }));
  return { crops: crops.filter(({ areaPx }) => areaPx >= minAreaPx), undividedCount: 0 };
}

/** Whether a pixel of an object has a masked one to its left or right, above or below. */
function isBeside({ left, top, width, mask: object }: ObjectCrop, mask: Uint8Array, frame: Frame): boolean {
  return object.some((isInside, at) => {
    if (isInside === 0) return false;
    const [x, y] = [left + (at % width), top + Math.floor(at / width)];
    const place = y * frame.width + x;
    return (
      (x > 0 && mask[place - 1] === 1) ||
      (x < frame.width - 1 && mask[place + 1] === 1) ||
      mask[place - frame.width] === 1 ||
      mask[place + frame.width] === 1
    );
  });
}

/** Share of a class; the interval draws 4 x 4 parts, and is too narrow where objects are as large as a part. */
function areaFraction(
  rng: RandomStream,
  classIds: Uint8Array,
  { width, height, classId, mask }: Frame & { readonly classId: number; readonly mask: Uint8Array | null },
): BootstrapInterval {
  const parts = Array.from({ length: PARTS * PARTS }, () => ({ inside: 0, all: 0 }));
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * PARTS) / height) * PARTS;
    for (let x = 0; x < width; x++) {
      const part = parts[row + Math.floor((x * PARTS) / width)];
      const at = y * width + x;
      if (mask !== null && mask[at] === 1) continue;
      if (classIds[at] === classId) part.inside++;
      if (classIds[at] !== UNLABELLED) part.all++;
    }
  }
  const shareOf = (list: readonly { inside: number; all: number }[]) =>
    list.reduce((sum, { inside }) => sum + inside, 0) / list.reduce((sum, { all }) => sum + all, 0);
  return bootstrapInterval(
    rng,
    parts.map((part) => [part]),
    shareOf,
  );
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
  ["equivalentDiameterPx", "equivalent diameter", 1],
  ["perimeterPx", "perimeter", 1],
  ["feretPx", "Feret diameter", 1],
  ["minFeretPx", "minimum Feret diameter", 1],
  ["majorAxisPx", "major axis", 1],
  ["minorAxisPx", "minor axis", 1],
  ["nearestNeighbourPx", "nearest neighbour", 1],
  ["centerXPx", "centre x", 1],
  ["centerYPx", "centre y", 1],
] as const;

/** All particles of some images, with every length in nm and in px; nm are missing where the pixel size is not known. */
export function particleTable(images: readonly ParticleImage[]): Table {
  const rows = images.flatMap(({ name, pixelSizeNm, particles }) =>
    particles.map((particle) => ({ name, pixelSizeNm, particle })),
  );
  type Row = (typeof rows)[number];
  const scaled = SCALED.flatMap(([key, heading, power]): Column<Row>[] => [
    {
      heading,
      unit: power === 2 ? "nm2" : "nm",
      number: ({ particle, pixelSizeNm }) =>
        pixelSizeNm === null ? null : particle[key] * pixelSizeNm ** power,
    },
    { heading, unit: power === 2 ? "px2" : "px", number: ({ particle }) => particle[key] },
  ]);
  return tableOf(rows, [
    { heading: "image", text: ({ name }) => name },
    { heading: "particle", number: ({ particle }) => particle.number },
    { heading: "pixel size", unit: "nm", number: ({ pixelSizeNm }) => pixelSizeNm },
    ...scaled,
    { heading: "circularity", number: ({ particle }) => particle.circularity },
    { heading: "solidity", number: ({ particle }) => particle.solidity },
    { heading: "orientation", unit: "deg", number: ({ particle }) => particle.orientationDeg },
    { heading: "touches edge", number: ({ particle }) => Number(particle.isCut) },
  ]);
}
