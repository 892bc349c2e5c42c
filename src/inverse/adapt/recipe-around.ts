import { scaledPrior, type Prior } from "../../core/index.ts";
import type { InversionRecipe } from "../data/inversion-recipe.ts";
import { RECORDED_SETTINGS } from "./recorded-settings.ts";

/** What images are known to be of, and how they are to be simulated. */
export interface AdaptedFrame {
  readonly seed: number;
  /** Of the images as the network is to see them [nm]. */
  readonly pixelSizeNm: number;
  /** Images that are trained on, and that calibrate. */
  readonly trainCount: number;
  readonly validationCount: number;
  /** Passes over the images. */
  readonly epochs: number;
  readonly materials?: InversionRecipe["aggregate"]["materials"];
  readonly microscope?: Partial<
    Pick<InversionRecipe["microscope"], "beamEnergyKeV" | "semiAngleMrad" | "detector">
  >;
}

/** Peak rate of a training that begins from trained weights: a fifth of what they were trained with. */
const TUNING_RATE = 0.0005;

/**
 * A recipe around images: that of the network to begin with, for other materials, another microscope, other pixels, and a recording.
 *
 * Lengths of the aggregate scale with the pixel, for the network knows sizes in pixels.
 *
 * @param origin recipe of the network, lengths in nm
 * @param frame what is known of the images
 * @param ranges of the recording, in the order of RECORDED_SETTINGS
 */
export function recipeAround(
  origin: InversionRecipe,
  frame: AdaptedFrame,
  ranges: readonly Prior[],
): InversionRecipe {
  const { aggregate, microscope, training } = origin;
  const { seed, pixelSizeNm, trainCount, validationCount, epochs, materials = aggregate.materials } = frame;
  const originNm = typeof microscope.pixelSizeNm === "number" ? microscope.pixelSizeNm : pixelSizeNm;
  const scale = (prior: Prior) => scaledPrior(prior, pixelSizeNm / originNm);
  return {
    ...origin,
    name: `${origin.name}, adapted`,
    seed,
    aggregate: {
      ...aggregate,
      materials,
      radiusFirstNm: scale(aggregate.radiusFirstNm),
      radiusSecondNm: scale(aggregate.radiusSecondNm),
    },
    microscope: {
      ...microscope,
      ...frame.microscope,
      pixelSizeNm,
      offsetXNm: scale(microscope.offsetXNm),
      offsetYNm: scale(microscope.offsetYNm),
      ...recordingOf(microscope, ranges),
    },
    corpus: { trainCount, validationCount, testCount: 1 },
    training: { ...training, epochs, learningRate: TUNING_RATE },
    pools: { calibrationCount: 0, testCount: 0 },
  };
}

type RecordingPart = Pick<InversionRecipe["microscope"], "film" | "scan" | "electronics">;

function recordingOf(
  { film, scan, electronics }: InversionRecipe["microscope"],
  ranges: readonly Prior[],
): RecordingPart & Readonly<Record<string, unknown>> {
  const keysOf = (wanted: string | null) =>
    Object.fromEntries(
      RECORDED_SETTINGS.flatMap(({ section, key }, i) => (section === wanted ? [[key, ranges[i]]] : [])),
    );
  return {
    ...keysOf(null),
    // without a film there is nothing to be uneven
    film: film === "none" ? film : { ...film, ...keysOf("film") },
    scan: { ...scan, ...keysOf("scan") },
    electronics: { ...electronics, ...keysOf("electronics") },
  };
}
