import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { openRandomStream, usageError } from "../../../core/index.ts";
import {
  boundNotes,
  imageCheck,
  MODEL_FILES,
  predictionNotes,
  predictionReport,
  predictionTable,
  predictStrength,
  readModelFacts,
  scoreStrength,
  type ModelSource,
  type StrengthPrediction,
  type StrengthSpecimen,
} from "../../../ucs/index.ts";
import { defineCommand, type FlagValues } from "../../command.ts";
import { imageRequest, outputFlags, WORKERS_FLAG } from "../../flags.ts";
import { runInto } from "../../run-into.ts";
import { writeFiles } from "../../write-files.ts";
import { intervalText, tableCsv, tableText } from "../../../report/index.ts";
import {
  eachFrame,
  filledImage,
  imageFiles,
  sharedNotes,
  type ImageFile,
} from "../../../micrograph/index.ts";
import { isTable } from "./study.ts";
import { TABLE_IMAGE_FLAGS } from "./table-flags.ts";
import { loadSpecimens, type LoadedSpecimens } from "./load-specimens.ts";
import { readTable } from "./train.ts";

/** `heterostem ucs predict`: strengths of new images, with intervals. */
export const ucsPredict = defineCommand({
  name: "predict",
  summary: "Predict strengths of new images, with intervals",
  arguments: {
    model: { help: "folder that ucs train wrote" },
    images: { help: "one table (CSV), or images and folders of them", isVariadic: true },
  },
  flags: {
    ...TABLE_IMAGE_FLAGS,
    workers: WORKERS_FLAG,
    ...outputFlags("runs/ucs-predicted"),
  },
  example: "ucs predict runs/ucs-model my-images --out runs/ucs-predicted",
  async run({ arguments: { model: folder, images: paths }, flags }, context) {
    const { out, force, workers } = flags;
    const model = readModel(folder);
    const { specimens, failed, ...read } = await unknownSpecimens(paths, model, flags);
    const predictions = await predictStrength(model, specimens, workers);
    const { facts } = model;
    const table = predictionTable(predictions, facts);
    const notes = [...predictionNotes(facts, specimens), ...boundNotes(facts, predictions), ...read.notes];
    const scores = scoresOfKnown(specimens, predictions);
    const report = { facts, predictions, specimens, notes, scoresText: scores?.text ?? null };
    await runInto(out, { force, context, settings: { folder, paths } }, (target) =>
      writeFiles(target, {
        "predictions.csv": tableCsv(table),
        "report.html": predictionReport(report),
      }),
    );
    const lines = [
      tableText(table),
      ...notes.map((note) => `note: ${note}`),
      ...(scores === null ? [] : [scores.text]),
      `Predictions: ${join(out, "predictions.csv")} (report.html)`,
    ];
    const json = { out, predictions, notes, failed, scores: scores?.scores ?? null };
    return { text: lines.join("\n"), json, failed };
  },
});

/** Scores on the specimens whose strength is known; null where they are fewer than two. */
function scoresOfKnown(specimens: readonly StrengthSpecimen[], predictions: readonly StrengthPrediction[]) {
  const known = specimens.flatMap(({ lot, strength }, i) =>
    Number.isNaN(strength) ? [] : [{ lot, truth: strength, predicted: predictions[i].predicted }],
  );
  if (known.length < 2) return null;
  const scores = scoreStrength(openRandomStream(1, "ucs predict"), known);
  const text = `Of ${known.length} known: RMSE ${intervalText(scores.rmse)}, R² ${intervalText(scores.r2)}`;
  return { scores, text };
}

function readModel(folder: string): ModelSource {
  const path = join(folder, MODEL_FILES.facts);
  if (!existsSync(path)) {
    throw usageError(
      { action: "predict" },
      "wanted a model folder of ucs train",
      `no ${MODEL_FILES.facts} in ${folder}`,
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
  model: ModelSource,
  flags: FlagValues<typeof TABLE_IMAGE_FLAGS>,
): Promise<LoadedSpecimens> {
  const [first] = paths;
  const request = imageRequest(flags);
  const check = imageCheck(model);
  if (paths.length === 1 && isTable(first)) {
    const table = readTable(first, { target: model.facts.target, isTargetNeeded: false });
    const folder = flags.data ?? dirname(resolve(first));
    return loadSpecimens(table, folder, request, check);
  }
  const files: ImageFile[] = [];
  const specimens: StrengthSpecimen[] = [];
  const failed = await eachFrame(
    paths.flatMap(imageFiles),
    (path) => ({ ...request, name: path }),
    (stack, frame) => {
      const file = stack.image(frame);
      const { name, path } = file;
      const unknown = { name, lot: path, strength: NaN };
      const image = { ...unknown, image: filledImage(file) };
      check(image);
      files.push(file);
      specimens.push({ ...unknown, images: [image] });
    },
  );
  return { specimens, notes: sharedNotes(files), failed };
}
