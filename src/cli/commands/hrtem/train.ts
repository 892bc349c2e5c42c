import { basename } from "node:path";
import {
  trainOnRecorded,
  trainOnSimulated,
  type HrtemStudyConfig,
  type HrtemTrainingResult,
  type TrainingPage,
  type TrainingWork,
  readLabelled,
} from "../../../hrtem/index.ts";
import { CHECKPOINT_FLAGS, trainInto } from "../../checkpoint-flags.ts";
import { defineCommand, type FlagRecord, type FlagValues } from "../../command.ts";
import { finishedRun } from "../../finished-run.ts";
import {
  flagName,
  imageRequest,
  outputFlags,
  QUICK_FLAG,
  SEED_FLAG,
  numberFrom,
  WORKERS_FLAG,
} from "../../flags.ts";
import { definedPart, usageError } from "../../../core/index.ts";
import { openModelFolder } from "./model-folder.ts";
import { requestsOf, SIZED_IMAGE_FLAGS, SOURCE_ARGUMENTS } from "./source-flags.ts";
import { budgetOf, pageOf, readRecipe, resultOf, writeTraining } from "./study.ts";

/** Share of own images that is held out. */
const HELD_OUT_SHARE = 0.25;

/** Flags that only make sense for own images. */
const OWN_FLAGS = {
  ...SIZED_IMAGE_FLAGS,
  config: { value: "FILE", help: "recipe whose training is taken for own images" },
  forest: {
    value: "MODEL",
    help: "take the classes from this model, where own images have no classes.csv",
  },
  heldOut: {
    value: "SHARE",
    help: `last share of own images that the model is scored on (default: ${HELD_OUT_SHARE})`,
    parse: numberFrom(0, 0.8),
  },
} satisfies FlagRecord;

/** `heterostem hrtem train`: simulated or own images to a model. */
export const hrtemTrain = defineCommand({
  name: "train",
  summary: "Train a model on a recipe's simulated images, or on own images with particle maps",
  arguments: SOURCE_ARGUMENTS,
  flags: {
    quick: QUICK_FLAG,
    ...OWN_FLAGS,
    seed: SEED_FLAG,
    workers: WORKERS_FLAG,
    ...CHECKPOINT_FLAGS,
    ...outputFlags("runs/hrtem-model"),
  },
  example: "hrtem train my-images --pixel-size 0.02 --config configs/hrtem-au.yaml --out runs/hrtem-model",
  async run({ arguments: { source, maps }, flags }, context) {
    const { out, workers, quick: isQuick, forest } = flags;
    const paths = maps === undefined ? [source] : [source, maps];
    const config = readRecipe(isRecipe(source) ? source : flags.config, flags.seed, context);
    if (isRecipe(source)) checkNoOwnFlags(source, flags);
    const job = { ...flags, paths, config };
    const { heldOut, pixelSizes } = flags;
    const settings = { paths, config, isQuick, forest, heldOut, pixelSizes, images: imageRequest(flags) };
    const finished = finishedRun(out, { ...flags, context, settings });
    if (finished !== null) return finished;
    const done = await trainInto(out, { flags, context, settings }, async (folder, checkpoints) => {
      const work = { workers, startStage: checkpoints.startStage, checkpoints: checkpoints.options };
      const training = await (isRecipe(source) ? trainSimulated : trainRecorded)(job, work);
      writeTraining(folder, training.done, training.page);
      return training.done;
    });
    return resultOf(done, out);
  },
});

/** Whether a path names a recipe and not images. */
export function isRecipe(path: string): boolean {
  return /\.(ya?ml|json)$/i.test(path);
}

interface Training {
  readonly done: HrtemTrainingResult;
  readonly page: TrainingPage;
}

/** What a call says of its images and its training. */
interface TrainingChoice extends Omit<FlagValues<typeof OWN_FLAGS>, "config"> {
  readonly paths: readonly string[];
  /** The recipe, or what own images are trained by. */
  readonly config: HrtemStudyConfig;
  readonly quick: boolean;
}

function checkNoOwnFlags(recipe: string, { keepBar, ...flags }: FlagValues<typeof OWN_FLAGS>): void {
  const given = definedPart({ ...flags, keepBar: keepBar || undefined });
  const foreign = Object.keys(OWN_FLAGS).find((name) => name in given);
  if (foreign === undefined) return;
  throw usageError({ action: "train" }, `--${flagName(foreign)} is for own images`, `the recipe ${recipe}`);
}

async function trainSimulated(choice: TrainingChoice, work: TrainingWork): Promise<Training> {
  const { config, quick } = choice;
  const budget = { ...budgetOf(config, quick), testFields: 0 };
  return { done: await trainOnSimulated({ config, budget }, work), page: pageOf(config) };
}

async function trainRecorded(choice: TrainingChoice, work: TrainingWork): Promise<Training> {
  const { paths, config, forest, heldOut: heldOutShare = HELD_OUT_SHARE } = choice;
  const budget = budgetOf(config, choice.quick);
  const given = forest === undefined ? null : await openModelFolder(forest, work.workers);
  try {
    const recorded = await readLabelled(paths, requestsOf(choice));
    const training = { config, budget, heldOutShare, given, where: paths.join(", ") };
    const done = await trainOnRecorded(recorded, training, work);
    return { done, page: recordedPage(paths) };
  } finally {
    await given?.regions.dispose();
  }
}

function recordedPage(paths: readonly string[]): TrainingPage {
  const name = paths.map((path) => basename(path)).join(", ");
  return {
    title: `HRTEM: a model of ${name}`,
    data: `Recorded images with maps (${name}):`,
    isSimulated: false,
  };
}
