import { basename } from "node:path";
import {
  trainOnRecorded,
  trainOnSimulated,
  type HrtemStudyConfig,
  type HrtemTrainingResult,
  type TrainingPage,
  readLabelled,
} from "../../../hrtem/index.ts";
import { defineCommand, type FlagRecord, type FlagValues } from "../../command.ts";
import type { ConfigContext } from "../../config/read-config.ts";
import { flagName, outputFlags, QUICK_FLAG, SEED_FLAG, shareUpTo, WORKERS_FLAG } from "../../flags.ts";
import { runInto } from "../../run-into.ts";
import { definedPart, UsageError, type Work } from "../../../core/index.ts";
import { openModelFolder } from "./model-folder.ts";
import { requestsOf, SIZED_IMAGE_FLAGS, SOURCE_ARGUMENTS } from "./source-flags.ts";
import { effortOf, pageOf, readRecipe, resultOf, writeTraining } from "./study.ts";

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
    parse: shareUpTo(0.8),
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
    ...outputFlags("runs/hrtem-model"),
  },
  example: "hrtem train my-images --pixel-size 0.02 --config configs/hrtem-au.yaml --out runs/hrtem-model",
  async run({ arguments: { source, maps }, flags }, context) {
    const { out, force, workers, quick: isQuick, forest = null } = flags;
    const paths = maps === undefined ? [source] : [source, maps];
    const choice = { ...flags, paths };
    const work = { workers, ...context };
    const settings = ({ config, done }: Training) => ({
      paths,
      config,
      isQuick,
      forest,
      counts: done.counts,
    });
    const { done } = await runInto(out, { force, context, settings }, async (folder) => {
      const training = await (isRecipe(source) ? trainSimulated : trainRecorded)(choice, work);
      writeTraining(folder, training.done, training.page);
      return training;
    });
    return resultOf(done, out);
  },
});

/** Whether a path names a recipe and not images. */
export function isRecipe(path: string): boolean {
  return /\.(ya?ml|json)$/i.test(path);
}

interface Training {
  readonly config: HrtemStudyConfig;
  readonly done: HrtemTrainingResult;
  readonly page: TrainingPage;
}

/** What a call says of its images and its training. */
interface TrainingChoice extends FlagValues<typeof OWN_FLAGS> {
  readonly paths: readonly string[];
  readonly quick: boolean;
  readonly seed: number | undefined;
}

async function trainSimulated(choice: TrainingChoice, work: Work & ConfigContext): Promise<Training> {
  const {
    paths: [path],
    quick,
    seed,
    ...rest
  } = choice;
  const given = definedPart({ ...rest, keepBar: rest.keepBar || undefined });
  const foreign = Object.keys(OWN_FLAGS).find((name) => name in given);
  if (foreign !== undefined) {
    throw new UsageError(`Cannot train: --${flagName(foreign)} is for own images, got the recipe ${path}`);
  }
  const config = readRecipe(path, seed, work);
  const effort = { ...effortOf(config, quick), testFields: 0 };
  return { config, done: await trainOnSimulated({ config, effort }, work), page: pageOf(config) };
}

async function trainRecorded(choice: TrainingChoice, work: Work & ConfigContext): Promise<Training> {
  const { paths, forest, heldOut: heldOutShare = HELD_OUT_SHARE } = choice;
  const config = readRecipe(choice.config, choice.seed, work);
  const effort = effortOf(config, choice.quick);
  const given = forest === undefined ? null : await openModelFolder(forest, work.workers);
  try {
    const recorded = await readLabelled(paths, requestsOf(choice));
    const training = { config, effort, heldOutShare, given, where: paths.join(", ") };
    const done = await trainOnRecorded(recorded, training, work);
    return { config, done, page: recordedPage(paths) };
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
