import { mean, rangeError, standardDeviation } from "../../core/index.ts";
import type { SampleLabels, SampleRecipe } from "../../corpus/index.ts";
import {
  encodeConditioning,
  varyingInputs,
  type ConditioningInput,
  type ConditioningValues,
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
): ConditioningInput[] {
  return inputs.map((key) => {
    const values = labels.map((line) => valuesOfSample(line, samples)[key]).filter((v) => v !== undefined);
    if (values.length === 0) {
      throw rangeError({ action: `train with ${key} as an input` }, "the microscope must state it", "none");
    }
    const logs = values.map(Math.log);
    const spread = values.length > 1 ? standardDeviation(logs) : 0;
    const [low, high] = [Math.min, Math.max].map((pick) => values.reduce((a, b) => pick(a, b)));
    return { key, low, high, center: mean(logs), deviation: spread > ALIKE ? spread : 0 };
  });
}

/** What a perfect record of a simulated image states: its own settings, and those of the microscope that all share. */
function valuesOfSample({ microscope }: SampleLabels, { prepared }: SampleRecipe): ConditioningValues {
  const { beamEnergyKeV, detector } = prepared.microscope;
  const angles =
    "innerMrad" in detector ? { innerMrad: detector.innerMrad, outerMrad: detector.outerMrad } : {};
  return { ...settingsOfSample(microscope), beamEnergyKeV, ...angles };
}

function settingsOfSample(microscope: SampleLabels["microscope"]): ConditioningValues {
  const { electronsPerPixel, pixelSizeNm } = microscope;
  return { electronsPerPixel, pixelSizeNm };
}

/**
 * The conditioning inputs of a data set: all of them given.
 *
 * @returns [count, 2 x varying inputs]
 */
export function encodeDataConditioning(data: DataSet, inputs: readonly ConditioningInput[]): Float32Array {
  const width = 2 * varyingInputs(inputs).length;
  const rows = new Float32Array(data.count * width);
  if (width === 0) return rows;
  data.labels.forEach(({ microscope }, i) => {
    rows.set(encodeConditioning(inputs, settingsOfSample(microscope)), i * width);
  });
  return rows;
}
