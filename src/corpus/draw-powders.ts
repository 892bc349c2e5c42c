import { drawSample, type Sample, type SampleRecipe } from "./sample.ts";

/** An image of a powder. */
export interface PowderSample {
  /** Number of the powder, from 0. */
  readonly powder: number;
  readonly sample: Sample;
}

/**
 * Draws powders: parameters of each from the prior, and aggregates with their images that are grown from them.
 *
 * @param recipe with the seed of the parameters; the images' is the next one
 * @param counts of powders, and of images of each
 * @returns image by image, powder by powder
 */
export function* drawPowders(
  recipe: SampleRecipe,
  { powderCount, imageCount }: { readonly powderCount: number; readonly imageCount: number },
): Generator<PowderSample, void, undefined> {
  for (let powder = 0; powder < powderCount; powder++) {
    const { parameters } = drawSample(recipe, powder).labels;
    // a distribution that is a number is a fixed parameter
    const fixed = { ...recipe, seed: recipe.seed + 1, prior: { ...recipe.prior, ...parameters } };
    for (let i = 0; i < imageCount; i++) {
      yield { powder, sample: drawSample(fixed, powder * imageCount + i) };
    }
  }
}
