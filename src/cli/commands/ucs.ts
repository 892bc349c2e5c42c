import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  runUcsStudy,
  shiftedRmse,
  ucsReport,
  ucsResults,
  ucsStudySchema,
  type UcsStudyResult,
} from "../../ucs/index.ts";
import type { CommandSpec } from "../command.ts";
import { readYaml } from "../config/read-yaml.ts";
import { FORCE_FLAG, OUT_FLAG, SEED_FLAG, WORKERS_FLAG, workerCount } from "../flags.ts";
import { RUN_FILE, writeFolderAtomically } from "../output-folder.ts";
import { startStage } from "../progress.ts";
import { runRecord } from "../run-record.ts";
import { textTable } from "../text-table.ts";
import { UsageError } from "../usage-error.ts";

/** `heterostem ucs`: strength from micrographs, and what the microscope's settings do to it. */
export const ucsCommand: CommandSpec = {
  name: "ucs",
  summary:
    "Compare normalisations for predicting strength from micrographs taken at other microscope settings",
  arguments: [
    {
      name: "action",
      help: "study (RECIPE: generated micrographs, every normalisation at every setting, report)",
    },
    { name: "recipe", help: "study as YAML" },
  ],
  flags: [
    { name: "quick", help: "the recipe's small effort" },
    SEED_FLAG,
    WORKERS_FLAG,
    OUT_FLAG,
    FORCE_FLAG,
  ],
  example: "ucs study configs/ucs-synthetic.yaml --quick",
  async run({ arguments: words, flags }, context) {
    const [action, recipe] = words as readonly [string, string];
    if (action !== "study") throw new UsageError(`Cannot run ucs: action must be study, got ${action}`);
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
  },
};

function studyText({ pipelines, settings, trusted }: UcsStudyResult, report: string): string {
  const table = textTable(pipelines, [
    { heading: "normalisation", cell: ({ name }) => name },
    { heading: `R2 ${settings[0]}`, cell: ({ scores }) => scores[0].r2.value.toFixed(2), isNumber: true },
    { heading: "RMSE [MPa]", cell: ({ scores }) => scores[0].rmse.value.toFixed(2), isNumber: true },
    { heading: "RMSE shifted [MPa]", cell: (one) => shiftedRmse(one).toFixed(2), isNumber: true },
    { heading: "slope [MPa]", cell: (one) => one.intensitySlope.value.toFixed(1), isNumber: true },
    { heading: "probe", cell: (one) => one.probeAccuracy.value.toFixed(2), isNumber: true },
  ]);
  return [table, "", `Smallest error at shifted settings: ${trusted}`, `Report: ${report}`].join("\n");
}
