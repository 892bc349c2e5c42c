import { dirname, join, resolve } from "node:path";
import { definedPart, usageError } from "../../../core/index.ts";
import {
  checkOneLot,
  asTrainedTable,
  checkOnePixelSize,
  comparisonResults,
  learningTable,
  robustnessTable,
  runTableStudy,
  runUcsStudy,
  tableStudyReport,
  ucsReport,
  ucsResults,
  ucsStudySchema,
  type SettingComparison,
  type StrengthTable,
  type UcsStudyResult,
} from "../../../ucs/index.ts";
import {
  defineCommand,
  type CommandContext,
  type CommandResult,
  type FlagRecord,
  type FlagValues,
} from "../../command.ts";
import { RESUME_FLAG, trainInto } from "../../checkpoint-flags.ts";
import { readConfig } from "../../config/read-config.ts";
import { finishedRun } from "../../finished-run.ts";
import { FORCE_FLAG, imageRequest, OUT_FLAG, SEED_FLAG, WORKERS_FLAG } from "../../flags.ts";
import { writeFiles } from "../../write-files.ts";
import { tableText } from "../../../report/index.ts";
import { loadAllSpecimens } from "./load-specimens.ts";
import { TABLE_FLAGS } from "./table-flags.ts";
import { readTable } from "./train.ts";

const FLAGS = {
  quick: { help: "the recipe's small training budget" },
  ...TABLE_FLAGS,
  seed: SEED_FLAG,
  workers: WORKERS_FLAG,
  resume: RESUME_FLAG,
  out: { ...OUT_FLAG, help: `${OUT_FLAG.help} (default: runs/NAME of the recipe, or runs/ucs-table-study)` },
  force: FORCE_FLAG,
} satisfies FlagRecord;
type Flags = FlagValues<typeof FLAGS>;

/** Steps between two checkpoints of a network. */
const CHECKPOINT_EVERY = 100;

/** `heterostem ucs study`: every normalisation at every setting of the microscope, on generated micrographs or a user's. */
export const ucsStudy = defineCommand({
  name: "study",
  summary: "Compare normalisations at every setting, on generated micrographs or a table's",
  arguments: { source: { help: "recipe (YAML) of generated micrographs, or table (CSV) of images" } },
  flags: FLAGS,
  example: "ucs study configs/ucs-synthetic.yaml --quick",
  run({ arguments: { source }, flags }, context) {
    return isTable(source) ? studyTable(source, flags, context) : studyGenerated(source, flags, context);
  },
});

/** What may be named where a study or images could be too. */
export function isTable(path: string): boolean {
  return /\.(csv|tsv|txt)$/i.test(path);
}

async function studyGenerated(
  recipe: string,
  { seed, quick: isQuick, workers, force, resume, ...flags }: Flags,
  context: CommandContext,
): Promise<CommandResult> {
  const read = readConfig(recipe, ucsStudySchema, context);
  const config = { ...read, seed: seed ?? read.seed };
  const { out = join("runs", config.name) } = flags;
  const settings = { config, isQuick };
  const finished = finishedRun(out, { force, resume, context, settings });
  if (finished !== null) return finished;
  const budget = isQuick ? config.quick : config.budget;
  const { startStage } = context;
  const job = { flags: { force, resume, checkpointEvery: CHECKPOINT_EVERY }, context, settings };
  const result = await trainInto(out, job, async (folder, { optionsOf: checkpoints }) => {
    const done = await runUcsStudy(config, { budget, workers, startStage, checkpoints });
    writeFiles(folder, { "results.json": ucsResults(done), "report.html": ucsReport(done) });
    return done;
  });
  const report = resolve(out, "report.html");
  return { text: studyText(result, report), json: { report, ...ucsResults(result) } };
}

async function studyTable(path: string, flags: Flags, context: CommandContext): Promise<CommandResult> {
  const { target, lot, folds: foldCount, seed = 1, workers, force, resume } = flags;
  const { out = join("runs", "ucs-table-study") } = flags;
  const table = readTable(path, { target, ...definedPart({ lot }) });
  const facts = { table: path, target: table.target, unit: table.unit, foldCount };
  const settings = { ...facts, seed, lot, data: flags.data, images: imageRequest(flags) };
  const finished = finishedRun(out, { force, resume, context, settings });
  if (finished !== null) return finished;
  const { specimens, notes } = await withSettings(table, flags);
  const { startStage } = context;
  const job = { flags: { force, resume, checkpointEvery: CHECKPOINT_EVERY }, context, settings };
  const result = await trainInto(out, job, async (folder, { optionsOf: checkpoints }) => {
    const done = await runTableStudy(specimens, facts, { seed, workers, startStage, checkpoints });
    const results = comparisonResults(done.comparison);
    writeFiles(folder, { "results.json": results, "report.html": tableStudyReport(done) });
    return done;
  });
  const report = resolve(out, "report.html");
  const lines = [comparisonText(result.comparison, result.unit ?? target), `Report: ${report}`];
  const text = [...notes.map((note) => `note: ${note}`), ...lines].join("\n");
  return { text, json: { report, notes, ...comparisonResults(result.comparison) } };
}

/** The specimens of a table, each image with the setting of its microscope. */
async function withSettings(table: StrengthTable, flags: Flags) {
  if (flags.frame === "all") {
    throw usageError({ action: "compare settings" }, "each line of the table is one image", "--frame all");
  }
  const folder = flags.data ?? dirname(table.fileName);
  const { specimens: loaded, notes } = await loadAllSpecimens(table, folder, imageRequest(flags));
  const images = loaded.flatMap((specimen) => specimen.images);
  checkOnePixelSize(images, "compare settings");
  checkOneLot(images, "compare settings");
  const specimens = loaded.map((specimen, i) => {
    return { ...specimen, settings: table.specimens[i].images.map(({ setting }) => setting) };
  });
  return { specimens, notes };
}

function comparisonText(comparison: SettingComparison, unit: string): string {
  const { trusted } = comparison;
  return [
    tableText(asTrainedTable(comparison, unit)),
    "",
    tableText(robustnessTable(comparison, unit)),
    "",
    `★ smallest error at shifted settings: ${trusted.descriptors} descriptors, normalisation ${trusted.normalization}`,
  ].join("\n");
}

function studyText({ comparison, learning, limits }: UcsStudyResult, report: string): string {
  const { ofLaw, ofForestOnTruth } = limits;
  return [
    comparisonText(comparison, "MPa"),
    "",
    tableText(learningTable(learning, "MPa")),
    "",
    `R² of the law itself ${ofLaw.toFixed(3)}, of a forest given the true microstructure ${ofForestOnTruth.toFixed(3)}`,
    `Report: ${report}`,
  ].join("\n");
}
