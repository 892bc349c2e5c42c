import { openRandomStream, shuffled } from "../../src/core/index.ts";
import { UNLABELLED } from "../../src/labels/index.ts";
import { loadSet, splitSets } from "../../src/segment/index.ts";
import type { SegmentConfig } from "../../src/segment/index.ts";
import { normalizeForNetwork } from "../../src/segment/data/normalize.ts";
import { withoutFrame } from "../../src/segment/data/unlabelled-edge.ts";
import { SEGMENTER_KIND } from "../../src/segment/segmenter-model.ts";
import { meanInterval } from "../../src/segment/suggest/mean-interval.ts";
import { augmentInPlace } from "../../src/segment/train/augment.ts";
import { cropSource } from "../../src/segment/train/crop-source.ts";
import { segmentationLoss } from "../../src/segment/train/segmentation-loss.ts";
import { networkReach, segmenterNetwork } from "../../src/segment/train/segmenter-network.ts";
import { reduceSum, sigmoid, softmax, square, subtract } from "../../src/graph/index.ts";
import { exportModel, initialWeights } from "../../src/train/index.ts";
import { trainMeanTeacher } from "./mean-teacher.ts";
import { heldOutIou } from "./pseudo-labels.ts";

/** What is compared. */
export interface TeacherSettings {
  /** Folder of a prepared set. */
  readonly set: string;
  /** Numbers of labelled images; Infinity for all. */
  readonly labelled: readonly number[];
  readonly seeds: number;
  readonly steps: number;
  /** Of the disagreement. */
  readonly weight: number;
  readonly threads: number;
}

type Items = ReturnType<typeof splitSets>["training"];

/** Strong changes, beside which those of a study are weak. */
const STRONG = {
  gamma: 0.5,
  contrast: 0.5,
  brightness: 0.5,
  noise: 0.5,
  blurPx: 0,
  strokes: { cover: 0, brightness: 0 },
} as const;

/**
 * Trains on few labelled images alone, and with a mean teacher on all images of the training side beside them; from the same weights, on the same labelled
 * crops, for as many steps. Scores are mean IoU of the classes over all pixels of the held-out images.
 */
export async function compareMeanTeacher(settings: TeacherSettings): Promise<void> {
  const set = await loadSet(settings.set);
  const folds = new Set(set.manifest.entries.map(({ fold }) => fold).filter((fold) => fold !== null));
  const { config } = set.manifest;
  for (const count of settings.labelled) {
    const scores: { readonly supervised: number; readonly teacher: number }[] = [];
    for (let seed = 0; seed < settings.seeds; seed++) {
      const fold = folds.size === 0 ? null : seed % folds.size;
      const sets = splitSets(set, fold);
      const rng = openRandomStream(seed, "mean teacher");
      const order = shuffled(rng.fork("images"), [...sets.training, ...sets.validation]);
      const few = order.slice(0, count);
      const asked = { rng: rng.fork("training"), config, settings };
      const [alone, together] = [await train(asked, few, null), await train(asked, few, order)];
      const supervised = await heldOutIou(alone, sets.test, config);
      const teacher = await heldOutIou(together, sets.test, config);
      scores.push({ supervised, teacher });
      const labelled = few.length;
      console.log(
        JSON.stringify({ set: config.name, labelled, of: order.length, seed, fold, supervised, teacher }),
      );
    }
    const { steps, weight } = settings;
    const gain = meanInterval(scores.map((score) => score.teacher - score.supervised));
    const [supervised, teacher] = [
      meanInterval(scores.map((s) => s.supervised)),
      meanInterval(scores.map((s) => s.teacher)),
    ];
    const labelled = Number.isFinite(count) ? count : "all";
    console.log(JSON.stringify({ set: config.name, labelled, steps, weight, supervised, teacher, gain }));
  }
}

interface Asked {
  readonly rng: ReturnType<typeof openRandomStream>;
  readonly config: SegmentConfig;
  readonly settings: TeacherSettings;
}

async function train(
  { rng, config, settings }: Asked,
  few: Items,
  unlabelled: Items | null,
): Promise<Uint8Array> {
  const { cropPx, foregroundShare, augmentation, crossEntropyShare, averageDecay } = config.training;
  const classCount = config.data.classNames.length;
  const network = segmenterNetwork(config.model, { width: cropPx, height: cropPx }, classCount);
  const images = (items: Items) =>
    items.map((item) => {
      const { width, height, image, classIds } = withoutFrame(item, config.data.unlabelledEdgePx);
      return { width, height, image: normalizeForNetwork(image, config.model).data, classIds };
    });
  const crops = {
    edge: cropPx,
    classCount,
    symmetryCount: 8,
    cropsPerImage: 1,
    zoom: augmentation.zoom,
  } as const;
  const known = images(few);
  const weights = await trainMeanTeacher(rng, {
    network,
    loss: segmentationLoss({
      classCount,
      crossEntropyShare,
      hasUnlabelled: known.some(({ classIds }) => classIds.includes(UNLABELLED)),
    }),
    targetPlanes: network.outputShape[0],
    labelled: cropSource(known, { ...crops, foregroundShare, augmentation }),
    unlabelled:
      unlabelled === null
        ? null
        : {
            source: cropSource(images(unlabelled), crops),
            strengthen: (stream, x) => void augmentInPlace(stream, x, cropPx, STRONG),
            disagreement: (student, teacher) =>
              classCount === 2
                ? square(subtract(sigmoid(student), sigmoid(teacher)))
                : reduceSum(square(subtract(softmax(student, 1), softmax(teacher, 1))), [1]),
            weight: settings.weight,
            isMixed: true,
          },
    batchSize: config.training.batchSize,
    steps: settings.steps,
    learningRate: config.training.learningRate,
    averageDecay,
    maxGradientNorm: 1,
    initialWeights: initialWeights(rng.fork("weights"), network),
    threads: settings.threads,
  });
  const { threshold, radiusPx, views } = config.postProcessing;
  return exportModel(network, weights, {
    kind: SEGMENTER_KIND,
    heterostemVersion: "bench",
    config,
    classNames: config.data.classNames,
    normalization: config.model.normalization,
    tiling: networkReach(config.model),
    pixelSizesNm: null,
    trainingNames: few.map(({ name }) => name),
    fold: null,
    steps: settings.steps,
    bestStep: settings.steps,
    bestValidationLoss: 0,
    startedFrom: null,
    postProcessing: { threshold, chosenThreshold: threshold, radiusPx, views, validationIou: null },
  });
}
