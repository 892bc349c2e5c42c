import type { Prior, Work } from "../../core/index.ts";
import { measureRecording, type InversionModel } from "../../posterior/index.ts";
import { bringToField } from "../apply/bring-to-field.ts";
import { findAggregates } from "../apply/find-aggregates.ts";
import { frameFactor } from "../apply/frame-aggregate.ts";
import type { SourceImage } from "../apply/read-images.ts";
import { grayImageOf } from "../data/data-set.ts";
import { drawDataSet } from "../data/draw-data-sets.ts";
import type { InversionRecipe } from "../data/inversion-recipe.ts";
import { planInversion } from "../data/plan-inversion.ts";
import { narrowRecording, type SettingRange } from "./narrow-recording.ts";
import { RECORDED_SETTINGS } from "./recorded-settings.ts";
import { recipeAround, type AdaptedFrame } from "./recipe-around.ts";

/** A recipe whose images are recorded as some real ones are. */
export interface Adaptation {
  readonly recipe: InversionRecipe;
  readonly ranges: readonly SettingRange[];
}

/** Simulated recordings that images are compared with. */
const RECORDINGS = 600;

/**
 * The pixels in which the largest aggregate of some images fits a network's field: those of the image that needs the largest.
 *
 * @param files images with their pixel sizes
 * @param widthPx edge of the network's images
 * @throws RangeError where an image's pixel size is not known, or it shows nothing
 */
export function pixelForAll(files: readonly SourceImage[], widthPx: number): number {
  const sizes = files.map(({ image, path }) => {
    if (image.pixelSizeNm === null) {
      throw new RangeError(
        `Cannot adapt to ${path}: the pixel size must be known, got none in the file; give it with --pixel-size`,
      );
    }
    const { aggregates } = findAggregates(image);
    if (aggregates.length === 0) {
      throw new RangeError(
        `Cannot adapt to ${path}: an aggregate must stand out from the background, got none that does`,
      );
    }
    return image.pixelSizeNm * Math.max(...aggregates.map((found) => frameFactor(found, widthPx)));
  });
  return Number(Math.max(...sizes).toPrecision(4));
}

/**
 * Finds how images were recorded, and writes a recipe that records simulated ones so: images under the widest ranges are simulated, and the
 * settings kept whose images measure as the real ones do.
 *
 * @param files the images
 * @param start the network to begin with, and its recipe; lengths in nm
 * @param frame what is known of the images
 * @param work threads and progress
 */
export async function planAdaptation(
  files: readonly SourceImage[],
  { model, recipe }: { readonly model: InversionModel; readonly recipe: InversionRecipe },
  frame: AdaptedFrame,
  work: Work,
): Promise<Adaptation> {
  const { pixelSizeNm } = frame;
  const measured = files.map((file) => measureRecording(bringToField(file, { ...model, pixelSizeNm }).image));
  const widest: readonly Prior[] = RECORDED_SETTINGS.map((setting) => setting.widest(pixelSizeNm));
  const plan = planInversion(recipeAround(recipe, frame, widest));
  const data = await drawDataSet(plan, { samples: plan.samples, count: RECORDINGS }, work);
  const recordings = data.labels.map(({ microscope }, i) => ({
    settings: microscope,
    measures: measureRecording(grayImageOf(data, i)),
  }));
  const ranges = narrowRecording(recordings, measured, pixelSizeNm);
  // other samples than those that were compared with the images
  const seeded = { ...frame, seed: frame.seed + 1 };
  return {
    recipe: recipeAround(
      recipe,
      seeded,
      ranges.map(({ range }) => range),
    ),
    ranges,
  };
}
