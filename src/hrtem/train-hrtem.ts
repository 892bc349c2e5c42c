import { setImmediate as nextTurn } from "node:timers/promises";
import { definedPart, openRandomStream, quantile, type GrayImage, type Work } from "../core/index.ts";
import type { Forest } from "../forest/index.ts";
import type { Checkpoints, LearningCurvePoint } from "../train/index.ts";
import { trainClassifier } from "./classify/classifier.ts";
import { describeParticles, type DescribedParticle } from "./classify/describe-particles.ts";
import { PUBLISHED_FEATURE_COUNT } from "./classify/particle-features.ts";
import type { LabelledImage } from "./labelled/labelled-image.ts";
import { findParticles, type FoundParticle } from "./segment/find-particles.ts";
import {
  chooseThreshold,
  maskAbove,
  openRegions,
  type RegionFinder,
  type ThresholdChoice,
} from "./segment/find-regions.ts";
import { trainRegions } from "./segment/train-regions.ts";
import type { HrtemStudyConfig } from "./study-config.ts";

/** How network and forest are trained. */
export interface HrtemTraining {
  readonly seed: number;
  /** Pixel size of the images [nm]. */
  readonly pixelSizeNm: number;
  readonly regions: HrtemStudyConfig["regions"];
  readonly epochs: number;
  readonly cutsPerEpoch: number;
}

/** What a training is given to work with. */
export interface TrainingWork extends Work {
  /** Where the state of the region network's training is kept; nowhere by default. */
  readonly checkpoints?: Checkpoints;
}

/** A forest of classes, by the features it was given. */
export interface NamedForest {
  readonly name: string;
  /** The first so many features of a particle. */
  readonly featureCount: number;
  readonly forest: Forest;
}

/** What training gives. */
export interface TrainedHrtem {
  /** Region network. */
  readonly onnx: Uint8Array;
  readonly learningCurve: readonly LearningCurvePoint[];
  readonly threshold: ThresholdChoice;
  /** The last one is that of the model. */
  readonly forests: readonly NamedForest[];
  /** Particles that the forests were grown on. */
  readonly particleCount: number;
  /** Diameters of nine tenths of the particles found in the training images [nm]; null where there are none. */
  readonly diameterNm: readonly [number, number] | null;
}

/**
 * Trains network and forest on labelled images: the network on the training images, weights and threshold chosen on the
 * validation images, the forest grown on the particles that the network finds in both.
 *
 * @throws RangeError when images are smaller than a cut, or particles show fewer than two classes
 */
export async function trainHrtem(
  sets: { readonly training: readonly LabelledImage[]; readonly validation: readonly LabelledImage[] },
  options: HrtemTraining & { readonly forest?: Forest },
  work: TrainingWork,
): Promise<TrainedHrtem> {
  const { onnx, learningCurve } = await trainNetwork(sets, options, work);
  const images = [...sets.training, ...sets.validation];
  const finder = openRegions(onnx, { threads: work.workers });
  try {
    const validation = await probabilitiesOf(finder, sets.validation);
    const threshold = chooseThreshold(
      sets.validation.map(({ mask }, i) => ({ probabilities: validation[i], truth: mask })),
    );
    const found = await findAll({ finder, threshold: threshold.threshold }, images, work);
    const diameterNm = usualDiametersNm(found.flat(), options.pixelSizeNm);
    const base = { onnx, learningCurve, threshold, diameterNm };
    if (options.forest !== undefined) {
      const forests = [{ name: "given forest", featureCount: Infinity, forest: options.forest }];
      return { ...base, forests, particleCount: 0 };
    }
    const described = (await describeAll(options.seed, images, found, work)).flat();
    return { ...base, ...(await growForests(described, options, work)) };
  } finally {
    await finder.dispose();
  }
}

async function trainNetwork(
  sets: Parameters<typeof trainHrtem>[0],
  { seed, regions, epochs, cutsPerEpoch }: HrtemTraining,
  { workers, startStage, checkpoints }: TrainingWork,
) {
  const stage = startStage("Training the region network", 0);
  const trained = await trainRegions(openRandomStream(seed, "regions"), sets, {
    ...regions,
    epochs,
    cutsPerEpoch,
    workers,
    ...definedPart({ checkpoints }),
    onStep: ({ step, steps, loss }) => stage.update(step, `loss ${loss.toFixed(3)}`, steps),
  });
  stage.finish();
  return trained;
}

async function probabilitiesOf(finder: RegionFinder, images: readonly { readonly image: GrayImage }[]) {
  const maps: Float32Array[] = [];
  for (const { image } of images) maps.push(await finder.probabilities(image));
  return maps;
}

/**
 * Finds the particles of many images.
 *
 * @param model network and threshold
 * @param images prepared
 * @param work progress
 * @returns particles of each image
 */
async function findAll(
  model: { readonly finder: RegionFinder; readonly threshold: number },
  images: readonly LabelledImage[],
  { startStage }: Pick<Work, "startStage">,
): Promise<FoundParticle[][]> {
  const stage = startStage("Finding particles", images.length);
  const found: FoundParticle[][] = [];
  for (const { image } of images) {
    const probabilities = await model.finder.probabilities(image);
    found.push(findParticles(maskAbove(probabilities, model.threshold), image).particles);
    stage.update(found.length);
  }
  stage.finish(`${found.flat().length} particles`);
  return found;
}

function usualDiametersNm(found: readonly FoundParticle[], pixelSizeNm: number) {
  const diameters = found
    .filter(({ touchesEdge }) => !touchesEdge)
    .map((particle) => particle.equivalentDiameterPx * pixelSizeNm);
  if (diameters.length === 0) return null;
  return [quantile(diameters, 0.05), quantile(diameters, 0.95)] as const;
}

/** Describes the particles of many images. */
export async function describeAll(
  seed: number,
  images: readonly LabelledImage[],
  found: readonly (readonly FoundParticle[])[],
  { startStage }: Pick<Work, "startStage">,
): Promise<DescribedParticle[][]> {
  const rng = openRandomStream(seed, "empty regions");
  const stage = startStage("Describing particles", images.length);
  const described: DescribedParticle[][] = [];
  for (const [i, labelled] of images.entries()) {
    described.push(describeParticles(rng.fork(labelled.set, i), labelled, found[i], i));
    stage.update(i + 1);
    await nextTurn();
  }
  stage.finish();
  return described;
}

/** The paper's five features, and all; the forest of all is kept. */
async function growForests(
  described: readonly DescribedParticle[],
  { seed }: HrtemTraining,
  { workers, startStage }: Work,
) {
  const particles = described.flatMap(({ features, truth }) => (truth === null ? [] : [{ features, truth }]));
  const stage = startStage("Growing forests", 2);
  const grow = async (name: string, featureCount: number): Promise<NamedForest> => {
    const examples = particles.map((one) => ({ ...one, features: one.features.slice(0, featureCount) }));
    return { name, featureCount, forest: await trainClassifier(examples, { seed, workers }) };
  };
  const forests = [
    await grow("five published features", PUBLISHED_FEATURE_COUNT),
    await grow("all features", Infinity),
  ];
  stage.finish();
  return { forests, particleCount: particles.length };
}
