import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import {
  trainOnRecorded,
  trainOnSimulated,
  type HrtemStudyConfig,
  type HrtemTrainingResult,
  type TrainingPage,
  pixelSizes,
  readLabelled,
} from "../../../hrtem/index.ts";
import type { CommandContext } from "../../command.ts";
import { workerCount } from "../../flags.ts";
import type { NamedAction } from "../../named-action.ts";
import { RUN_FILE, writeFolderAtomically } from "../../output-folder.ts";
import { runRecord } from "../../run-record.ts";
import { UsageError } from "../../../core/index.ts";
import { openModelFolder } from "./model-folder.ts";
import { effortOf, pageOf, readRecipe, resultOf, workOf, writeTraining } from "./study-action.ts";

type Flags = Readonly<Record<string, unknown>>;

/** Share of own images that is held out. */
const HELD_OUT_SHARE = 0.25;
/** Flags that only make sense for own images. */
const OWN_FLAGS = ["pixel-size", "pixel-sizes", "config", "forest", "held-out"];

/** `hrtem train`: simulated or own images to a model. */
export const trainAction: NamedAction = {
  flags: ["quick", ...OWN_FLAGS, "seed", "workers", "out", "force"],
  wanted: "a recipe, a folder or HDF5 file of images with maps, or images and maps",
  pathCount: [1, 2],
  async run({ paths, flags }, context) {
    const isSimulated = isRecipe(paths[0]);
    const out = (flags["out"] as string | undefined) ?? join("runs", "hrtem-model");
    const foreign = isSimulated ? OWN_FLAGS.find((flag) => flags[flag] !== undefined) : undefined;
    if (foreign !== undefined) {
      throw new UsageError(`Cannot train: --${foreign} is for own images, got the recipe ${paths[0]}`);
    }
    const result = await writeFolderAtomically(out, { force: flags["force"] === true }, async (folder) => {
      const { config, done, page } = await (isSimulated ? trainSimulated : trainRecorded)(
        paths,
        flags,
        context,
      );
      writeTraining(folder, done, page);
      const { quick = false, forest = null } = flags;
      const settings = { paths, config, isQuick: quick, forest, counts: done.counts };
      writeFileSync(join(folder, RUN_FILE), runRecord("hrtem train", context.version, settings));
      return done;
    });
    return resultOf(result, out);
  },
};

/** Whether a path names a recipe and not images. */
export function isRecipe(path: string): boolean {
  return /\.(ya?ml|json)$/i.test(path);
}

interface Training {
  readonly config: HrtemStudyConfig;
  readonly done: HrtemTrainingResult;
  readonly page: TrainingPage;
}

async function trainSimulated(
  [path]: readonly string[],
  flags: Flags,
  context: CommandContext,
): Promise<Training> {
  const config = readRecipe(path, flags);
  const effort = { ...effortOf(config, flags), testFields: 0 };
  return {
    config,
    done: await trainOnSimulated({ config, effort }, workOf(flags, context)),
    page: pageOf(config),
  };
}

async function trainRecorded(
  paths: readonly string[],
  flags: Flags,
  context: CommandContext,
): Promise<Training> {
  const config = readRecipe(flags["config"] as string | undefined, flags);
  const forest = flags["forest"] as string | undefined;
  const given = forest === undefined ? null : await openModelFolder(forest, workerCount(flags));
  try {
    const training = {
      config,
      effort: effortOf(config, flags),
      heldOutShare: (flags["held-out"] as number | undefined) ?? HELD_OUT_SHARE,
      given,
      where: paths.join(", "),
    };
    const recorded = await readLabelled(paths, pixelSizes(flags));
    const done = await trainOnRecorded(recorded, training, workOf(flags, context));
    const name = paths.map((one) => basename(one)).join(", ");
    return {
      config,
      done,
      page: {
        title: `HRTEM: a model of ${name}`,
        data: `Recorded images with maps (${name}):`,
        isSimulated: false,
      },
    };
  } finally {
    await given?.regions.dispose();
  }
}
