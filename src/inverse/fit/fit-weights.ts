import { openRandomStream, type Work } from "../../core/index.ts";
import type { Device } from "../../graph/index.ts";
import { CONDITIONING_LABELS, type ConditioningInput } from "../../posterior/index.ts";
import {
  storedWeights,
  trainNetwork,
  type FixedSamples,
  type Network,
  type SampleSource,
  type SampleStream,
  type TrainedNetwork,
  type TrainingOptions,
  type TrainingProgress,
} from "../../train/index.ts";
import { sliceImageSet, type ImageSet } from "../data/data-set.ts";
import type { SampleEncoding } from "../data/fit-encoding.ts";
import type { InversionPlan, NetworkPlan } from "../data/plan-inversion.ts";
import { encodeSamples } from "../data/training-source.ts";
import { inversionLoss } from "./build-inversion-network.ts";
import { startWeights, type StartModel } from "./start-model.ts";

/** With what weights are fitted, and where progress goes. */
export interface FittingOptions extends Work {
  /** The processor by default. */
  readonly device?: Device;
  /** Keeps the state of the training, to be resumed; none by default. */
  readonly checkpoints?: NonNullable<TrainingOptions["checkpoints"]>;
  /** A network of the same shape whose weights are the first; drawn by default. */
  readonly startModel?: StartModel;
  /** Called after every step. */
  readonly onStep?: (progress: TrainingProgress) => void;
}

/** What is fitted, and to which samples. */
export interface Fitting {
  readonly network: Network;
  readonly encoding: Required<SampleEncoding>;
  readonly source: SampleSource | SampleStream;
  readonly validation: ImageSet;
  readonly steps: number;
}

/** Fits the weights of a plan's network; those that validate best are kept, in half precision. */
export async function fitWeights(
  plan: Pick<InversionPlan, "seed" | "network" | "training">,
  { network, encoding, source, validation, steps }: Fitting,
  options: FittingOptions,
): Promise<TrainedNetwork> {
  const { startModel, onStep, startStage } = options;
  const rng = openRandomStream(plan.seed, "training");
  // encoded anew for every measurement: a second copy of all would take as much memory as the images
  const checked: FixedSamples = {
    count: validation.count,
    between: (first, end) => encodeSamples(sliceImageSet(validation, first, end), encoding),
  };
  const start = startModel === undefined ? null : startWeights(startModel, network, rng);
  const stage = startStage("Training the network", steps);
  const beginNote = (start?.notes ?? []).map((note) => `, ${note}`).join("");
  let validationNote = "";
  const trained = await trainNetwork(
    rng,
    network,
    { training: source, validation: checked },
    {
      ...settingsOf(plan, options),
      loss: inversionLoss(plan.network, encoding),
      targetShape: [checked.between(0, 1).targets.length],
      ...(start === null ? {} : { initialWeights: start.weights }),
      onProgress: (progress) => {
        const { step, loss, validationLoss } = progress;
        onStep?.(progress);
        if (validationLoss !== null) validationNote = `, validation ${validationLoss.toFixed(3)}`;
        stage.update(step, `loss ${loss.toFixed(3)}${validationNote}`);
      },
    },
  );
  const { bestValidationLoss } = trained;
  const notes = `${beginNote}${noteOfConstant(encoding.conditions)}`;
  stage.finish(`validation loss ${bestValidationLoss.toFixed(3)}${notes}`);
  // as the file stores them: what calibrates the intervals is what will answer
  return { ...trained, weights: storedWeights(trained.weights) };
}

function settingsOf(
  { network, training }: Pick<InversionPlan, "network" | "training">,
  { workers: threads, device = "cpu", checkpoints }: FittingOptions,
): Omit<TrainingOptions, "loss" | "targetShape"> {
  const { batchSize, epochs, partCount, learningRate, subject } = training;
  return {
    batchSize,
    epochs,
    partCount,
    ...stepSizes(network, learningRate),
    workers: Math.min(partCount, threads),
    threads,
    device,
    ...(checkpoints === undefined ? {} : { checkpoints: { ...checkpoints, subject } }),
  };
}

/** Steps over which the rate of a network that states distributions rises to its peak. */
const WARM_UP_STEPS = 100;

/** Likelihoods have steep walls: one strange batch, or a first step too large, would undo hundreds of steps. */
function stepSizes(
  { head }: NetworkPlan,
  peak: number,
): Pick<TrainingOptions, "learningRate" | "maxGradientNorm"> {
  if (head.kind === "point") return { learningRate: { peak } };
  return { learningRate: { peak, warmUpSteps: WARM_UP_STEPS }, maxGradientNorm: 5 };
}

/** Conditioning inputs that the recipe names, but that no image can teach. */
function noteOfConstant(conditions: readonly ConditioningInput[]): string {
  const constant = conditions.filter(({ deviation }) => deviation === 0);
  if (constant.length === 0) return "";
  const names = constant.map(({ key }) => CONDITIONING_LABELS[key][0]);
  return `; no conditioning input, because alike in all images: ${names.join(", ")}`;
}
