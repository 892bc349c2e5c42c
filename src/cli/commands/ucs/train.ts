import { dirname, resolve } from "node:path";
import {
  checkOneLot,
  checkOnePixelSize,
  heldOutTable,
  NORMALIZATION_NAMES,
  pairTable,
  readStrengthTable,
  trainingReport,
  trainStrengthModel,
  type ModelChoice,
  type StrengthSpecimen,
  type StrengthTable,
  type TableOptions,
  type TrainedModel,
} from "../../../ucs/index.ts";
import { RESUME_FLAG, trainInto } from "../../checkpoint-flags.ts";
import { defineCommand, type FlagRecord, type FlagValues } from "../../command.ts";
import { finishedRun } from "../../finished-run.ts";
import { imageRequest, outputFlags, SEED_FLAG, wholeNumber, WORKERS_FLAG } from "../../flags.ts";
import { writeFiles } from "../../write-files.ts";
import { intervalText, tableCsv, tableText, unitText } from "../../../report/index.ts";
import { counted, definedPart, type StartStage } from "../../../core/index.ts";
import type { ImageRequest } from "../../../micrograph/index.ts";
import { loadAllSpecimens, type LoadedSpecimens } from "./load-specimens.ts";
import { TABLE_FLAGS } from "./table-flags.ts";
import { readInput } from "../../read-input.ts";

/** Edge of the squares that a network sees [px]. */
const NETWORK_EDGE_PX = 64;

/** Steps between two checkpoints. */
const CHECKPOINT_EVERY = 100;

/** What is learnt, from what, and by what. */
const LEARNER_FLAGS = {
  ...TABLE_FLAGS,
  model: {
    value: "KIND",
    help: "forest on descriptors or cnn on pixels",
    choices: ["forest", "cnn"] as const,
    default: "forest",
  },
  normalize: {
    value: "NAME",
    help: "normalisation of the images",
    choices: NORMALIZATION_NAMES,
    default: "z-score",
  },
  descriptors: {
    value: "SET",
    help: "those of structure do not see brightness",
    choices: ["all", "structure"] as const,
    default: "all",
  },
  steps: {
    value: "N",
    help: "training steps of a cnn",
    parse: wholeNumber(12, 1e6),
    default: 1000,
  },
  seed: { ...SEED_FLAG, help: "seed of all random streams", default: 1 },
} satisfies FlagRecord;

/** `heterostem ucs train`: a model of strength from a table of images. */
export const ucsTrain = defineCommand({
  name: "train",
  summary: "Train a model of strength on a table of images",
  arguments: { table: { help: "table (CSV) with the columns image and strength" } },
  flags: {
    ...LEARNER_FLAGS,
    curve: { help: "add a learning curve, forest against cnn; takes several trainings" },
    workers: WORKERS_FLAG,
    resume: RESUME_FLAG,
    ...outputFlags("runs/ucs-model"),
  },
  example: "ucs train my-images/strengths.csv --out runs/ucs-model",
  async run({ arguments: { table: path }, flags }, context) {
    const { out, data = dirname(path), target, lot, workers, curve: hasCurve } = flags;
    const table = readTable(path, { target, ...definedPart({ lot }) });
    const request = imageRequest(flags);
    const learner = learnerOf(flags);
    const settings = {
      table: path,
      target: table.target,
      lot,
      data,
      images: request,
      hasCurve,
      choice: learner,
    };
    const done = finishedRun(out, { ...flags, context, settings });
    if (done !== null) return done;
    const choice: ModelChoice = { ...learner, workers };
    const { trained: result, notes } = await trainInto(
      out,
      { flags: { ...flags, checkpointEvery: CHECKPOINT_EVERY }, context, settings },
      async (folder, { startStage, optionsOf: checkpoints }) => {
        const { specimens, notes: read } = await readSpecimens(table, data, request, startStage);
        const learnt = { name: table.target, unit: table.unit };
        const job = { where: path, startStage, hasCurve, checkpoints };
        const trained = await trainStrengthModel(specimens, learnt, choice, job);
        const page = { table: path, model: out, choice, examples: acrossRange(specimens) };
        writeFiles(folder, {
          ...trained.files,
          "predicted.csv": tableCsv(pairTable(trained)),
          "report.html": trainingReport(trained, page),
        });
        return { trained, notes: read };
      },
    );
    const report = resolve(out, "report.html");
    const text = [...notes.map((note) => `note: ${note}`), trainText(result, out, report)].join("\n");
    return { text, json: { out, report, notes, ...result.facts } };
  },
});

/** What is trained, as the flags say; how many threads do it is no part of that. */
function learnerOf(flags: FlagValues<typeof LEARNER_FLAGS>): Omit<ModelChoice, "workers"> {
  return {
    kind: flags.model,
    normalization: flags.normalize,
    descriptors: flags.descriptors,
    foldCount: flags.folds,
    seed: flags.seed,
    network: { edgePx: NETWORK_EDGE_PX, steps: flags.steps },
  };
}

async function readSpecimens(
  table: StrengthTable,
  folder: string,
  request: ImageRequest,
  startStage: StartStage,
): Promise<LoadedSpecimens> {
  const stage = startStage("Reading images", 0);
  const loaded = await loadAllSpecimens(table, folder, request);
  const images = loaded.specimens.flatMap((specimen) => specimen.images);
  checkOnePixelSize(images, "train");
  checkOneLot(images, "train");
  stage.finish(counted(loaded.specimens.length, "specimen"));
  return loaded;
}

/** Four specimens from the smallest to the largest number. */
function acrossRange(specimens: readonly StrengthSpecimen[]): StrengthSpecimen[] {
  const sorted = specimens.toSorted((a, b) => a.strength - b.strength);
  const places = [0, 1 / 3, 2 / 3, 1].map((share) => Math.round(share * (sorted.length - 1)));
  return [...new Set(places)].map((place) => sorted[place]);
}

/** Reads a table, or says in the house's words why not. */
export function readTable(path: string, options: Omit<TableOptions, "fileName">): StrengthTable {
  const text = readInput(path, "read strengths", "wanted a table (CSV)").toString("utf8");
  return readStrengthTable(text, { ...options, fileName: path });
}

function trainText({ facts, importance }: TrainedModel, out: string, report: string): string {
  const { gain, unit, halfWidth, coverage } = facts;
  return [
    `${counted(facts.specimenCount, "specimen")} of ${counted(facts.lotCount, "lot")}, ${counted(facts.imageCount, "image")}`,
    tableText(heldOutTable(facts)),
    `RMSE gained over the mean: ${intervalText(gain)}${unitText(unit)}`,
    `Interval of a prediction: ± ${halfWidth.toFixed(3)}${unitText(unit)}; it held ${(100 * coverage).toFixed(0)} % of specimens held out (90 % meant)`,
    ...(importance.length === 0
      ? []
      : [
          `Leans most on: ${importance
            .slice(0, 5)
            .map(({ name, share }) => `${name} ${share.toFixed(2)}`)
            .join(", ")}`,
        ]),
    `Model: ${out}`,
    `Report: ${report}`,
  ].join("\n");
}
