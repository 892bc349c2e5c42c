import { rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { checkStartModel, quickRecipe, runStudy, studyResults } from "../../inverse/index.ts";
import { CHECKPOINT_FLAGS, openCheckpoints } from "../checkpoint-flags.ts";
import type { CommandSpec } from "../command.ts";
import { FORCE_FLAG, OUT_FLAG, SEED_FLAG, WORKERS_FLAG, workerCount } from "../flags.ts";
import { checkOutputFolder, RUN_FILE, writeFolderAtomically } from "../output-folder.ts";
import { startStage } from "../progress.ts";
import { resolveRecipe } from "../resolve-recipe.ts";
import { runRecord } from "../run-record.ts";
import { FROM_FLAG, startModel } from "../start-model.ts";
import { studyText, writeStudy } from "../study-output.ts";
import { UsageError } from "../../core/index.ts";

/** `heterostem study`: a recipe to a calibrated model and the error analysis of everything it says. */
export const studyCommand: CommandSpec = {
  name: "study",
  summary: "Run a whole study: corpus, training, calibration, pools, error analysis, report",
  arguments: [{ name: "recipe", help: "recipe as YAML, such as configs/paper-study.yaml" }],
  flags: [
    { name: "quick", help: "fewer images, one narrower network: a quarter of an hour on two cores" },
    FROM_FLAG,
    SEED_FLAG,
    ...CHECKPOINT_FLAGS,
    WORKERS_FLAG,
    { ...OUT_FLAG, help: `${OUT_FLAG.help} (default: runs/study)` },
    FORCE_FLAG,
  ],
  example: "study configs/paper-study.yaml --quick",
  async run(input, context) {
    const isQuick = input.flags["quick"] === true;
    if (isQuick && input.flags["from"] !== undefined) {
      throw new UsageError(
        "Cannot run study: --from wants the whole study, got --quick, whose network is narrower; leave one out",
      );
    }
    const whole = resolveRecipe(input, context);
    const config = isQuick ? quickRecipe(whole) : whole;
    const out = (input.flags["out"] as string | undefined) ?? "runs/study";
    const force = input.flags["force"] === true;
    checkOutputFolder(out, force);
    const start = startModel(input);
    if (start.startModel !== undefined) checkStartModel(config, start.startModel);
    const checkpoints = openCheckpoints(out, input);
    const result = await writeFolderAtomically(out, { force }, async (folder) => {
      const study = await runStudy(config, {
        workers: workerCount(input.flags),
        heterostemVersion: context.version,
        realImages: [],
        realPixelSizeNm: undefined,
        ...start,
        checkpoints: checkpoints.options,
        startStage: (title, total) => startStage(context.progress, title, total),
      });
      writeStudy(folder, study);
      writeFileSync(join(folder, RUN_FILE), runRecord("study", context.version, { config }));
      return study;
    });
    rmSync(checkpoints.folder, { recursive: true, force: true });
    const report = resolve(out, "report.html");
    return { text: studyText(result, report), json: { report, ...studyResults(result) } };
  },
};
