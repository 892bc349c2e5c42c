import { INVERSION_KIND, parseInversionModel, type InversionModel } from "../../posterior/index.ts";
import type { RandomStream } from "../../core/index.ts";
import { readModelMetadata, weightsFromModel, type Network } from "../../train/index.ts";
import { recipeOfModel } from "../apply/open-inversion.ts";
import { planNetwork, type InversionPlan, type NetworkPlan } from "../data/plan-inversion.ts";

/** A trained network whose weights are the first of another training. */
export interface StartModel {
  /** The ONNX file. */
  readonly bytes: Uint8Array;
  /** Its path, for errors. */
  readonly where: string;
}

/** The samples that a training is to be run on. */
export interface TrainingRange {
  /** Seed of their random streams. */
  readonly seed: number;
  /** How many, from the first on; the next ones are validation images. Infinity for a stream. */
  readonly trainCount: number;
}

/**
 * Seeds of the samples that a network was trained on.
 *
 * @param model its record
 * @returns those of the networks it began from first, its own last
 */
export function sampleSeedsOf({ provenance }: Pick<InversionModel, "provenance">): number[] {
  const { sampleSeeds, seed } = provenance;
  // files of earlier versions have the seed of the training alone, which was mostly that of its samples
  return String(sampleSeeds ?? seed)
    .split(", ")
    .map(Number);
}

/** The layers whose shape hangs on what is asked for and on what is told, by what their names hold: they may begin anew. */
const ADAPTED_LAYERS: Readonly<Record<string, readonly string[]>> = {
  "last layer begun anew for other quantities": ["head.1."],
  "layers of the conditioning inputs begun anew": ["head.stated.", ".told."],
};

/** The first weights of a training. */
export interface StartWeights {
  readonly weights: Float32Array;
  /** What was drawn because the lender has it in another shape or not at all, in words. */
  readonly notes: readonly string[];
}

/**
 * The weights that a training begins with.
 *
 * @param start the network that lends them
 * @param network that is to be trained
 * @param rng stream of what is drawn: the last layer where other quantities are asked for, the conditioning inputs' where
 *   others are told
 * @throws RangeError where any other layer is missing or of another shape
 */
export function startWeights(start: StartModel, network: Network, rng: RandomStream): StartWeights {
  const { weights, drawnNames } = weightsFromModel(start.bytes, network, { rng, allowsMissing: true });
  const isOf = (parts: readonly string[], name: string) => parts.some((part) => name.includes(part));
  const adapted = Object.values(ADAPTED_LAYERS).flat();
  // says which layer has which shape
  if (!drawnNames.every((name) => isOf(adapted, name)))
    return { weights: weightsFromModel(start.bytes, network, { rng }).weights, notes: [] };
  const notes = Object.entries(ADAPTED_LAYERS)
    .filter(([, parts]) => drawnNames.some((name) => isOf(parts, name)))
    .map(([note]) => note);
  return { weights, notes };
}

/**
 * Reads the record of a network that another training begins from.
 *
 * @throws SyntaxError | RangeError | TypeError where the file holds no inversion network
 */
export function startRecord({ bytes, where }: StartModel): InversionModel {
  return parseInversionModel(readModelMetadata(bytes, { kind: INVERSION_KIND, where }), where);
}

/**
 * Refuses a network that cannot lend a plan its weights, before anything is drawn.
 *
 * Materials, doses, priors' ranges and the scale of intensities may differ: that is what weights are tuned to. What is asked for
 * may differ too, and what is told beside the image: the layers that hang on it then begin anew.
 *
 * @param plan of the inversion that is to be trained
 * @param start the network to begin with
 * @param samples that it is to be trained on; those of the plan by default
 * @throws RangeError naming the first key of the recipe that makes the network another one, or where it has been trained
 *   on images that are to calibrate it
 * @throws SyntaxError | RangeError | TypeError where the file holds no inversion network
 */
export function checkStartModel(
  plan: InversionPlan,
  start: StartModel,
  { seed, trainCount }: TrainingRange = { seed: plan.seed, trainCount: plan.counts.trainCount },
): void {
  const record = startRecord(start);
  checkShape(plan.network, record, start.where);
  const seenCount = Number(record.provenance["trainingImages"]);
  if (sampleSeedsOf(record).at(-1) !== seed || seenCount <= trainCount) return;
  throw new RangeError(
    `Cannot begin with trained weights: validation images must be new to them, got images of seed ${seed}, of which ${seenCount} were ` +
      `trained on and ${trainCount} are to be (${start.where}); take another seed, or as many images`,
  );
}

function checkShape(plan: NetworkPlan, record: InversionModel, where: string): void {
  const origin = recipeOfModel(record);
  // files of earlier versions do not say what they were trained for; shapes are compared when they are loaded
  if (origin === null) return;
  const got = traitsOf(planNetwork(origin));
  for (const [name, wanted] of Object.entries(traitsOf(plan))) {
    if (got[name] === wanted) continue;
    throw new RangeError(
      `Cannot begin with trained weights: ${name} must be ${wanted}, got ${got[name]} (${where}); ` +
        "name a network of the same shape, change the recipe, or leave --from out",
    );
  }
}

/** What decides a network's shapes, by its place in the recipe. */
function traitsOf(plan: NetworkPlan): Readonly<Record<string, string>> {
  const { widthPx, widths, head, memberCount, hasCountMaps } = plan;
  return {
    "microscope.widthPx": String(widthPx),
    "training.widths": widths.join(", "),
    "training.head": head.kind,
    "training.members": String(memberCount),
    "training.countMaps": String(hasCountMaps),
  };
}
