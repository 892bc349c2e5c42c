import { join } from "node:path";
import { writeFileSync } from "node:fs";
import { generateCorpus, type ColumnSummary } from "../../study/index.ts";
import type { CommandSpec } from "../command.ts";
import { FORCE_FLAG, OUT_FLAG, SEED_FLAG, wholeNumber, WORKERS_FLAG, workerCount } from "../flags.ts";
import { RUN_FILE, writeFolderAtomically } from "../output-folder.ts";
import { startStage } from "../progress.ts";
import { resolveStudy } from "../resolve-study.ts";
import { shortNumber, textTable } from "../text-table.ts";
import { runRecord } from "../run-record.ts";

/** `heterostem generate`: recipe to aggregates, images and labels on disk. */
export const generateCommand: CommandSpec = {
  name: "generate",
  summary: "Grow aggregates and image them: a corpus of images with their labels on disk",
  arguments: [{ name: "recipe", help: "study as YAML (default: configs/tio2-wo3.yaml)", isOptional: true }],
  flags: [
    {
      name: "count",
      value: "N",
      help: "number of samples (default: all of the recipe)",
      parse: wholeNumber(1, 1e7),
    },
    SEED_FLAG,
    WORKERS_FLAG,
    { ...OUT_FLAG, help: `${OUT_FLAG.help} (default: runs/corpus)` },
    FORCE_FLAG,
  ],
  example: "generate configs/tio2-wo3.yaml --count 200 --out runs/corpus",
  async run(input, context) {
    const config = resolveStudy(input, context);
    const { trainCount, validationCount, testCount } = config.corpus;
    const count = (input.flags["count"] as number | undefined) ?? trainCount + validationCount + testCount;
    const out = (input.flags["out"] as string | undefined) ?? "runs/corpus";
    const force = input.flags["force"] === true;
    const corpus = await writeFolderAtomically(out, { force }, async (folder) => {
      const generated = await generateCorpus(config, {
        folder,
        count,
        workers: workerCount(input.flags),
        heterostemVersion: context.version,
        startStage: (title, total) => startStage(context.progress, title, total),
      });
      writeFileSync(join(folder, RUN_FILE), runRecord("generate", context.version, { count, config }));
      return generated;
    });
    const { manifest, parameters, descriptors } = corpus;
    const text = [
      `${manifest.sampleCount} samples in ${out}; ${manifest.rejectedDraws} draws from the prior could not be realised`,
      "",
      summaryTable([...parameters, ...descriptors]),
    ].join("\n");
    return { text, json: { folder: out, ...manifest, parameters, descriptors } };
  },
};

function summaryTable(columns: readonly ColumnSummary[]): string {
  return textTable(columns, [
    { heading: "quantity", cell: (row) => (row.unit === "" ? row.label : `${row.label} [${row.unit}]`) },
    { heading: "5 %", cell: (row) => shortNumber(row.low), isNumber: true },
    { heading: "median", cell: (row) => shortNumber(row.median), isNumber: true },
    { heading: "95 %", cell: (row) => shortNumber(row.high), isNumber: true },
  ]);
}
