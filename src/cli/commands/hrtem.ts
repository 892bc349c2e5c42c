import type { CommandSpec } from "../command.ts";
import { FORCE_FLAG, OUT_FLAG, PIXEL_SIZE_FLAG, SEED_FLAG, wholeNumber, WORKERS_FLAG } from "../flags.ts";
import { runNamedAction, type NamedAction } from "../named-action.ts";
import { applyAction } from "./hrtem/apply-action.ts";
import { evaluateAction } from "./hrtem/evaluate-action.ts";
import { fetchAction } from "./hrtem/fetch-action.ts";
import { studyAction } from "./hrtem/study-action.ts";
import { trainAction } from "./hrtem/train-action.ts";

const ACTIONS: Readonly<Record<string, NamedAction>> = {
  study: studyAction,
  train: trainAction,
  evaluate: evaluateAction,
  apply: applyAction,
  fetch: fetchAction,
};

/** `heterostem hrtem`: regions, stacking faults and their statistics from high-resolution TEM. */
export const hrtemCommand: CommandSpec = {
  name: "hrtem",
  summary:
    "Find nanoparticles and their stacking faults in HRTEM images; train and score on simulated or own ones",
  arguments: [
    {
      name: "action",
      help:
        "study (RECIPE: simulate, train network and forest, score on held-out images, report), " +
        "train (RECIPE, or images with particle maps as FOLDER, HDF5 or IMAGES MAPS: a model), " +
        "evaluate (MODEL RECIPE or MODEL IMAGES...: Dice and classes with intervals beside Otsu and Bragg filtering), " +
        "apply (MODEL IMAGE...: particle table, masks, statistics, report), " +
        "fetch (httem: where the published labelled images are)",
    },
    { name: "path", help: "what the action works on", isVariadic: true },
  ],
  flags: [
    { name: "quick", help: "study, train, evaluate: the recipe's small effort, minutes instead of an hour" },
    { ...PIXEL_SIZE_FLAG, help: `train, evaluate, apply: ${PIXEL_SIZE_FLAG.help}` },
    {
      name: "pixel-sizes",
      value: "CSV",
      help: "train, evaluate, apply: pixel sizes by image, columns image and pixel size [nm]",
    },
    { name: "config", value: "FILE", help: "train: recipe whose training is taken for own images" },
    {
      name: "forest",
      value: "MODEL",
      help: "train: take the classes from this model, where own images have no classes.csv",
    },
    {
      name: "held-out",
      value: "SHARE",
      help: "train: last share of own images that the model is scored on (default: 0.25)",
      parse: parseShare,
    },
    {
      name: "seeds",
      value: "N",
      help: "evaluate: simulated sets, each of another seed, from --seed on (default: 3)",
      parse: wholeNumber(1, 100),
    },
    SEED_FLAG,
    WORKERS_FLAG,
    OUT_FLAG,
    FORCE_FLAG,
  ],
  example: "hrtem study configs/hrtem-au.yaml --quick",
  run: (input, context) => runNamedAction("hrtem", ACTIONS, input, context),
};

function parseShare(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && value <= 0.8) return value;
  throw new RangeError(`wanted a share from 0 to 0.8, got ${text}`);
}
