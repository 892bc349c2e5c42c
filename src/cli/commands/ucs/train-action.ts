import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import {
  checkOnePixelSize,
  pairsCsv,
  readStrengthTable,
  trainingReport,
  trainStrengthModel,
  intervalText,
  type ModelChoice,
  type StrengthImage,
  type StrengthSpecimen,
  type StrengthTable,
  type TableOptions,
  type TrainedModel,
  loadImage,
  type ScaleFlags,
} from "../../../ucs/index.ts";
import { workerCount } from "../../flags.ts";
import { RUN_FILE, writeFolderAtomically } from "../../output-folder.ts";
import { startStage } from "../../progress.ts";
import { runRecord } from "../../run-record.ts";
import { textTable } from "../../../report/index.ts";
import { UsageError } from "../../../core/index.ts";
import type { UcsAction } from "./ucs-action.ts";

interface TrainFlags extends ScaleFlags {
  readonly data?: string;
  readonly target?: string;
  readonly lot?: string;
  readonly model?: ModelChoice["kind"];
  readonly normalize?: ModelChoice["normalization"];
  readonly descriptors?: ModelChoice["descriptors"];
  readonly folds?: number;
  readonly steps?: number;
  readonly curve?: true;
  readonly seed?: number;
  readonly out?: string;
  readonly force?: true;
}

/** Edge of the squares that a network sees [px]. */
const NETWORK_EDGE_PX = 64;

/** `ucs train`: a model of strength from a table of images. */
export const trainAction: UcsAction = {
  flags: [
    "data",
    "target",
    "lot",
    "model",
    "normalize",
    "descriptors",
    "folds",
    "steps",
    "curve",
    "pixel-size",
    "resample",
    "seed",
    "workers",
    "out",
    "force",
  ],
  wanted: "one table (CSV)",
  pathCount: [1, 1],
  async run({ paths: [path], flags }, context) {
    const chosen = flags as TrainFlags;
    const { target: column = "strength", lot } = chosen;
    const table = readTable(path, { target: column, ...(lot === undefined ? {} : { lot }) });
    const begin = (title: string, total: number) => startStage(context.progress, title, total);
    const stage = begin("Reading images", 0);
    const specimens = await loadSpecimens(table, chosen.data ?? dirname(path), chosen);
    checkOnePixelSize(
      specimens.flatMap(({ images }) => images),
      "train",
    );
    stage.finish(`${specimens.length} specimens`);
    const choice: ModelChoice = {
      kind: chosen.model ?? "forest",
      normalization: chosen.normalize ?? "z-score",
      descriptors: chosen.descriptors ?? "all",
      foldCount: chosen.folds ?? 5,
      seed: chosen.seed ?? 1,
      workers: workerCount(flags),
      network: { edgePx: NETWORK_EDGE_PX, steps: chosen.steps ?? 1000 },
    };
    const out = chosen.out ?? join("runs", "ucs-model");
    const result = await writeFolderAtomically(out, { force: chosen.force === true }, async (folder) => {
      const target = { name: table.target, unit: table.unit };
      const job = { where: path, startStage: begin, hasCurve: chosen.curve === true };
      const trained = await trainStrengthModel(specimens, target, choice, job);
      for (const [name, bytes] of Object.entries(trained.files)) writeFileSync(join(folder, name), bytes);
      writeFileSync(join(folder, "predicted.csv"), pairsCsv(trained));
      writeFileSync(
        join(folder, "report.html"),
        trainingReport(trained, { table: path, model: out, choice, examples: acrossRange(specimens) }),
      );
      writeFileSync(join(folder, RUN_FILE), runRecord("ucs train", context.version, { table: path, choice }));
      return trained;
    });
    const report = resolve(out, "report.html");
    return { text: trainText(result, out, report), json: { out, report, ...result.facts } };
  },
};

/** Four specimens from the smallest to the largest number. */
function acrossRange(specimens: readonly StrengthSpecimen[]): StrengthSpecimen[] {
  const sorted = specimens.toSorted((a, b) => a.strength - b.strength);
  const places = [0, 1 / 3, 2 / 3, 1].map((share) => Math.round(share * (sorted.length - 1)));
  return [...new Set(places)].map((place) => sorted[place]);
}

/** Reads a table, or says in the house's words why not. */
export function readTable(path: string, options: Omit<TableOptions, "fileName">): StrengthTable {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code === "ENOENT" ? "no such file" : String(cause);
    throw new UsageError(`Cannot read strengths: wanted a table (CSV), got ${reason} (${path})`, { cause });
  }
  return readStrengthTable(text, { ...options, fileName: path });
}

/** Reads all images of a table; their paths begin at the folder. */
export async function loadSpecimens(
  { specimens, fileName }: StrengthTable,
  folder: string,
  flags: ScaleFlags,
): Promise<StrengthSpecimen[]> {
  const loaded: StrengthSpecimen[] = [];
  for (const { name, lot, strength, images } of specimens) {
    const own: StrengthImage[] = [];
    for (const { image, line } of images) {
      const read = await loadImage(resolve(folder, image), `${image}, ${fileName} line ${line}`, flags);
      own.push({ ...read, lot, strength });
    }
    loaded.push({ name, lot, strength, images: own });
  }
  return loaded;
}

function trainText({ facts, importance }: TrainedModel, out: string, report: string): string {
  const { scores, chance, gain, unit, target, halfWidth, coverage } = facts;
  const suffix = unit === null ? "" : ` [${unit}]`;
  const rows = [
    { name: `RMSE${suffix}`, of: "rmse", digits: 3 },
    { name: `MAE${suffix}`, of: "mae", digits: 3 },
    { name: "MAPE", of: "mape", digits: 3 },
    { name: "R2", of: "r2", digits: 3 },
  ] as const;
  const table = textTable(rows, [
    { heading: `${target}, lots held out (95 %)`, cell: ({ name }) => name },
    { heading: facts.kind, cell: ({ of, digits }) => intervalText(scores[of], digits), isNumber: true },
    {
      heading: "mean of the other lots",
      cell: ({ of, digits }) => intervalText(chance[of], digits),
      isNumber: true,
    },
  ]);
  return [
    `${facts.specimenCount} specimens of ${facts.lotCount} lots, ${facts.imageCount} images`,
    table,
    `RMSE gained over the mean: ${intervalText(gain, 3)}`,
    `Interval of a prediction: +- ${halfWidth.toFixed(3)}${suffix}; it held ${(100 * coverage).toFixed(0)} % of specimens held out (90 % meant)`,
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
