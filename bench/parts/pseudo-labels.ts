import { openRandomStream, shuffled } from "../../src/core/index.ts";
import {
  addConfusions,
  classCounts,
  classify,
  classScores,
  confusionMatrix,
  loadSet,
  openSegmenter,
  splitSets,
  trainSegmenter,
} from "../../src/segment/index.ts";
import type { SegmentConfig } from "../../src/segment/index.ts";
import { UNLABELLED } from "../../src/labels/index.ts";
import type { ProbabilityMap } from "../../src/segment/apply/pixel-classifier.ts";
import { withoutEdgeObjects } from "../../src/segment/data/unlabelled-edge.ts";
import { meanInterval } from "../../src/segment/suggest/mean-interval.ts";

/** Least probability of a pixel that the network labels itself. */
const THRESHOLD = 0.9;

/** What is compared. */
export interface PseudoLabelSettings {
  /** Folder of a prepared set. */
  readonly set: string;
  readonly labelled: number;
  readonly seeds: number;
  /** Steps of each half of a training. */
  readonly steps: number;
  readonly threads: number;
}

type Sets = ReturnType<typeof splitSets>;
type Items = Sets["training"];

/**
 * Trains on few labelled images alone, and on these and the rest of the training images with labels that a network trained on the few gives
 * them; both for as many steps, from the same network of half as many. Scores are mean IoU of the classes over all pixels of the held-out images.
 */
export async function comparePseudoLabels(settings: PseudoLabelSettings): Promise<void> {
  const set = await loadSet(settings.set);
  const folds = new Set(set.manifest.entries.map(({ fold }) => fold).filter((fold) => fold !== null));
  const { config } = set.manifest;
  const gains: number[] = [];
  for (let seed = 0; seed < settings.seeds; seed++) {
    const fold = folds.size === 0 ? null : seed % folds.size;
    const sets = splitSets(set, fold);
    const rng = openRandomStream(seed, "pseudo labels");
    const order = shuffled(rng.fork("images"), sets.training);
    const [few, rest] = [order.slice(0, settings.labelled), order.slice(settings.labelled)];
    const train = async (items: Items, stage: string, from?: Uint8Array) => {
      const cropsPerImage = Math.ceil((settings.steps * config.training.batchSize) / items.length);
      const study: SegmentConfig = { ...config, training: { ...config.training, epochs: 1, cropsPerImage } };
      const start = from === undefined ? {} : { startFrom: { bytes: from, name: "half" } };
      const { onnx } = await trainSegmenter(
        rng.fork(stage),
        study,
        { ...sets, training: items, validation: [] },
        { heterostemVersion: "bench", fold, threads: settings.threads, workers: 1, ...start },
      );
      return onnx;
    };
    const half = await train(few, "half");
    const alone = await train(few, "second half", half);
    const labelled = await labelledBy(half, rest);
    const copies = Math.max(1, Math.round(rest.length / few.length));
    const mixed = [...Array.from({ length: copies }, () => few).flat(), ...labelled.items];
    const together = await train(mixed, "second half", half);
    const scores = {
      half: await heldOutIou(half, sets.test, config),
      supervised: await heldOutIou(alone, sets.test, config),
      pseudo: await heldOutIou(together, sets.test, config),
    };
    gains.push(scores.pseudo - scores.supervised);
    console.log(JSON.stringify({ set: config.name, seed, fold, ...scores, sureShare: labelled.sureShare }));
  }
  const { labelled, steps } = settings;
  console.log(JSON.stringify({ set: config.name, labelled, steps, gain: meanInterval(gains) }));
}

/**
 * Labels that a network gives an image nobody has labelled [lee2013]: the class of each pixel that it is sure of; all others stay unlabelled.
 *
 * @param map probabilities
 * @param threshold least probability of a class, above 0.5 to 1
 * @returns [height, width] class ids, 255 where no class is as probable
 */
function pseudoLabels(map: ProbabilityMap, threshold: number): Uint8Array {
  const { width, height, channelCount, data } = map;
  return Uint8Array.from({ length: width * height }, (_, i) => {
    if (channelCount === 1) {
      if (data[i] >= threshold) return 1;
      return data[i] <= 1 - threshold ? 0 : UNLABELLED;
    }
    for (let id = 0; id < channelCount; id++) if (data[i * channelCount + id] >= threshold) return id;
    return UNLABELLED;
  });
}

/** The images with the labels that a network is sure of, and the share of the pixels that is. */
async function labelledBy(onnx: Uint8Array, images: Items) {
  const segmenter = openSegmenter(onnx, { threads: 1 });
  const items: Items[number][] = [];
  let [sure, all] = [0, 0];
  for (const item of images) {
    const classIds = pseudoLabels(await segmenter.probabilities(item.image), THRESHOLD);
    sure += classIds.filter((id) => id !== UNLABELLED).length;
    all += classIds.length;
    items.push({ ...item, classIds });
  }
  await segmenter.dispose();
  return { items, sureShare: sure / all };
}

/** Mean IoU of the classes over all pixels of held-out images. */
export async function heldOutIou(onnx: Uint8Array, test: Items, { data }: SegmentConfig): Promise<number> {
  const segmenter = openSegmenter(onnx, { threads: 1 });
  const matrices = [];
  for (const item of test) {
    const answer = classify(
      await segmenter.probabilities(item.image),
      "plain",
      segmenter.metadata.postProcessing,
    );
    const found = data.unlabelledEdgePx > 0 ? withoutEdgeObjects(answer, item) : answer;
    matrices.push(confusionMatrix(item.classIds, found, data.classNames.length));
  }
  await segmenter.dispose();
  const pooled = addConfusions(matrices);
  const scores = data.classNames.slice(1).map((_, i) => classScores(classCounts(pooled, i + 1)).iou);
  return scores.reduce((sum, value) => sum + value, 0) / scores.length;
}
