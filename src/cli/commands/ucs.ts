import { DESCRIPTOR_SETS, NORMALIZATION_NAMES } from "../../ucs/index.ts";
import type { CommandSpec } from "../command.ts";
import {
  FORCE_FLAG,
  OUT_FLAG,
  PIXEL_SIZE_FLAG,
  positiveNumber,
  SEED_FLAG,
  wholeNumber,
  WORKERS_FLAG,
} from "../flags.ts";
import { UsageError } from "../../core/index.ts";
import { predictAction } from "./ucs/predict-action.ts";
import { studyAction } from "./ucs/study-action.ts";
import { trainAction } from "./ucs/train-action.ts";
import type { UcsAction } from "./ucs/ucs-action.ts";

const ACTIONS: Readonly<Record<string, UcsAction>> = {
  train: trainAction,
  predict: predictAction,
  study: studyAction,
};

/** `heterostem ucs`: strength from micrographs, and what the microscope's settings do to it. */
export const ucsCommand: CommandSpec = {
  name: "ucs",
  summary:
    "Predict strength, or another number, from micrographs; compare normalisations at other microscope settings",
  arguments: [
    {
      name: "action",
      help:
        "train (TABLE: a model from images and strengths), predict (MODEL TABLE | MODEL IMAGE...: strengths with intervals), " +
        "study (RECIPE | TABLE: every normalisation at every setting of the microscope, on generated micrographs or on yours, report)",
    },
    { name: "path", help: "what the action works on", isVariadic: true },
  ],
  flags: [
    { name: "quick", help: "study: the recipe's small effort" },
    {
      name: "data",
      value: "FOLDER",
      help: "where the table's image paths begin (default: the table's folder)",
    },
    { name: "target", value: "COLUMN", help: "train, study: column that is learnt (default: strength)" },
    {
      name: "lot",
      value: "COLUMN",
      help: "train, study: column whose values are held out together; image holds out image by image (default: lot, else specimen)",
    },
    {
      name: "model",
      value: "KIND",
      help: "train: forest on descriptors, or cnn on pixels (default: forest)",
      parse: oneOf(["forest", "cnn"]),
    },
    {
      name: "normalize",
      value: "NAME",
      help: `train: ${NORMALIZATION_NAMES.join(", ")} (default: z-score)`,
      parse: oneOf(NORMALIZATION_NAMES),
    },
    {
      name: "descriptors",
      value: "SET",
      help: "train: all, or structure alone, which does not see brightness (default: all)",
      parse: oneOf(Object.keys(DESCRIPTOR_SETS)),
    },
    {
      name: "folds",
      value: "N",
      help: "train, study: parts that lots are dealt into for scoring; as many as lots leaves each out in turn (default: 5)",
      parse: wholeNumber(2, 1000),
    },
    {
      name: "steps",
      value: "N",
      help: "train: training steps of a cnn (default: 1000)",
      parse: wholeNumber(12, 1e6),
    },
    { name: "curve", help: "train: add a learning curve, forest against cnn; takes several trainings" },
    PIXEL_SIZE_FLAG,
    {
      name: "resample",
      value: "NM",
      help: "pixel size that all images are brought to",
      parse: positiveNumber("nm"),
    },
    SEED_FLAG,
    WORKERS_FLAG,
    OUT_FLAG,
    FORCE_FLAG,
  ],
  example: "ucs study configs/ucs-synthetic.yaml --quick",
  run(input, context) {
    const [name, paths] = input.arguments as readonly [string, readonly string[]];
    const action = ACTIONS[name];
    if (action === undefined) {
      const known = Object.keys(ACTIONS).join(", ");
      throw new UsageError(`Cannot run ucs: action must be one of ${known}, got ${name}`);
    }
    const foreign = Object.keys(input.flags).find((flag) => !action.flags.includes(flag));
    if (foreign !== undefined)
      throw new UsageError(`Cannot ${name}: --${foreign} does not belong to ucs ${name}`);
    const [min, max] = action.pathCount;
    if (paths.length < min || paths.length > max) {
      throw new UsageError(`Cannot ${name}: wanted ${action.wanted}, got ${paths.length} paths`);
    }
    return action.run({ paths, flags: input.flags }, context);
  },
};

function oneOf(names: readonly string[]): (text: string) => string {
  return (text) => {
    if (names.includes(text)) return text;
    throw new RangeError(`wanted one of ${names.join(", ")}, got ${text}`);
  };
}
