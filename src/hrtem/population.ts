import {
  bootstrapInterval,
  groupedBy,
  mean,
  median,
  type BootstrapInterval,
  type RandomStream,
} from "../core/index.ts";
import { PARTICLE_CLASSES, type ParticleClass } from "./classify/particle-class.ts";

/** One particle of the table that users get. */
export interface ParticleRow {
  /** Image the particle lies in. */
  readonly image: number;
  readonly imageName: string;
  readonly xPx: number;
  readonly yPx: number;
  readonly areaPx: number;
  readonly areaNm2: number;
  readonly equivalentDiameterNm: number;
  readonly circularity: number;
  readonly aspectRatio: number;
  readonly predicted: ParticleClass;
  /** Votes for the predicted class, 0 to 1. */
  readonly confidence: number;
  /** Votes for "fault". */
  readonly faultVotes: number;
  /** Known for simulated images only. */
  readonly truth: ParticleClass | null;
}

/** Statistics of the particles of one class. */
export interface ClassPopulation {
  readonly name: ParticleClass;
  readonly count: number;
  readonly share: BootstrapInterval;
  readonly meanDiameterNm: BootstrapInterval;
  readonly medianDiameterNm: BootstrapInterval;
  readonly meanCircularity: BootstrapInterval;
  readonly meanAspectRatio: BootstrapInterval;
}

/** Statistics of a set of images. */
export interface Population {
  readonly classes: readonly ClassPopulation[];
  /** Faults among single particles whose fringes are seen. */
  readonly faultFraction: BootstrapInterval;
  /** Point-biserial correlation of diameter and fault among these; positive where larger ones have more faults. */
  readonly sizeFaultCorrelation: BootstrapInterval;
}

/**
 * Statistics of particles by class, with 95 % intervals by images; by particles where fewer than five images have any.
 *
 * @param rng stream of the bootstrap
 * @param rows particles; those at the border of an image are best left out before
 * @returns shares, sizes, forms, and how faults go with size
 */
export function describePopulation(rng: RandomStream, rows: readonly ParticleRow[]): Population {
  const groups = isDrawnByImage(rows) ? groupedBy(rows, ({ image }) => image) : rows.map((row) => [row]);
  const interval = (name: string, statistic: (sample: readonly ParticleRow[]) => number) =>
    bootstrapInterval(rng.fork(name), groups, statistic);
  const classes = PARTICLE_CLASSES.map((name) => {
    const of = (sample: readonly ParticleRow[]) => sample.filter(({ predicted }) => predicted === name);
    const diameters = (sample: readonly ParticleRow[]) => of(sample).map((row) => row.equivalentDiameterNm);
    return {
      name,
      count: of(rows).length,
      share: interval(`share ${name}`, (sample) => of(sample).length / sample.length),
      meanDiameterNm: interval(`mean ${name}`, (sample) => mean(diameters(sample))),
      medianDiameterNm: interval(`median ${name}`, (sample) => median(diameters(sample))),
      meanCircularity: interval(`form ${name}`, (sample) => mean(of(sample).map((row) => row.circularity))),
      meanAspectRatio: interval(`axes ${name}`, (sample) => mean(of(sample).map((row) => row.aspectRatio))),
    };
  });
  return {
    classes,
    faultFraction: interval("faults", faultFraction),
    sizeFaultCorrelation: interval("size and faults", sizeFaultCorrelation),
  };
}

/** Fewer images than this say too little of how images differ: two that agree by chance would leave no interval at all. */
const LEAST_IMAGES = 5;

/** Whether the intervals of a population come from draws of images, or else of particles. */
export function isDrawnByImage(rows: readonly ParticleRow[]): boolean {
  return new Set(rows.map(({ image }) => image)).size >= LEAST_IMAGES;
}

function withFringes(rows: readonly ParticleRow[]): readonly ParticleRow[] {
  return rows.filter(({ predicted }) => predicted === "fault" || predicted === "no fault");
}

function faultFraction(rows: readonly ParticleRow[]): number {
  const seen = withFringes(rows);
  return seen.filter(({ predicted }) => predicted === "fault").length / seen.length;
}

function sizeFaultCorrelation(rows: readonly ParticleRow[]): number {
  const seen = withFringes(rows);
  const sizes = seen.map((row) => row.equivalentDiameterNm);
  const faults = seen.map(({ predicted }): number => (predicted === "fault" ? 1 : 0));
  const [meanSize, meanFault] = [mean(sizes), mean(faults)];
  const sum = (f: (i: number) => number) => seen.reduce((total, _, i) => total + f(i), 0);
  const covariance = sum((i) => (sizes[i] - meanSize) * (faults[i] - meanFault));
  const variances = sum((i) => (sizes[i] - meanSize) ** 2) * sum((i) => (faults[i] - meanFault) ** 2);
  return variances === 0 ? NaN : covariance / Math.sqrt(variances);
}
