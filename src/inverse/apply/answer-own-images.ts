import { counted, type StartStage } from "../../core/index.ts";
import { drawSample, type Sample } from "../../corpus/index.ts";
import { planInversion, type InversionPlan } from "../data/plan-inversion.ts";
import { sampleSeedsOf } from "../fit/start-model.ts";
import { invertImages } from "./invert-images.ts";
import type { InvertedImage } from "./inverted-image.ts";
import { recipeOfModel, type Inversion } from "./open-inversion.ts";

/** A simulated image with the aggregate behind it, and what a network reads off the image alone. */
export interface AnsweredSample {
  readonly sample: Sample;
  readonly answer: InvertedImage;
}

/** Images of a network's own recipe with its answers. */
export interface OwnImages {
  readonly plan: InversionPlan;
  readonly answered: readonly AnsweredSample[];
}

/** Which images are drawn. */
interface OwnImageChoice {
  /** Seed of their random streams; the next one that the network was not trained on is taken. */
  readonly seed: number;
  readonly count: number;
}

/**
 * Asks a network about images of its own recipe that it has not seen: grown, imaged, answered.
 *
 * @param inversion network and record
 * @param choice seed and number of images
 * @param startStage progress
 * @returns the samples with their answers, in order, and the plan that they were drawn by
 * @throws Error for a model that does not say how its images are made, or whose samples choose their materials
 */
export async function answerOwnImages(
  inversion: Inversion,
  { seed: first, count }: OwnImageChoice,
  startStage: StartStage,
): Promise<OwnImages> {
  const recipe = recipeOfModel(inversion.model);
  if (recipe === null || recipe.lengths === "pixels") {
    const got = recipe === null ? "none that this version reads" : "one whose samples choose their materials";
    throw new Error(`Cannot draw a network's own images: its file must hold their recipe, got ${got}`);
  }
  const stage = startStage("Growing, imaging and reading aggregates", count);
  const plan = planInversion({ ...recipe, seed: unseenSeed(sampleSeedsOf(inversion.model), first) });
  const answered: AnsweredSample[] = [];
  for (let index = 0; index < count; index++) {
    const sample = drawSample(plan.samples, index);
    const { electronsPerPixel } = sample.labels.microscope;
    const path = `sample ${index}`;
    const [answer] = await invertImages(inversion, [{ path, image: sample.image }], {
      stated: { electronsPerPixel },
    });
    answered.push({ sample, answer });
    stage.update(index + 1);
  }
  stage.finish(counted(count, "image"));
  return { plan, answered };
}

/** The first seed from one on that is none of those trained on. */
function unseenSeed(seen: readonly number[], seed: number): number {
  return seen.includes(seed) ? unseenSeed(seen, seed + 1) : seed;
}
