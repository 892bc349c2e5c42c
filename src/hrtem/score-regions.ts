import {
  bootstrapInterval,
  mean,
  openRandomStream,
  type BootstrapInterval,
  type Work,
} from "../core/index.ts";
import { addConfusions, confusionMatrix, type ConfusionMatrix } from "../segment/index.ts";
import type { LabelledImage } from "./labelled/labelled-image.ts";
import { CLASSICAL_METHODS } from "./segment/classical-regions.ts";
import { diceOfCounts } from "./segment/dice.ts";
import { findParticles, type FoundParticle } from "./segment/find-particles.ts";
import { maskAbove, type RegionFinder } from "./segment/find-regions.ts";

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

/** Dice of one image by every method. */
export interface MethodDice {
  readonly truePixels: number;
  readonly methods: readonly { readonly method: string; readonly dice: number }[];
}

const NETWORK = "U-Net, threshold from validation";

/** An image after segmentation, with what each method counts. */
export interface SegmentedImage {
  readonly truth: Uint8Array;
  readonly network: Uint8Array;
  readonly particles: readonly FoundParticle[];
  readonly counts: readonly MethodCounts[];
}

/** Pixels by what they are and what a method calls them. */
interface MethodCounts {
  readonly method: string;
  readonly matrix: ConfusionMatrix;
}

/** Finds the regions of images by every method. */
export async function segmentAll(
  { regions, threshold }: { readonly regions: RegionFinder; readonly threshold: number },
  images: readonly LabelledImage[],
  { startStage }: Work,
): Promise<SegmentedImage[]> {
  const stage = startStage("Finding regions", images.length);
  const segmented: SegmentedImage[] = [];
  for (const { image, mask: truth } of images) {
    const probabilities = await regions.probabilities(image);
    const { mask, particles } = findParticles(maskAbove(probabilities, threshold), image);
    const counted = (method: string, found: Uint8Array): MethodCounts => {
      return { method, matrix: confusionMatrix(truth, found, 2) };
    };
    const counts = [
      counted(NETWORK, mask),
      ...CLASSICAL_METHODS.map(({ method, find }) => counted(method, find(image))),
    ];
    segmented.push({ truth, network: mask, particles, counts });
    stage.update(segmented.length);
  }
  stage.finish();
  return segmented;
}

/** Dice of one image by every method. */
export function diceRow({ counts, truth }: SegmentedImage): MethodDice {
  const truePixels = truth.reduce((sum, value) => sum + value, 0);
  return {
    truePixels,
    methods: counts.map(({ method, matrix }) => ({ method, dice: diceOfCounts(matrix) })),
  };
}

/** Dice of every method over images, with intervals by image. */
export function scoreRegions(seed: number, segmented: readonly SegmentedImage[]): RegionScore[] {
  const rng = openRandomStream(seed, "region scores");
  return segmented[0].counts.map(({ method }, m) => {
    const matrices = segmented.map(({ counts }) => [counts[m].matrix]);
    const ahead = segmented.map(({ counts }) => [
      diceOfCounts(counts[0].matrix) - diceOfCounts(counts[m].matrix),
    ]);
    return {
      method,
      dice: bootstrapInterval(rng.fork(method), matrices, (some) => mean(some.map(diceOfCounts))),
      pooledDice: bootstrapInterval(rng.fork(method, "pooled"), matrices, (some) =>
        diceOfCounts(addConfusions(some)),
      ),
      networkAhead: bootstrapInterval(rng.fork(method, "ahead"), ahead, mean),
    };
  });
}
