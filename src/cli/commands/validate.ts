import { dirname } from "node:path";
import { counted, usageError } from "../../core/index.ts";
import { openCorpus } from "../../corpus/index.ts";
import {
  accuracyTable,
  calibrationTable,
  coverageClassTable,
  identificationText,
  loadCorpus,
  openInversion,
  planInversion,
  recipeOfCorpus,
  sampleSeedsOf,
  validateInversion,
  validateOnTable,
  type Inversion,
  type ValidationResult,
} from "../../inverse/index.ts";
import { defineCommand, type CommandContext, type CommandResult } from "../command.ts";
import { MAX_MEMORY_FLAG, WORKERS_FLAG } from "../flags.ts";
import { isTableName, readTableFile } from "../measured-table-file.ts";
import { tableText } from "../../report/index.ts";

/** `heterostem validate`: model and images it has not seen to scores. */
export const validateCommand = defineCommand({
  name: "validate",
  summary: "Score a model on images it has not seen: errors, calibration, baselines",
  arguments: {
    model: { help: "model.onnx that heterostem train wrote" },
    corpus: {
      help:
        "folder that heterostem generate wrote, with another seed than the training corpus; for a model that was trained on a table, " +
        "a table (.csv) of other images",
    },
  },
  flags: { workers: WORKERS_FLAG, maxMemory: MAX_MEMORY_FLAG },
  example: "validate runs/model/model.onnx runs/held-out",
  async run({ arguments: { model, corpus: path }, flags }, context) {
    const inversion = await openInversion(model, flags.workers);
    try {
      const named = { model, path, inversion };
      return await (isTableName(path) ? scoredOnTable : scoredOnCorpus)(named, context);
    } finally {
      await inversion.network.dispose();
    }
  },
});

/** A network, and what it is scored on. */
interface Scoring {
  /** File of the model. */
  readonly model: string;
  /** Corpus or table. */
  readonly path: string;
  readonly inversion: Inversion;
}

async function scoredOnTable(
  { model, path, inversion }: Scoring,
  { startStage }: CommandContext,
): Promise<CommandResult> {
  const { targets } = inversion.model;
  const table = readTableFile(
    path,
    targets.map(({ key }) => key),
  );
  const scored = await validateOnTable(inversion, table, { folder: dirname(path), startStage });
  const { outputs: _, knownCount, ...result } = scored;
  const warning =
    knownCount === 0
      ? ""
      : `\nWarning: the model was made with ${knownCount} of these images; on them it does better than on others`;
  return { text: `${scoreText(result)}${warning}`, json: { model, table: path, knownCount, ...result } };
}

async function scoredOnCorpus(
  { model, path: folder, inversion }: Scoring,
  { startStage }: CommandContext,
): Promise<CommandResult> {
  if (inversion.model.measured !== null) {
    throw usageError(
      { action: "validate", where: folder },
      "a model that was trained on a table is scored on a table (.csv)",
      "no table",
    );
  }
  const corpus = openCorpus(folder);
  const plan = planInversion(recipeOfCorpus(corpus.manifest, folder));
  const { input, lengths } = inversion.model;
  const data = await loadCorpus(corpus, plan, {
    scale: input.scale,
    lengths,
    hasAggregates: true,
    startStage,
  });
  const { outputs: _, ...result } = await validateInversion(inversion, data, startStage);
  const isTrainingSeed = sampleSeedsOf(inversion.model).includes(plan.seed);
  const warning = isTrainingSeed
    ? "\nWarning: this corpus has a seed the model was trained with; its images may be the training images"
    : "";
  return {
    text: `${scoreText(result)}${warning}`,
    json: { model, corpus: folder, isTrainingSeed, ...result },
  };
}

function scoreText(result: Omit<ValidationResult, "outputs">): string {
  const identified = result.identification === null ? "" : `${identificationText(result.identification)}\n\n`;
  const scores = [accuracyTable, calibrationTable].map((of) => tableText(of(result.scores))).join("\n\n");
  const classes =
    result.classes.length === 0
      ? ""
      : `\n\n${tableText(coverageClassTable(result.classes))}\nmean over all quantities; thirds of the images`;
  return (
    `${counted(result.imageCount, "image")}, ${(100 * result.outOfDistributionShare).toFixed(1)} % called out of distribution ` +
    `(wanted ${Number((100 * result.wantedFalseAlarmRate).toPrecision(2))} %), joint calibration (TARP) p ${result.tarpP.toFixed(2)}; neighbours among the other images\n\n${identified}${scores}${classes}`
  );
}
