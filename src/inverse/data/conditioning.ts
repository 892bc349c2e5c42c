import { mean, standardDeviation } from "../../core/index.ts";
import type { SampleLabels, SampleRecipe } from "../../corpus/index.ts";
import {
  encodeConditions,
  toldConditions,
  type Condition,
  type StatedConditions,
} from "../../posterior/index.ts";
import type { DataSet } from "./data-set.ts";
import type { NetworkPlan } from "./plan-inversion.ts";

/** Spread of logarithms below which values are alike but for rounding. */
const ALIKE = 1e-6;

/**
 * Range and standardisation, among the training images, of what a network is given beside an image.
 *
 * @throws RangeError where a microscope does not state one of them
 */
export function fitConditioning(
  { inputs }: Pick<NetworkPlan, "inputs">,
  samples: SampleRecipe,
  labels: readonly SampleLabels[],
): Condition[] {
  return inputs.map((key) => {
    const values = labels
      .map((line) => conditionsOfSample(line, samples)[key])
      .filter((v) => v !== undefined);
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
function conditionsOfSample({ microscope }: SampleLabels, { prepared }: SampleRecipe): StatedConditions {
  const { beamEnergyKeV, detector } = prepared.microscope;
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
