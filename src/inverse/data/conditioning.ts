import { mean, standardDeviation } from "../../core/index.ts";
import type { SampleLabels } from "../../corpus/index.ts";
import {
  encodeConditions,
  toldConditions,
  type Condition,
  type StatedConditions,
} from "../../posterior/index.ts";
import type { DataSet } from "./data-set.ts";
import type { InversionRecipe } from "./inversion-recipe.ts";

/** Spread of logarithms below which values are alike but for rounding. */
const ALIKE = 1e-6;

/** What is stated of the training images of a study, as far as the study tells its network. */
export function conditionsOfStudy(config: InversionRecipe, labels: readonly SampleLabels[]): Condition[] {
  return config.training.inputs.map((key) => {
    const values = labels.map((line) => conditionsOfSample(line, config)[key]).filter((v) => v !== undefined);
    if (values.length === 0) {
      throw new RangeError(`Cannot train with ${key} as an input: the microscope must state it, got none`);
    }
    const logs = values.map(Math.log);
    const spread = values.length > 1 ? standardDeviation(logs) : 0;
    const [low, high] = [Math.min, Math.max].map((pick) => values.reduce((a, b) => pick(a, b)));
    return { key, low, high, center: mean(logs), deviation: spread > ALIKE ? spread : 0 };
  });
}

/** What a perfect record of a simulated image states: its own settings, and those of the microscope that all share. */
function conditionsOfSample(
  { microscope }: SampleLabels,
  { microscope: { beamEnergyKeV, detector } }: InversionRecipe,
): StatedConditions {
  const angles =
    "innerMrad" in detector ? { innerMrad: detector.innerMrad, outerMrad: detector.outerMrad } : {};
  return { ...settingsOfSample(microscope), beamEnergyKeV, ...angles };
}

function settingsOfSample(microscope: SampleLabels["microscope"]): StatedConditions {
  const { electronsPerPixel, pixelSizeNm } = microscope;
  return { electronsPerPixel, pixelSizeNm };
}

/**
 * What a network is told of the images of a data set: all of it.
 *
 * @returns [count, 2 x told conditions]
 */
export function encodeDataConditions(data: DataSet, conditions: readonly Condition[]): Float32Array {
  const width = 2 * toldConditions(conditions).length;
  const rows = new Float32Array(data.count * width);
  if (width === 0) return rows;
  data.labels.forEach(({ microscope }, i) => {
    rows.set(encodeConditions(conditions, settingsOfSample(microscope)), i * width);
  });
  return rows;
}
