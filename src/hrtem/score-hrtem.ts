import {
  bootstrapInterval,
  mean,
  openRandomStream,
  type BootstrapInterval,
  type GrayImage,
  type Work,
} from "../core/index.ts";
import { classifyParticles, type ClassAnswer } from "./classify/classifier.ts";
import { scoreClasses, type ClassPair, type ClassScores } from "./classify/class-scores.ts";
import type { DescribedParticle } from "./classify/describe-particles.ts";
import { particleRows } from "./hrtem-model.ts";
import type { LabelledImage } from "./labelled/labelled-image.ts";
import { describePopulation, type ParticleRow, type Population } from "./population.ts";
import { CLASSICAL_METHODS } from "./segment/classical-regions.ts";
import { findParticles, type FoundParticle } from "./segment/find-particles.ts";
import { diceOf, maskAbove, type RegionFinder } from "./segment/find-regions.ts";
import { describeAll, type NamedForest } from "./train-hrtem.ts";

/** What is scored. */
export interface ScoredModel {
  readonly regions: RegionFinder;
  readonly threshold: number;
  /** The last one gives the classes of the table. */
  readonly forests: readonly NamedForest[];
  readonly pixelSizeNm: number;
}

/** Dice of one way to find regions. */
export interface RegionScore {
  readonly method: string;
  /** Mean over the images. */
  readonly dice: BootstrapInterval;
  /** Of all pixels of all images as one: images with few particles do not weigh as much as others. */
  readonly pooledDice: BootstrapInterval;
  /** Mean by which the network is better, image by image; 0 for the network itself. */
  readonly networkAhead: BootstrapInterval;
}

/** A forest's result on particles that it was not grown on. */
export interface ForestScore {
  readonly name: string;
  readonly outOfBag: number;
  readonly scores: ClassScores;
  /** The same without the discs of bare film that were planted. */
  readonly withoutPlanted: ClassScores;
}

/** Scores of the images of one set, and of all. */
export interface SetScores {
  readonly name: string;
  readonly imageCount: number;
  readonly regions: readonly RegionScore[];
  /** Empty where the images have no classes. */
  readonly forests: readonly ForestScore[];
}

/** Dice of one image by every method. */
export interface ImageDice {
  readonly name: string;
  readonly set: string;
  readonly truePixels: number;
  readonly methods: readonly { readonly method: string; readonly dice: number }[];
}

/** An image for the report. */
export interface HrtemExample {
  readonly name: string;
  readonly image: GrayImage;
  readonly truth: Uint8Array;
  readonly found: Uint8Array;
  readonly dice: number;
}

/** What scoring gives. */
export interface HrtemScores {
  readonly all: SetScores;
  /** By set, where there are several. */
  readonly sets: readonly SetScores[];
  readonly images: readonly ImageDice[];
  /** Particles as found, but for those at the border. */
  readonly rows: readonly ParticleRow[];
  readonly population: Population;
  /** The same statistics from the true classes; null where there are none. */
  readonly truePopulation: Population | null;
  readonly examples: readonly HrtemExample[];
}

const NETWORK = "U-Net, threshold from validation";
const EXAMPLE_COUNT = 4;

/**
 * Scores a model on labelled images that it was not trained on: regions beside Otsu and Bragg filtering, classes by share and macro,
 * statistics of the population. Intervals are by image.
 *
 * @param model network, threshold, forests
 * @param images labelled images at the pixel size of the model
 * @param options.seed of bootstrap and planted discs
 * @param work progress
 * @returns scores, table, examples
 */
export async function scoreHrtem(
  model: ScoredModel,
  images: readonly LabelledImage[],
  { seed }: { readonly seed: number },
  work: Work,
): Promise<HrtemScores> {
  const segmented = await segmentAll(model, images, work);
  const found = segmented.map(({ particles }) => particles);
  const described = describeAll(seed, images, found, work).flat();
  const answered = model.forests.map((forest) => answersOf(forest, described));
  const scoreOf = (name: string, chosen: (set: string) => boolean): SetScores => ({
    name,
    imageCount: images.filter(({ set }) => chosen(set)).length,
    regions: scoreRegions(
      seed,
      segmented.filter((_, i) => chosen(images[i].set)),
    ),
    forests: model.forests.flatMap((forest, i) =>
      scoreForest(
        seed,
        forest,
        answered[i].filter(({ particle }) => chosen(images[particle.image].set)),
      ),
    ),
  });
  const names = [...new Set(images.map(({ set }) => set))];
  const answers = answered.at(-1) ?? [];
  return {
    all: scoreOf("all", () => true),
    sets: names.length < 2 ? [] : names.map((name) => scoreOf(name, (set) => set === name)),
    images: images.map(({ name, set }, i) => ({ name, set, ...diceRow(segmented[i]) })),
    ...populationOf(seed, images, answers, model.pixelSizeNm),
    examples: segmented.slice(0, EXAMPLE_COUNT).map(({ truth, network }, i) => ({
      name: images[i].name,
      image: images[i].image,
      truth,
      found: network,
      dice: diceOf(network, truth),
    })),
  };
}

/** An image after segmentation, with what each method counts. */
interface SegmentedImage {
  readonly truth: Uint8Array;
  readonly network: Uint8Array;
  readonly particles: readonly FoundParticle[];
  readonly counts: readonly Overlap[];
}

/** Pixels of a found and a true mask. */
interface Overlap {
  readonly method: string;
  readonly both: number;
  readonly sum: number;
}

async function segmentAll(
  { regions, threshold }: ScoredModel,
  images: readonly LabelledImage[],
  { startStage }: Work,
): Promise<SegmentedImage[]> {
  const stage = startStage("Finding regions", images.length);
  const segmented: SegmentedImage[] = [];
  for (const { image, mask: truth } of images) {
    const probabilities = await regions.probabilities(image);
    const { mask, particles } = findParticles(maskAbove(probabilities, threshold), image);
    const counts = [
      overlapOf(NETWORK, mask, truth),
      ...CLASSICAL_METHODS.map(({ method, find }) => overlapOf(method, find(image), truth)),
    ];
    segmented.push({ truth, network: mask, particles, counts });
    stage.update(segmented.length);
  }
  stage.finish();
  return segmented;
}

function overlapOf(method: string, mask: Uint8Array, truth: Uint8Array): Overlap {
  let [both, sum] = [0, 0];
  for (let i = 0; i < truth.length; i++) {
    both += mask[i] & truth[i];
    sum += mask[i] + truth[i];
  }
  return { method, both, sum };
}

const diceOfOverlap = ({ both, sum }: Pick<Overlap, "both" | "sum">) => (sum === 0 ? 1 : (2 * both) / sum);

function diceRow({ counts, truth }: SegmentedImage): Pick<ImageDice, "truePixels" | "methods"> {
  const truePixels = truth.reduce((sum, value) => sum + value, 0);
  return { truePixels, methods: counts.map((one) => ({ method: one.method, dice: diceOfOverlap(one) })) };
}

function scoreRegions(seed: number, segmented: readonly SegmentedImage[]): RegionScore[] {
  const rng = openRandomStream(seed, "region scores");
  return segmented[0].counts.map(({ method }, m) => {
    const overlaps = segmented.map(({ counts }) => [counts[m]]);
    const ahead = segmented.map(({ counts }) => [diceOfOverlap(counts[0]) - diceOfOverlap(counts[m])]);
    return {
      method,
      dice: bootstrapInterval(rng.fork(method), overlaps, (some) => mean(some.map(diceOfOverlap))),
      pooledDice: bootstrapInterval(rng.fork(method, "pooled"), overlaps, (some) =>
        diceOfOverlap({
          both: some.reduce((total, { both }) => total + both, 0),
          sum: some.reduce((total, { sum }) => total + sum, 0),
        }),
      ),
      networkAhead: bootstrapInterval(rng.fork(method, "ahead"), ahead, mean),
    };
  });
}

/** A particle with a forest's answer. */
interface AnsweredParticle {
  readonly particle: DescribedParticle;
  readonly answer: ClassAnswer;
}

function answersOf(
  { forest, featureCount }: NamedForest,
  described: readonly DescribedParticle[],
): AnsweredParticle[] {
  const features = described.map((particle) => particle.features.slice(0, featureCount));
  const answers = classifyParticles(forest, features);
  return described.map((particle, i) => ({ particle, answer: answers[i] }));
}

function scoreForest(
  seed: number,
  { name, forest }: NamedForest,
  answered: readonly AnsweredParticle[],
): ForestScore[] {
  const pairsOf = (some: readonly AnsweredParticle[]) =>
    some.flatMap(({ particle: { truth, image }, answer: { predicted } }): ClassPair[] =>
      truth === null ? [] : [{ truth, predicted, image }],
    );
  const pairs = pairsOf(answered);
  if (pairs.length === 0) return [];
  const rng = openRandomStream(seed, "class scores", name);
  return [
    {
      name,
      outOfBag: forest.outOfBag.score,
      scores: scoreClasses(rng, pairs),
      withoutPlanted: scoreClasses(
        rng.fork("without planted"),
        pairsOf(answered.filter(({ particle }) => !particle.isPlanted)),
      ),
    },
  ];
}

function populationOf(
  seed: number,
  images: readonly LabelledImage[],
  answered: readonly AnsweredParticle[],
  pixelSizeNm: number,
) {
  const rows = answered.flatMap(({ particle: { found, truth, image, isPlanted }, answer }) =>
    isPlanted
      ? []
      : particleRows([{ ...found, ...answer, truth }], {
          image,
          imageName: images[image].name,
          pixelSizeNm,
        }),
  );
  const rng = openRandomStream(seed, "population");
  const trueRows = rows.flatMap((row) => (row.truth === null ? [] : [{ ...row, predicted: row.truth }]));
  return {
    rows,
    population: describePopulation(rng, rows),
    truePopulation: trueRows.length === 0 ? null : describePopulation(rng, trueRows),
  };
}
