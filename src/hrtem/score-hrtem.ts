import { openRandomStream, type GrayImage, type Work } from "../core/index.ts";
import { classifyParticles, type ClassAnswer } from "./classify/classifier.ts";
import { scoreClasses, type ClassPair, type ClassScores } from "./classify/class-scores.ts";
import type { DescribedParticle } from "./classify/describe-particles.ts";
import { particleRows } from "./hrtem-model.ts";
import type { LabelledImage } from "./labelled/labelled-image.ts";
import { describePopulation, type ParticleRow, type Population } from "./population.ts";
import { diceRow, scoreRegions, segmentAll, type MethodDice, type RegionScore } from "./score-regions.ts";
import { diceOf } from "./segment/dice.ts";
import type { RegionFinder } from "./segment/find-regions.ts";
import { describeAll, type NamedForest } from "./train-hrtem.ts";

/** What is scored. */
export interface ScoredModel {
  readonly regions: RegionFinder;
  readonly threshold: number;
  /** The last one gives the classes of the table. */
  readonly forests: readonly NamedForest[];
  readonly pixelSizeNm: number;
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
export interface ImageDice extends MethodDice {
  readonly name: string;
  readonly set: string;
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
  const described = (await describeAll(seed, images, found, work)).flat();
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
