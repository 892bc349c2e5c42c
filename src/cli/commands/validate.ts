import { dirname } from "node:path";
import { counted, usageError } from "../../core/index.ts";
import { openCorpus } from "../../corpus/index.ts";
import {
  accuracyTable,
  calibrationTable,
  coverageClassTable,
  identificationText,
  listTable,
  loadCorpus,
  openInversion,
  planInversion,
  recipeOfCorpus,
  sampleSeedsOf,
  validateInversion,
  validateOnTable,
  scoreViewCorpus,
  validateParticleLists,
  viewTable,
  type ImageSet,
  type Inversion,
  type ListValidation,
  type ValidationResult,
  type ViewScore,
} from "../../inverse/index.ts";
import { defineCommand, type CommandContext, type CommandResult } from "../command.ts";
import { chooseEngine, ENGINE_FLAG } from "../engine-flag.ts";
import { MAX_MEMORY_FLAG, wholeNumber, WORKERS_FLAG } from "../flags.ts";
import { isTableName, readTableFile } from "../measured-table-file.ts";
import { particleDetectors } from "../particle-detectors.ts";
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
  flags: {
    particles: {
      value: "N",
      help: "find the particles of the first N images, and score what they say beside the network",
      parse: wholeNumber(10, 1_000_000),
    },
    engine: ENGINE_FLAG,
    workers: WORKERS_FLAG,
    maxMemory: MAX_MEMORY_FLAG,
  },
  example: "validate runs/model/model.onnx runs/held-out",
  async run({ arguments: { model, corpus: path }, flags }, context) {
    const device = await chooseEngine(flags, context.progress);
    const inversion = await openInversion(model, flags.workers, { device });
    try {
      const named = { model, path, inversion, listCount: flags.particles, workers: flags.workers };
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
  /** Images whose particles are found, too; none where undefined. */
  readonly listCount: number | undefined;
  readonly workers: number;
}

async function scoredOnTable(
  { model, path, inversion, listCount }: Scoring,
  { startStage }: CommandContext,
): Promise<CommandResult> {
  if (listCount !== undefined) {
    throw usageError(
      { action: "validate", where: path },
      "--particles scores a network of aggregates on a corpus",
      "a table",
    );
  }
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
  { model, path: folder, inversion, listCount, workers }: Scoring,
  context: CommandContext,
): Promise<CommandResult> {
  const { startStage } = context;
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
  const { outputs, ...result } = await validateInversion(inversion, data, startStage);
  const lists =
    listCount === undefined
      ? null
      : await listsOf(inversion, data, outputs, { count: listCount, workers, context });
  const tiltsDeg = plan.samples.views?.tiltsDeg;
  const views = tiltsDeg === undefined ? null : scoreViewCorpus(inversion.model, data, outputs, tiltsDeg);
  const isTrainingSeed = sampleSeedsOf(inversion.model).includes(plan.seed);
  const warning = isTrainingSeed
    ? "\nWarning: this corpus has a seed the model was trained with; its images may be the training images"
    : "";
  return {
    text: `${scoreText(result)}${tiltsDeg === undefined ? "" : viewText(views, tiltsDeg)}${lists === null ? "" : listText(lists)}${warning}`,
    json: {
      model,
      corpus: folder,
      isTrainingSeed,
      ...result,
      ...(views === null ? {} : { views }),
      ...(lists === null ? {} : { lists }),
    },
  };
}

/** The views of an aggregate together: above, each image counts as if it were of an aggregate of its own. */
function viewText(views: readonly ViewScore[] | null, tiltsDeg: readonly number[]): string {
  const head = `\n\nBy aggregate, views at ${tiltsDeg.join(", ")} degrees together; above, images of one aggregate are counted one by one`;
  if (views === null)
    return `${head}\nnone: the model is not calibrated for several views; heterostem calibrate MODEL makes one of it that is`;
  return `${head}\n${tableText(viewTable(views))}`;
}

/** What the detector that ships finds on the first images. */
async function listsOf(
  inversion: Inversion,
  data: ImageSet,
  outputs: ValidationResult["outputs"],
  {
    count,
    workers,
    context,
  }: { readonly count: number; readonly workers: number; readonly context: CommandContext },
): Promise<ListValidation> {
  const detectors = particleDetectors(undefined, workers, context);
  try {
    const { startStage } = context;
    const detector = detectors.openFor("haadf");
    return await validateParticleLists(inversion, data, outputs, { detector, count, startStage });
  } finally {
    await detectors.dispose();
  }
}

const listText = ({ imageCount, scores }: ListValidation): string =>
  `\n\nParticles found on ${counted(imageCount, "image")}, beside the network on the same images:\n${tableText(listTable(scores))}\n` +
  "bias in standard deviations of the prior; corrected, network and both by straight lines through the other half of the images";

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
