import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  runUcsStudy,
  shiftedRmse,
  ucsReport,
  ucsResults,
  ucsStudySchema,
  type UcsStudyResult,
} from "../../../ucs/index.ts";
import { readYaml } from "../../config/read-yaml.ts";
import { workerCount } from "../../flags.ts";
import { RUN_FILE, writeFolderAtomically } from "../../output-folder.ts";
import { startStage } from "../../progress.ts";
import { runRecord } from "../../run-record.ts";
import { textTable } from "../../text-table.ts";
import type { UcsAction } from "./ucs-action.ts";

/** `ucs study`: generated micrographs, every normalisation at every setting of the microscope. */
export const studyAction: UcsAction = {
  flags: ["quick", "seed", "workers", "out", "force"],
  wanted: "one study (YAML)",
  pathCount: [1, 1],
  async run({ paths: [recipe], flags }, context) {
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

function studyText({ pipelines, learning, limits, trusted }: UcsStudyResult, report: string): string {
  const table = textTable(pipelines, [
    { heading: "descriptors", cell: ({ descriptors }) => descriptors },
    { heading: "normalisation", cell: ({ normalization }) => normalization },
    { heading: "R2 as trained", cell: ({ asTrained }) => asTrained.r2.value.toFixed(3), isNumber: true },
    { heading: "RMSE [MPa]", cell: ({ asTrained }) => asTrained.rmse.value.toFixed(2), isNumber: true },
    { heading: "RMSE shifted [MPa]", cell: (one) => shiftedRmse(one).toFixed(2), isNumber: true },
    { heading: "drop [MPa]", cell: ({ drop }) => drop.value.toFixed(2), isNumber: true },
    { heading: "slope [MPa]", cell: (one) => one.intensitySlope.value.toFixed(1), isNumber: true },
    { heading: "probe", cell: (one) => one.probeAccuracy.value.toFixed(2), isNumber: true },
  ]);
  const curve = textTable(learning, [
    { heading: "specimens", cell: ({ specimenCount }) => String(specimenCount), isNumber: true },
    { heading: "forest R2", cell: ({ forest }) => forest.r2.value.toFixed(2), isNumber: true },
    { heading: "network R2", cell: ({ network }) => network.r2.value.toFixed(2), isNumber: true },
  ]);
  const { ofLaw, ofForestOnTruth } = limits;
  return [
    table,
    "",
    curve,
    "",
    `R2 of the law itself ${ofLaw.toFixed(3)}, of a forest given the true microstructure ${ofForestOnTruth.toFixed(3)}`,
    `Smallest error at shifted settings: ${trusted.descriptors} descriptors, ${trusted.normalization}`,
    `Report: ${report}`,
  ].join("\n");
}
