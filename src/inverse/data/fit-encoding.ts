import type { CountMapUnits, ConditioningInput, InputEncoding, Target } from "../../posterior/index.ts";
import { fitConditioning } from "./fit-conditioning.ts";
import { countMapUnits } from "./count-maps.ts";
import { inputStandardisation, type DataSet } from "./data-set.ts";
import { fitTargets } from "./fit-targets.ts";
import type { InversionPlan } from "./plan-inversion.ts";

/** How samples become inputs and targets of a network. */
export interface SampleEncoding {
  readonly input: InputEncoding;
  readonly targets: readonly Target[];
  /** What the network is given beside an image; nothing by default. */
  readonly conditions?: readonly ConditioningInput[];
  /** What lengths are; nanometres by default. */
  readonly lengths?: "nm" | "pixels";
  /** Units of the count maps, where the network is taught some. */
  readonly countMaps: CountMapUnits | null;
}

/**
 * The encoding of a plan: what only the training images can say, their ranges and standard deviations.
 *
 * @throws RangeError where they lack a descriptor or a condition that the network is to learn from
 */
export function fitEncoding(
  { network, samples }: Pick<InversionPlan, "network" | "samples">,
  training: DataSet,
): Required<SampleEncoding> {
  return {
    input: inputStandardisation(training),
    targets: fitTargets(network.targets, training.labels),
    lengths: network.lengths,
    conditions: fitConditioning(network, samples, training.labels),
    countMaps: network.hasCountMaps ? countMapUnits(training) : null,
  };
}
