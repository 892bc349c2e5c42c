import { resolve } from "node:path";
import {
  checkStartModel,
  planInversion,
  planText,
  quickRecipe,
  runInversionStudy,
  studyResults,
  type InversionRecipe,
} from "../../inverse/index.ts";
import { CHECKPOINT_FLAGS, openCheckpoints } from "../checkpoint-flags.ts";
import { defineCommand, type CommandContext } from "../command.ts";
import { warnOfField } from "../field-warning.ts";
import { outputFlags, SEED_FLAG, WORKERS_FLAG } from "../flags.ts";
import { checkOutputFolder } from "../output-folder.ts";
import { resolveRecipe } from "../resolve-recipe.ts";
import { runInto } from "../run-into.ts";
import { FROM_FLAG, startModel } from "../start-model.ts";
import { studyText, writeStudy } from "../study-output.ts";
import { UsageError } from "../../core/index.ts";

/** `heterostem study`: a recipe to a calibrated model and the error analysis of everything it says. */
export const studyCommand = defineCommand({
  name: "study",
  summary: "Run a whole study: corpus, training, calibration, pools, error analysis, report",
  arguments: { recipe: { help: "recipe as YAML, such as configs/paper-study.yaml" } },
  flags: {
    quick: { help: "fewer images, one narrower network: a quarter of an hour on two cores" },
    from: FROM_FLAG,
    seed: SEED_FLAG,
    ...CHECKPOINT_FLAGS,
    workers: WORKERS_FLAG,
    ...outputFlags("runs/study"),
  },
  example: "study configs/paper-study.yaml --quick",
  async run({ arguments: { recipe }, flags }, context) {
    const plan = planInversion(chosenRecipe(recipe, flags, context));
    const { out, force, workers } = flags;
    checkOutputFolder(out, force);
    const start = startModel(flags.from);
    if (start.startModel !== undefined) checkStartModel(plan, start.startModel);
    const checkpoints = openCheckpoints(out, flags, context);
    context.progress.write(planText(plan));
    warnOfField(plan.recipe, context);
    const settings = { config: plan.recipe };
    const result = await runInto(out, { force, context, settings }, async (folder) => {
      const study = await runInversionStudy(plan, {
        workers,
        startStage: checkpoints.startStage,
        heterostemVersion: context.version,
        realImages: [],
        realPixelSizeNm: undefined,
        ...start,
        checkpoints: checkpoints.options,
      });
      writeStudy(folder, study);
      return study;
    });
    checkpoints.discard();
    const report = resolve(out, "report.html");
    return { text: studyText(result, report), json: { report, ...studyResults(result) } };
  },
});

interface StudyFlags {
  readonly quick: boolean;
  readonly from: string | undefined;
  readonly seed: number | undefined;
}

/** The whole recipe, or its quick one, which begins with weights of its own. */
function chosenRecipe(
  path: string,
  { quick, from, seed }: StudyFlags,
  context: CommandContext,
): InversionRecipe {
  if (quick && from !== undefined) {
    throw new UsageError(
      "Cannot run study: --from wants the whole study, got --quick, whose network is narrower; leave one out",
    );
  }
  const whole = resolveRecipe({ recipe: path, seed }, context);
  return quick ? quickRecipe(whole) : whole;
}
