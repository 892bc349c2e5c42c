import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { openRandomStream, UsageError } from "../../../core/index.ts";
import {
  intervalText,
  MODEL_FILES,
  predictionsCsv,
  predictionNotes,
  predictStrength,
  readModelFacts,
  scoreStrength,
  type ModelSource,
  type StrengthPrediction,
  type StrengthSpecimen,
  loadImage,
  type ScaleFlags,
} from "../../../ucs/index.ts";
import { workerCount } from "../../flags.ts";
import { RUN_FILE, writeFolderAtomically } from "../../output-folder.ts";
import { runRecord } from "../../run-record.ts";
import { textTable } from "../../../report/index.ts";
import { imageFiles } from "../../../micrograph/index.ts";
import { isTable } from "./study-action.ts";
import { loadSpecimens, readTable } from "./train-action.ts";
import type { UcsAction } from "./ucs-action.ts";

interface PredictFlags extends ScaleFlags {
  readonly data?: string;
  readonly out?: string;
  readonly force?: true;
}

/** `ucs predict`: strengths of new images, with intervals. */
export const predictAction: UcsAction = {
  flags: ["data", "pixel-size", "resample", "workers", "out", "force"],
  wanted: "a model folder, then one table (CSV) or images",
  pathCount: [2, 100_000],
  async run({ paths: [folder, ...paths], flags }, context) {
    const chosen = flags as PredictFlags;
    const model = readModel(folder);
    const specimens = await unknownSpecimens(paths, model, chosen);
    const predictions = await predictStrength(model, specimens, workerCount(flags));
    const notes = predictionNotes(model.facts, specimens);
    const out = chosen.out ?? join("runs", "ucs-predicted");
    await writeFolderAtomically(out, { force: chosen.force === true }, async (target) => {
      writeFileSync(join(target, "predictions.csv"), predictionsCsv(predictions, model.facts));
      writeFileSync(join(target, RUN_FILE), runRecord("ucs predict", context.version, { folder, paths }));
      return Promise.resolve();
    });
    const known = specimens.flatMap(({ lot, strength }, i) =>
      Number.isNaN(strength) ? [] : [{ lot, truth: strength, predicted: predictions[i].predicted }],
    );
    const scores = known.length < 2 ? null : scoreStrength(openRandomStream(1, "ucs predict"), known);
    const lines = [
      predictionTable(predictions, model),
      ...notes.map((note) => `note: ${note}`),
      ...(scores === null
        ? []
        : [
            `Of ${known.length} known: RMSE ${intervalText(scores.rmse, 3)}, R2 ${intervalText(scores.r2, 3)}`,
          ]),
      `Predictions: ${join(out, "predictions.csv")}`,
    ];
    return { text: lines.join("\n"), json: { out, predictions, notes, scores } };
  },
};

function readModel(folder: string): ModelSource {
  const path = join(folder, MODEL_FILES.facts);
  if (!existsSync(path)) {
    throw new UsageError(
      `Cannot predict: wanted a model folder of ucs train, got no ${MODEL_FILES.facts} in ${folder}`,
    );
  }
  const facts = readModelFacts(readFileSync(path, "utf8"), path);
  const names = Object.values(MODEL_FILES).filter((name) => existsSync(join(folder, name)));
  return {
    facts,
    where: folder,
    files: Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name))])),
  };
}

/** Specimens of a table, or one for every image. */
async function unknownSpecimens(
  paths: readonly string[],
  { facts }: ModelSource,
  flags: PredictFlags,
): Promise<StrengthSpecimen[]> {
  const [first] = paths;
  if (paths.length === 1 && isTable(first)) {
    const table = readTable(first, { target: facts.target, isTargetNeeded: false });
    return loadSpecimens(table, flags.data ?? dirname(resolve(first)), flags);
  }
  const specimens: StrengthSpecimen[] = [];
  for (const file of paths.flatMap(imageFiles)) {
    const image = await loadImage(file, file, flags);
    const unknown = { lot: file, strength: NaN };
    specimens.push({ name: file, ...unknown, images: [{ ...image, ...unknown }] });
  }
  return specimens;
}

function predictionTable(predictions: readonly StrengthPrediction[], { facts }: ModelSource): string {
  const suffix = facts.unit === null ? "" : ` [${facts.unit}]`;
  return textTable(predictions, [
    { heading: "specimen", cell: ({ name }) => name },
    { heading: "images", cell: ({ imageCount }) => String(imageCount), isNumber: true },
    {
      heading: `${facts.target}${suffix}`,
      cell: ({ predicted }) => predicted.toFixed(3),
      isNumber: true,
    },
    {
      heading: "90 % interval",
      cell: ({ low, high }) => `${low.toFixed(3)} to ${high.toFixed(3)}`,
    },
  ]);
}
