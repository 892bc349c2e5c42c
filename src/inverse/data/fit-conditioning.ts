import { definedPart, mean, rangeError, standardDeviation } from "../../core/index.ts";
import type { SampleLabels, SampleRecipe } from "../../corpus/index.ts";
import {
  encodeConditioning,
  varyingInputs,
  type ConditioningInput,
  type ConditioningValues,
} from "../../posterior/index.ts";
import type { ImageSet } from "./data-set.ts";
import type { ImageLabels } from "./labelled-sample.ts";
import type { FramedLabels } from "./to-frame.ts";
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
function valuesOfSample(labels: SampleLabels, { prepared }: SampleRecipe): ConditioningValues {
  const { beamEnergyKeV, semiAngleMrad, detector } = prepared.microscope;
  const angles =
    "innerMrad" in detector ? { innerMrad: detector.innerMrad, outerMrad: detector.outerMrad } : {};
  return { beamEnergyKeV, semiAngleMrad, ...angles, ...settingsOfSample(labels) };
}

/** What differs from sample to sample: settings, and what was chosen where the recipe lets samples choose. */
function settingsOfSample(labels: StatingLabels): ConditioningValues {
  if (labels.microscope === undefined) return {};
  const { electronsPerPixel, pixelSizeNm } = labels.microscope;
  return { electronsPerPixel, pixelSizeNm, ...choiceOfSample(labels) };
}

/** What labels say of how an image was taken. */
type StatingLabels = Pick<ImageLabels, "microscope" | "combination"> & Pick<FramedLabels, "isScaled">;

function choiceOfSample({ combination, microscope, isScaled = true }: StatingLabels): ConditioningValues {
  if (combination === undefined || microscope === undefined) return {};
  const { strengthsPerNm, beamEnergyKeV, semiAngleMrad, innerMrad, outerMrad } = combination;
  const [first, second] = strengthsPerNm;
  const numbers = {
    strengthRatio: second / first,
    signalPerPixel: isScaled ? first * microscope.pixelSizeNm : undefined,
    beamEnergyKeV,
    semiAngleMrad,
    // a disc has no inner angle whose logarithm could be taken, a measured curve none at all
    innerMrad: innerMrad > 0 ? innerMrad : undefined,
    outerMrad: outerMrad > 0 ? outerMrad : undefined,
  };
  return definedPart(numbers);
}

/**
 * The conditioning inputs of a data set: all of them given.
 *
 * @returns [count, 2 x varying inputs]
 */
export function encodeDataConditioning(data: ImageSet, inputs: readonly ConditioningInput[]): Float32Array {
  const width = 2 * varyingInputs(inputs).length;
  const rows = new Float32Array(data.count * width);
  if (width === 0) return rows;
  data.labels.forEach((labels, i) => {
    rows.set(encodeConditioning(inputs, settingsOfSample(labels)), i * width);
  });
  return rows;
}
