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
import { CHECKPOINT_FLAGS, trainInto } from "../checkpoint-flags.ts";
import { defineCommand, type CommandContext } from "../command.ts";
import { warnOfField } from "../field-warning.ts";
import { finishedRun } from "../finished-run.ts";
import { MAX_MEMORY_FLAG, outputFlags, SEED_FLAG, WORKERS_FLAG } from "../flags.ts";
import { checkTrial, planOnRenderer, RENDERER_FLAG } from "../renderer-flag.ts";
import { keepSamples } from "../kept-samples.ts";
import { resolveRecipe } from "../resolve-recipe.ts";
import { FROM_FLAG, startModel } from "../start-model.ts";
import { studyText, writeStudy } from "../study-output.ts";
import { definedPart, usageError } from "../../core/index.ts";

/** `heterostem study`: a recipe to a calibrated model and the error analysis of everything it says. */
export const studyCommand = defineCommand({
  name: "study",
  summary: "Run a whole study: corpus, training, calibration, pools, error analysis, report",
  arguments: { recipe: { help: "recipe as YAML, such as configs/paper-study.yaml" } },
  flags: {
    quick: { help: "fewer images, one narrower network: a quarter of an hour on two cores" },
    from: FROM_FLAG,
    renderer: RENDERER_FLAG,
    seed: SEED_FLAG,
    ...CHECKPOINT_FLAGS,
    workers: WORKERS_FLAG,
    maxMemory: MAX_MEMORY_FLAG,
    ...outputFlags("runs/study"),
  },
  example: "study configs/paper-study.yaml --quick",
  async run({ arguments: { recipe }, flags }, context) {
    const { out, workers, from, renderer, resume } = flags;
    checkTrial("run study", { renderer, rival: resume ? "--resume" : null });
    const planned = planInversion(chosenRecipe(recipe, flags, context));
    const { plan, device } = await planOnRenderer(renderer, planned, { workers, progress: context.progress });
    const settings = { from, config: plan.recipe, ...definedPart({ renderer: device }) };
    const done = finishedRun(out, { ...flags, context, settings });
    if (done !== null) return done;
    const start = startModel(from);
    if (start.startModel !== undefined) checkStartModel(plan, start.startModel);
    const result = await trainInto(out, { flags, context, settings }, async (folder, checkpoints) => {
      context.progress.write(planText(plan));
      warnOfField(plan.recipe, context);
      const { trainCount, validationCount, testCount } = plan.counts;
      const sampleCount = trainCount + validationCount + testCount;
      const kept = await keepSamples(
        plan,
        { action: "run study", folder: checkpoints.samples, sampleCount, workers, device },
        context,
      );
      const study = await runInversionStudy(plan, {
        workers,
        startStage: checkpoints.startStage,
        heterostemVersion: context.version,
        ...start,
        kept,
        checkpoints: checkpoints.options,
      });
      writeStudy(folder, study);
      return study;
    });
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
    throw usageError(
      { action: "run study" },
      "--from wants the whole study",
      "--quick, whose network is narrower; leave one out",
    );
  }
  const whole = resolveRecipe({ recipe: path, seed }, context);
  return quick ? quickRecipe(whole) : whole;
}
