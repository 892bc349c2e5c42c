import { writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import {
  checkImage,
  checkPoolPixels,
  definedPart,
  inversionReport,
  invertImages,
  openInversion,
  poolAnswers,
  readImages,
  rerenderAnswer,
  shippedModel,
  recipeOfModel,
  toBeamFractions,
  type BeamLevels,
  type FileAnswer,
  type Inversion,
  type InversionResult,
  type PooledAnswer,
  type Rerendering,
} from "../../inverse/index.ts";
import type { StatedConditions } from "../../posterior/index.ts";
import type { CommandContext, CommandInput, CommandSpec } from "../command.ts";
import {
  FORCE_FLAG,
  OUT_FLAG,
  PIXEL_SIZE_FLAG,
  positiveNumber,
  workerCount,
  WORKERS_FLAG,
} from "../flags.ts";
import { RUN_FILE, writeFolderAtomically } from "../output-folder.ts";
import { startStage } from "../progress.ts";
import { runRecord } from "../run-record.ts";
import { shortNumber, textTable } from "../../report/index.ts";
import { UsageError } from "../../core/index.ts";

/** `heterostem invert`: images to parameters with intervals, or to the statement that they are unlike the training. */
export const invertCommand: CommandSpec = {
  name: "invert",
  summary: "Read model parameters off images, with intervals and a verdict on each image",
  arguments: [{ name: "image", help: "micrographs", isVariadic: true }],
  flags: [
    {
      name: "model",
      value: "FILE",
      help: "model.onnx that heterostem train, study or demo wrote (default: the network that ships with the package)",
    },
    PIXEL_SIZE_FLAG,
    {
      name: "beam-levels",
      value: "DARK,BEAM",
      help: "grey levels of the detector with none and with all of the beam on it: turns images into fractions of the beam",
      parse: parseBeamLevels,
    },
    {
      name: "dose",
      value: "ELECTRONS",
      help: "electrons per pixel of the images, over those in the files, for a network that is told",
      parse: positiveNumber("electrons per pixel"),
    },
    {
      name: "beam-energy",
      value: "KEV",
      help: "beam energy in keV, over the one in the files",
      parse: positiveNumber("keV"),
    },
    { name: "pooled", help: "the images show one powder: answer for all of them together as well" },
    { ...OUT_FLAG, help: "folder for report.html and answers.json (default: none are written)" },
    FORCE_FLAG,
    WORKERS_FLAG,
  ],
  example: "invert image.tif --pixel-size 0.5 --out runs/inverted",
  async run(input, context) {
    const read = await readImages(imagePaths(input));
    for (const { image, path } of read) checkImage(image, path);
    const levels = input.flags["beam-levels"] as BeamLevels | undefined;
    const files = levels === undefined ? read : read.map((file) => toBeamFractions(file, levels));
    const pixelSizeNm = input.flags["pixel-size"] as number | undefined;
    const isPooled = input.flags["pooled"] === true;
    if (isPooled && pixelSizeNm === undefined) checkPoolPixels(files);
    const images = files.map(({ image }) => image);
    const modelPath =
      (input.flags["model"] as string | undefined) ?? shippedModel(images, context.packageFolder);
    const inversion = await openInversion(modelPath, workerCount(input.flags));
    try {
      const answers = await invertImages(inversion, files, { pixelSizeNm, stated: statedByHand(input) });
      const pooled = isPooled ? poolAnswers(inversion, answers) : null;
      const texts = [...answers.map(answerText), ...(pooled === null ? [] : [pooledText(pooled)])];
      const json = {
        model: modelPath,
        images: answers.map(answerJson),
        ...(pooled === null ? {} : { pooled }),
      };
      const report = await writeReport(input, context, { inversion, modelPath, answers, pooled, json });
      return { text: [...texts, ...report].join("\n\n"), json };
    } finally {
      await inversion.network.dispose();
    }
  },
};

function parseBeamLevels(text: string): BeamLevels {
  const [dark, beam, ...more] = text.split(",").map((part) => (part.trim() === "" ? NaN : Number(part)));
  if (more.length === 0 && Number.isFinite(dark) && Number.isFinite(beam) && dark !== beam)
    return { dark, beam };
  throw new RangeError(`wanted two different grey levels such as 512,48000, got ${text}`);
}

function statedByHand({ flags }: CommandInput): StatedConditions {
  return definedPart({
    electronsPerPixel: flags["dose"] as number | undefined,
    beamEnergyKeV: flags["beam-energy"] as number | undefined,
  });
}

function imagePaths({ arguments: [paths] }: CommandInput): readonly string[] {
  const images = paths as readonly string[];
  if (!images[0].endsWith(".onnx")) return images;
  throw new UsageError(`Cannot invert: wanted micrographs, got a model (${images[0]}); name it with --model`);
}

/** What goes into the folder of --out. */
interface Inverted extends Pick<InversionResult, "answers" | "pooled"> {
  readonly inversion: Inversion;
  readonly modelPath: string;
  readonly json: Readonly<Record<string, unknown>>;
}

/** Writes report.html and answers.json where the call asks for them; gives the line that says so. */
async function writeReport(
  { flags }: CommandInput,
  context: CommandContext,
  { inversion, modelPath, answers, pooled, json }: Inverted,
): Promise<string[]> {
  const out = flags["out"] as string | undefined;
  if (out === undefined) return [];
  const rerenderings = rerender(inversion, answers, context);
  const result = { modelName: basename(modelPath), model: inversion.model, answers, pooled, rerenderings };
  await writeFolderAtomically(out, { force: flags["force"] === true }, async (folder) => {
    writeFileSync(join(folder, "report.html"), inversionReport(result));
    writeFileSync(join(folder, "answers.json"), `${JSON.stringify(json, null, 2)}\n`);
    writeFileSync(join(folder, RUN_FILE), runRecord("invert", context.version, json));
  });
  const lines = [`Report: ${resolve(out, "report.html")}`];
  if (recipeOfModel(inversion.model) !== null) return lines;
  return [
    "No posterior was imaged again: the model does not say how its images are made, or in the words of another version",
    ...lines,
  ];
}

/** Images the posteriors of familiar images again; models of earlier versions do not say how. */
function rerender(
  { model }: Inversion,
  answers: readonly FileAnswer[],
  context: CommandContext,
): Rerendering[] {
  const config = recipeOfModel(model);
  const familiar = answers.filter(({ verdict }) => verdict === "familiar");
  if (config === null || familiar.length === 0) return [];
  const stage = startStage(context.progress, "Re-rendering posteriors", familiar.length);
  const checks = familiar.map((answer) => rerenderAnswer(config, model, answer));
  stage.finish(`${checks.length} images`);
  return checks.filter((check) => check !== null);
}

function answerText(answer: FileAnswer): string {
  const notes = answer.notes.map((note) => `  ${note}`);
  const head = [`${answer.file}: ${answer.verdict}, ${answer.explanation}`, ...notes];
  if (answer.verdict === "unfamiliar") return head.join("\n");
  return [...head, estimateTable(answer.estimates)].join("\n");
}

function pooledText({ imageCount, leftOut, estimates, notes }: PooledAnswer): string {
  const omitted = leftOut.length === 0 ? "" : `, without ${leftOut.join(", ")}`;
  const head = [`pooled over ${imageCount} images${omitted}`, ...notes.map((note) => `  ${note}`)];
  return [...head, estimateTable(estimates)].join("\n");
}

function estimateTable(estimates: FileAnswer["estimates"]): string {
  const interval = (level: string) => (estimate: FileAnswer["estimates"][number]) =>
    estimate.intervals[level].map(shortNumber).join(" to ");
  return textTable(estimates, [
    { heading: "parameter", cell: (e) => (e.unit === "" ? e.label : `${e.label} [${e.unit}]`) },
    { heading: "median", cell: (e) => shortNumber(e.value), isNumber: true },
    { heading: "68 % interval", cell: interval("0.68"), isNumber: true },
    { heading: "95 % interval", cell: interval("0.95"), isNumber: true },
  ]);
}

/** Estimates of an unfamiliar image stay out: a number in a file is believed, whatever stands beside it. */
function answerJson({ image: _, reading: __, estimates, ...answer }: FileAnswer): object {
  return answer.verdict === "unfamiliar" ? { ...answer, estimates: null } : { ...answer, estimates };
}
