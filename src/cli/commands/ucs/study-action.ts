import { writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import {
  checkOnePixelSize,
  comparisonResults,
  runTableStudy,
  runUcsStudy,
  shiftedRmse,
  tableStudyReport,
  ucsReport,
  ucsResults,
  ucsStudySchema,
  type SettingComparison,
  type UcsStudyResult,
} from "../../../ucs/index.ts";
import type { CommandContext, CommandResult } from "../../command.ts";
import { readYaml } from "../../config/read-yaml.ts";
import { workerCount } from "../../flags.ts";
import { RUN_FILE, writeFolderAtomically } from "../../output-folder.ts";
import { startStage } from "../../progress.ts";
import { runRecord } from "../../run-record.ts";
import { textTable } from "../../../report/index.ts";
import type { ScaleFlags } from "../../../ucs/index.ts";
import { loadSpecimens, readTable } from "./train-action.ts";
import type { UcsAction } from "./ucs-action.ts";

/** `ucs study`: every normalisation at every setting of the microscope, on generated micrographs or a user's. */
export const studyAction: UcsAction = {
  flags: [
    "quick",
    "data",
    "target",
    "lot",
    "folds",
    "pixel-size",
    "resample",
    "seed",
    "workers",
    "out",
    "force",
  ],
  wanted: "one study (YAML) or table (CSV)",
  pathCount: [1, 1],
  run({ paths: [path], flags }, context) {
    return isTable(path) ? studyTable(path, flags, context) : studyGenerated(path, flags, context);
  },
};

/** What may be named where a study or images could be too. */
export function isTable(path: string): boolean {
  return /\.(csv|tsv|txt)$/i.test(path);
}

type Flags = Readonly<Record<string, unknown>>;

async function studyGenerated(recipe: string, flags: Flags, context: CommandContext): Promise<CommandResult> {
  const read = readYaml(recipe, ucsStudySchema);
  const config = { ...read, seed: (flags["seed"] as number | undefined) ?? read.seed };
  const isQuick = flags["quick"] === true;
  const out = (flags["out"] as string | undefined) ?? join("runs", config.name);
  const result = await writeFolderAtomically(out, { force: flags["force"] === true }, async (folder) => {
    const done = await runUcsStudy(config, {
      effort: isQuick ? config.quick : config.effort,
      workers: workerCount(flags),
      startStage: (title, total) => startStage(context.progress, title, total),
    });
    writeFileSync(join(folder, "results.json"), `${JSON.stringify(ucsResults(done), null, 2)}\n`);
    writeFileSync(join(folder, "report.html"), ucsReport(done));
    writeFileSync(join(folder, RUN_FILE), runRecord("ucs study", context.version, { config, isQuick }));
    return done;
  });
  const report = resolve(out, "report.html");
  return { text: studyText(result, report), json: { report, ...ucsResults(result) } };
}

async function studyTable(path: string, flags: Flags, context: CommandContext): Promise<CommandResult> {
  const { target = "strength", lot, data, folds: foldCount = 5, seed = 1, ...rest } = flags as TableFlags;
  const table = readTable(path, { target, ...(lot === undefined ? {} : { lot }) });
  const begin = (title: string, total: number) => startStage(context.progress, title, total);
  const loaded = await loadSpecimens(table, data ?? dirname(path), rest);
  checkOnePixelSize(
    loaded.flatMap(({ images }) => images),
    "compare settings",
  );
  const specimens = loaded.map((specimen, i) => {
    return { ...specimen, settings: table.specimens[i].images.map(({ setting }) => setting) };
  });
  const out = rest.out ?? join("runs", "ucs-table-study");
  const result = await writeFolderAtomically(out, { force: rest.force === true }, async (folder) => {
    const facts = { table: path, target: table.target, unit: table.unit, foldCount };
    const run = { seed, workers: workerCount(flags), startStage: begin };
    const done = await runTableStudy(specimens, facts, run);
    const results = JSON.stringify(comparisonResults(done.comparison), null, 2);
    writeFileSync(join(folder, "results.json"), `${results}\n`);
    writeFileSync(join(folder, "report.html"), tableStudyReport(done));
    writeFileSync(join(folder, RUN_FILE), runRecord("ucs study", context.version, { ...facts, seed }));
    return done;
  });
  const report = resolve(out, "report.html");
  const text = [comparisonText(result.comparison, result.unit ?? target), `Report: ${report}`].join("\n");
  return { text, json: { report, ...comparisonResults(result.comparison) } };
}

interface TableFlags extends ScaleFlags {
  readonly data?: string;
  readonly target?: string;
  readonly lot?: string;
  readonly folds?: number;
  readonly seed?: number;
  readonly out?: string;
  readonly force?: true;
}

function comparisonText({ pipelines, trusted }: SettingComparison, unit: string): string {
  const table = textTable(pipelines, [
    { heading: "descriptors", cell: ({ descriptors }) => descriptors },
    { heading: "normalisation", cell: ({ normalization }) => normalization },
    { heading: "R2 as trained", cell: ({ asTrained }) => asTrained.r2.value.toFixed(3), isNumber: true },
    { heading: `RMSE [${unit}]`, cell: ({ asTrained }) => asTrained.rmse.value.toFixed(2), isNumber: true },
    { heading: "shifted", cell: (one) => shiftedRmse(one).toFixed(2), isNumber: true },
    { heading: "drop", cell: ({ drop }) => drop.value.toFixed(2), isNumber: true },
    { heading: "slope", cell: (one) => one.intensitySlope.value.toFixed(1), isNumber: true },
    { heading: "probe", cell: (one) => one.probeAccuracy.value.toFixed(2), isNumber: true },
  ]);
  return [
    table,
    "",
    `Smallest error at shifted settings: ${trusted.descriptors} descriptors, normalisation ${trusted.normalization}`,
  ].join("\n");
}

function studyText({ comparison, learning, limits }: UcsStudyResult, report: string): string {
  const curve = textTable(learning, [
    { heading: "specimens", cell: ({ specimenCount }) => String(specimenCount), isNumber: true },
    { heading: "forest R2", cell: ({ forest }) => forest.r2.value.toFixed(2), isNumber: true },
    { heading: "network R2", cell: ({ network }) => network.r2.value.toFixed(2), isNumber: true },
  ]);
  const { ofLaw, ofForestOnTruth } = limits;
  return [
    comparisonText(comparison, "MPa"),
    "",
    curve,
    "",
    `R2 of the law itself ${ofLaw.toFixed(3)}, of a forest given the true microstructure ${ofForestOnTruth.toFixed(3)}`,
    `Report: ${report}`,
  ].join("\n");
}
