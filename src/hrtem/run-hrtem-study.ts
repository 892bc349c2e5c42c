import {
  bootstrapInterval,
  mean,
  openRandomStream,
  type BootstrapInterval,
  type GrayImage,
  type StartStage,
} from "../core/index.ts";
import { loadModel, type LearningCurvePoint, type LoadedModel } from "../train/index.ts";
import { classifyParticles, trainClassifier, type LabelledParticle } from "./classify/classifier.ts";
import { scoreClasses, type ClassScores } from "./classify/class-scores.ts";
import { emptyRegion } from "./classify/empty-region.ts";
import { particleFeatures, PUBLISHED_FEATURE_COUNT } from "./classify/particle-features.ts";
import { trueClass, type ParticleClass } from "./classify/particle-truth.ts";
import { encodeHrtemModel, particleRows, type ModelBytes } from "./hrtem-model.ts";
import { describePopulation, type ParticleRow, type Population } from "./population.ts";
import { braggRegions, otsuRegions } from "./segment/classical-regions.ts";
import { findParticles, PARTICLE_RULES, type FoundParticle } from "./segment/find-particles.ts";
import {
  chooseThreshold,
  diceOf,
  maskAbove,
  regionProbabilities,
  type ThresholdChoice,
} from "./segment/find-regions.ts";
import { prepareHrtem } from "./segment/prepare-image.ts";
import { REGION_KIND, trainRegions } from "./segment/train-regions.ts";
import type { HrtemField } from "./simulate/simulate-field.ts";
import { simulateHrtemFields } from "./simulate/simulate-fields.ts";
import type { HrtemEffort, HrtemStudyConfig } from "./study-config.ts";

/** What a study is run with besides its settings. */
export interface HrtemRun {
  readonly effort: HrtemEffort;
  readonly workers: number;
  readonly startStage: StartStage;
}

/** Dice of one way to find regions, over the held-out images. */
export interface RegionScore {
  readonly method: string;
  readonly dice: BootstrapInterval;
}

/** A forest's result on held-out particles. */
export interface ForestScore {
  readonly name: string;
  readonly outOfBag: number;
  readonly scores: ClassScores;
}

/** A held-out image for the report. */
export interface HrtemExample {
  readonly image: GrayImage;
  readonly truth: Uint8Array;
  readonly found: Uint8Array;
  readonly dice: number;
  readonly dosePerNm2: number;
}

/** What a study gives. */
export interface HrtemStudyResult {
  readonly config: HrtemStudyConfig;
  readonly effort: HrtemEffort;
  readonly learningCurve: readonly LearningCurvePoint[];
  readonly threshold: ThresholdChoice;
  readonly regionScores: readonly RegionScore[];
  readonly forests: readonly ForestScore[];
  /** Features by falling impurity importance. */
  readonly importance: readonly { readonly name: string; readonly share: number }[];
  readonly trainingParticles: number;
  /** Held-out particles as found. */
  readonly rows: readonly ParticleRow[];
  readonly population: Population;
  /** The same statistics from the true classes. */
  readonly truePopulation: Population;
  readonly examples: readonly HrtemExample[];
  readonly model: ModelBytes;
}

/** A simulated field after segmentation. */
interface SegmentedField {
  readonly field: HrtemField;
  readonly image: GrayImage;
  readonly probabilities: Float32Array;
  readonly mask: Uint8Array;
  readonly particles: readonly FoundParticle[];
}

/**
 * Runs a whole HRTEM study on simulated images: regions by the U-Net, classes by the forest, statistics of the population.
 *
 * @param config specimen, microscope, training
 * @param run effort, threads, progress
 * @returns scores on held-out images, statistics, model files
 */
export async function runHrtemStudy(config: HrtemStudyConfig, run: HrtemRun): Promise<HrtemStudyResult> {
  const { effort, workers } = run;
  const rng = openRandomStream(config.seed, "hrtem study");
  const fields = await simulateAll(config, run);
  const images = fields.map(({ image }) => prepareHrtem(image));
  const [testStart, validationStart] = [
    effort.trainingFields + effort.validationFields,
    effort.trainingFields,
  ];
  const labelled = fields.map(({ mask }, i) => ({ image: images[i], mask }));
  const trained = await trainNetworkOfStudy(config, run, {
    training: labelled.slice(0, validationStart),
    validation: labelled.slice(validationStart, testStart),
  });
  const network = await loadModel(trained.onnx, { kind: REGION_KIND, threads: workers });
  const probabilities = await allProbabilities(network, images, run).finally(() => network.dispose());
  const threshold = chooseThreshold(
    fields.slice(validationStart, testStart).map(({ mask }, i) => ({
      probabilities: probabilities[validationStart + i],
      truth: mask,
    })),
  );
  const segmented = fields.map((field, i) =>
    segmentedField(field, images[i], probabilities[i], threshold.threshold),
  );
  const labelledParticles = describeAll(config, rng, segmented, run);
  const training = labelledParticles.slice(0, testStart).flat();
  const test = labelledParticles.slice(testStart).flat();
  const classified = await classifyAll(config, run, training, test);
  const { rows, trueRows } = rowsOf(config, test, classified.answers);
  return {
    config,
    effort,
    learningCurve: trained.learningCurve,
    threshold,
    regionScores: scoreRegions(config, segmented.slice(testStart)),
    forests: classified.forests,
    importance: classified.importance,
    trainingParticles: training.length,
    rows,
    population: describePopulation(rng.fork("population"), rows),
    truePopulation: describePopulation(rng.fork("population"), trueRows),
    examples: segmented.slice(testStart, testStart + 4).map(exampleOf),
    model: encodeHrtemModel(trained.onnx, classified.forest, {
      threshold: threshold.threshold,
      pixelSizeNm: config.pixelSizeNm,
    }),
  };
}

async function simulateAll(config: HrtemStudyConfig, { effort, workers, startStage }: HrtemRun) {
  const { pixelSizeNm, fieldSize, specimen, microscope, sliceThicknessNm, seed } = config;
  const recipe = { grid: { side: fieldSize, pixelSizeNm }, specimen, microscope, sliceThicknessNm };
  const count = effort.trainingFields + effort.validationFields + effort.testFields;
  const stage = startStage("Simulating images", count);
  const onProgress = (done: number) => stage.update(done);
  const fields = await simulateHrtemFields(recipe, { seed, count, workers, onProgress });
  stage.finish(`${count} images`);
  return fields;
}

async function trainNetworkOfStudy(
  { seed, regions, fieldSize }: HrtemStudyConfig,
  { effort, workers, startStage }: HrtemRun,
  fields: Parameters<typeof trainRegions>[1],
) {
  const stage = startStage("Training the region network", 0);
  const trained = await trainRegions(openRandomStream(seed, "regions"), fields, {
    ...regions,
    epochs: effort.epochs,
    cutsPerEpoch: effort.cutsPerEpoch,
    workers,
    tileSize: fieldSize,
    onStep: ({ step, loss }) => stage.update(step, `loss ${loss.toFixed(3)}`),
  });
  stage.finish();
  return trained;
}

async function allProbabilities(
  network: LoadedModel,
  images: readonly GrayImage[],
  { startStage }: HrtemRun,
) {
  const stage = startStage("Finding regions", images.length);
  const maps: Float32Array[] = [];
  for (const image of images) {
    maps.push(await regionProbabilities(network, image));
    stage.update(maps.length);
  }
  stage.finish();
  return maps;
}

function segmentedField(
  field: HrtemField,
  image: GrayImage,
  probabilities: Float32Array,
  threshold: number,
): SegmentedField {
  return { field, image, probabilities, ...findParticles(maskAbove(probabilities, threshold), image) };
}

/** A particle with everything that later steps ask for. */
interface StudyParticle extends LabelledParticle {
  readonly found: FoundParticle;
  readonly image: number;
  /** Drawn on bare film and not found there: left out of the population. */
  readonly isPlanted: boolean;
}

function describeAll(
  config: HrtemStudyConfig,
  rng: ReturnType<typeof openRandomStream>,
  segmented: readonly SegmentedField[],
  { startStage }: HrtemRun,
): StudyParticle[][] {
  const stage = startStage("Describing particles", segmented.length);
  const described = segmented.map((one, i) => {
    const particles = describeField(config, rng.fork("empty", i), one, i);
    stage.update(i + 1);
    return particles;
  });
  stage.finish(`${described.flat().length} particles`);
  return described;
}

/** Particles of a field that lie wholly in it, and one empty region in every second field. */
function describeField(
  { pixelSizeNm, fieldSize }: HrtemStudyConfig,
  rng: Parameters<typeof emptyRegion>[0],
  { field, image, particles }: SegmentedField,
  index: number,
): StudyParticle[] {
  const found = particles.filter(({ touchesEdge }) => !touchesEdge);
  const radiiPx = [0.75 / pixelSizeNm, 3 / pixelSizeNm] as const;
  const empty = index % 2 === 0 ? emptyRegion(rng, field.mask, { side: fieldSize, radiiPx }) : null;
  const labelled = (particle: FoundParticle, truth: ParticleClass, isPlanted: boolean) => ({
    features: particleFeatures(image, particle, pixelSizeNm),
    truth,
    found: particle,
    image: index,
    isPlanted,
  });
  return [
    ...found.map((particle) => labelled(particle, trueClass(field, particle), false)),
    ...(empty === null ? [] : [labelled(empty, "empty", true)]),
  ];
}

/** The paper's five features, and all; the forest of all is kept. */
async function classifyAll(
  { seed }: HrtemStudyConfig,
  { workers, startStage }: HrtemRun,
  training: readonly StudyParticle[],
  test: readonly StudyParticle[],
) {
  const stage = startStage("Growing forests", 2);
  const grow = async (name: string, count: number) => {
    const cut = ({ features }: StudyParticle) => features.slice(0, count);
    const examples = training.map((particle) => ({ features: cut(particle), truth: particle.truth }));
    const forest = await trainClassifier(examples, { seed, workers });
    const answers = classifyParticles(forest, test.map(cut));
    const pairs = test.map(({ truth, image }, i) => ({ truth, image, predicted: answers[i].predicted }));
    const scores = scoreClasses(openRandomStream(seed, "class scores", name), pairs);
    return { forest, answers, score: { name, outOfBag: forest.outOfBag.score, scores } };
  };
  const published = await grow("five published features", PUBLISHED_FEATURE_COUNT);
  const whole = await grow("all features", Infinity);
  stage.finish();
  const { forest, answers } = whole;
  const importance = forest.featureNames
    .map((name, i) => ({ name, share: forest.impurityImportance[i] }))
    .sort((a, b) => b.share - a.share);
  return { forest, answers, importance, forests: [published.score, whole.score] };
}

function rowsOf(
  { pixelSizeNm }: HrtemStudyConfig,
  test: readonly StudyParticle[],
  answers: ReturnType<typeof classifyParticles>,
) {
  const rows = test.flatMap(({ found, truth, image, isPlanted }, i) =>
    isPlanted
      ? []
      : particleRows([{ ...found, ...answers[i], truth }], {
          image,
          imageName: `field ${image}`,
          pixelSizeNm,
        }),
  );
  return { rows, trueRows: rows.map((row) => ({ ...row, predicted: row.truth ?? row.predicted })) };
}

function scoreRegions({ seed }: HrtemStudyConfig, test: readonly SegmentedField[]): RegionScore[] {
  const rng = openRandomStream(seed, "region scores");
  const otsu = (smoothingPx: number) => (one: SegmentedField) => otsuRegions(one.image, { smoothingPx });
  const methods: [string, (one: SegmentedField) => Uint8Array][] = [
    ["U-Net, threshold from validation", ({ mask }) => mask],
    ["Bragg filtering", ({ image }) => braggRegions(image)],
    ["Otsu", otsu(1)],
    ["Otsu after a mean over 15 px", otsu(15)],
    [
      "Otsu after a mean over 15 px, cleaned",
      (one) => findParticles(otsu(15)(one), one.image, PARTICLE_RULES).mask,
    ],
  ];
  return methods.map(([method, regionsOf]) => {
    const dice = test.map((one) => [diceOf(regionsOf(one), one.field.mask)]);
    return { method, dice: bootstrapInterval(rng.fork(method), dice, mean) };
  });
}

function exampleOf({ field, image, mask }: SegmentedField): HrtemExample {
  const { dosePerNm2 } = field.settings;
  return { image, truth: field.mask, found: mask, dice: diceOf(mask, field.mask), dosePerNm2 };
}
