import { basename, resolve } from "node:path";
import {
  answerViews,
  checkAnswersViews,
  checkPoolPixels,
  estimateTable,
  hidePatches,
  inversionReport,
  invertImages,
  openInversion,
  parseStatements,
  planInversion,
  poolAnswers,
  rerenderAnswer,
  shippedModel,
  recipeOfModel,
  type AnsweredView,
  type Explanation,
  type InvertedImage,
  type Inversion,
  type InversionResult,
  type PooledAnswer,
  type Rerendering,
  type Statement,
} from "../../inverse/index.ts";
import { eachImage, type FailedImage } from "../../micrograph/index.ts";
import { defineCommand, type CommandContext } from "../command.ts";
import {
  anglePair,
  FORCE_FLAG,
  IMAGE_FLAGS,
  imageRequest,
  MODALITY_FLAG,
  OUT_FLAG,
  positiveNumber,
  WORKERS_FLAG,
} from "../flags.ts";
import { BEAM_LEVELS_FLAG, openSources } from "../open-sources.ts";
import { openViews } from "../open-views.ts";
import { VIEW_FLAGS } from "../tilts.ts";
import { answerJson, answerText } from "../answer-text.ts";
import { chooseEngine, ENGINE_FLAG } from "../engine-flag.ts";
import { particleDetectors } from "../particle-detectors.ts";
import { runInto } from "../run-into.ts";
import { writeFiles } from "../write-files.ts";
import { tableText } from "../../report/index.ts";
import { counted, definedPart, usageError } from "../../core/index.ts";
import type { ConditioningValues } from "../../posterior/index.ts";
import { knownMaterials, MATERIAL_FLAGS } from "../material-flags.ts";

/** `heterostem invert`: images to parameters with intervals, or to the statement that they are unlike the training. */
export const invertCommand = defineCommand({
  name: "invert",
  summary: "Read model parameters off images, with intervals and a verdict on each image",
  arguments: { images: { help: "micrographs, or folders of them", isVariadic: true } },
  flags: {
    model: {
      value: "FILE",
      help: "model.onnx of heterostem train or study (default: one that ships)",
    },
    ...IMAGE_FLAGS,
    beamLevels: BEAM_LEVELS_FLAG,
    dose: {
      value: "ELECTRONS",
      help: "electrons per pixel of the images, over those in the files",
      parse: positiveNumber("electrons per pixel"),
    },
    beamEnergy: {
      value: "KEV",
      help: "beam energy in keV, over the one in the files",
      parse: positiveNumber("keV"),
    },
    detectorAngles: {
      value: "IN,OUT",
      help: "semi-angles of the annular detector in mrad, over those in the files",
      parse: anglePair,
    },
    semiAngle: {
      value: "MRAD",
      help: "convergence semi-angle in mrad",
      parse: positiveNumber("mrad"),
    },
    modality: { ...MODALITY_FLAG, help: "how images were taken" },
    ...MATERIAL_FLAGS,
    materials: {
      ...MATERIAL_FLAGS.materials,
      help: "one material or two in any order: takes the network for any powder",
    },
    given: {
      value: "WHAT",
      help: 'what is known besides: "radiusWO3=6±1 nm,numberFraction=0.3..0.5"',
      parse: parseStatements,
    },
    explain: {
      value: "QUANTITY",
      help: "draw into the report what moved this quantity, such as numberFraction",
    },
    unchecked: { help: "answer without a look whether particles cover the matter" },
    pooled: { help: "the images show one powder: answer for all of them together as well" },
    ...VIEW_FLAGS,
    tilts: {
      ...VIEW_FLAGS.tilts,
      help: "tilts of views of one aggregate [degrees], or a .tlt file",
    },
    out: { ...OUT_FLAG, help: "folder for report.html and answers.json (default: none are written)" },
    force: FORCE_FLAG,
    engine: ENGINE_FLAG,
    workers: WORKERS_FLAG,
  },
  example: "invert image.tif --pixel-size 0.5 --out runs/inverted",
  async run({ arguments: { images: paths }, flags }, context) {
    const { pooled: isPooled, tilts, out, force, explain } = flags;
    if (explain !== undefined && out === undefined) {
      throw usageError(
        { action: "explain answer" },
        "wanted --out, a folder for the report that shows it",
        "none",
      );
    }
    const { materials } = knownMaterials(flags, context);
    if (isPooled && tilts !== undefined) {
      const wanted = "images of one powder (--pooled) or views of one aggregate (--tilts)";
      throw usageError({ action: "invert" }, wanted, "both; leave one out");
    }
    const source = { action: "invert", request: imageRequest(flags), levels: flags.beamLevels };
    const views = tilts === undefined ? null : await openViews(paths, source, { tilts, pick: flags.pick });
    const { files, unread } = views === null ? await openSources(paths, source) : { ...views, unread: [] };
    if (isPooled) checkPoolPixels(files);
    const images = files.map(({ image }) => image);
    const modelPath = flags.model ?? shippedModel(images, context.packageFolder, materials);
    const device = await chooseEngine(flags, context.progress);
    const inversion = await openInversion(modelPath, flags.workers, { device });
    const detectors = particleDetectors(undefined, flags.workers, context);
    try {
      if (views !== null) checkAnswersViews(inversion);
      const modality = flags.modality === "auto" ? undefined : flags.modality;
      const finder = flags.unchecked ? undefined : detectors.openFor("haadf");
      const options = definedPart({
        stated: statedOf(flags),
        materials,
        modality,
        given: flags.given,
        finder,
      });
      const answers: InvertedImage[] = [];
      const answered: AnsweredView[] = [];
      const unanswered = await eachImage(files, async (file) => {
        const own = await invertImages(inversion, [file], options);
        answers.push(...own);
        const tiltDeg = views?.tiltsDeg[files.indexOf(file)] ?? 0;
        answered.push(...own.map((answer) => ({ answer, tiltDeg })));
      });
      const pooled = pooledAnswer(inversion, answered, {
        of: views === null ? (isPooled ? "images" : "nothing") : "views",
        given: flags.given,
      });
      const failed = [...unread, ...unanswered];
      const explanations = explain === undefined ? [] : await explained(inversion, answers, explain, context);
      const result = { inversion, modelPath, answers, pooled, failed, explanations };
      const report = out === undefined ? [] : await writeReport(out, force, result, context);
      const texts = [...answers.map(answerText), ...(pooled === null ? [] : [pooledText(pooled)])];
      return { text: [...texts, ...report].join("\n\n"), json: jsonOf(result), failed };
    } finally {
      await detectors.dispose();
      await inversion.network.dispose();
    }
  },
});

/** All images together, where a call says what they have in common. */
function pooledAnswer(
  inversion: Inversion,
  answered: readonly AnsweredView[],
  {
    of,
    given,
  }: { readonly of: "images" | "views" | "nothing"; readonly given: readonly Statement[] | undefined },
): PooledAnswer | null {
  if (of === "nothing") return null;
  if (of === "views") return answerViews(inversion, answered, given);
  return poolAnswers(
    inversion,
    answered.map(({ answer }) => answer),
    given,
  );
}

/** What a call states of how the images were taken. */
function statedOf({ dose, beamEnergy, detectorAngles, semiAngle }: StatedFlags): ConditioningValues {
  const [innerMrad, outerMrad] = detectorAngles ?? [];
  return definedPart({
    electronsPerPixel: dose,
    beamEnergyKeV: beamEnergy,
    semiAngleMrad: semiAngle,
    innerMrad,
    outerMrad,
  });
}

interface StatedFlags {
  readonly dose: number | undefined;
  readonly beamEnergy: number | undefined;
  readonly detectorAngles: readonly [number, number] | undefined;
  readonly semiAngle: number | undefined;
}

/** What was made of the images. */
interface Inverted extends Pick<InversionResult, "answers" | "pooled" | "explanations"> {
  readonly failed: readonly FailedImage[];
  readonly inversion: Inversion;
  readonly modelPath: string;
}

function jsonOf({ modelPath, answers, pooled, failed }: Inverted) {
  const images = answers.map(answerJson);
  return { model: modelPath, images, failed, ...(pooled === null ? {} : { pooled }) };
}

/** Writes report.html and answers.json; gives the line that says so. */
async function writeReport(
  out: string,
  force: boolean,
  result: Inverted,
  context: CommandContext,
): Promise<string[]> {
  const { inversion, modelPath, ...answered } = result;
  const rerenderings = rerender(inversion, result.answers, context);
  const json = jsonOf(result);
  await runInto(out, { force, context, settings: json }, (folder) => {
    const named = { modelName: basename(modelPath), model: inversion.model, rerenderings };
    const report = inversionReport({ ...named, ...answered });
    writeFiles(folder, { "report.html": report, "answers.json": json });
  });
  const lines = [`Report: ${resolve(out, "report.html")}`];
  const { model } = inversion;
  if (recipeOfModel(model) !== null || model.measured !== null) return lines;
  return [
    "No posterior was imaged again: the model does not say how its images are made, or in the words of another version",
    ...lines,
  ];
}

/** Images the posteriors of images in distribution again; models of earlier versions do not say how. */
function rerender(
  { model }: Inversion,
  answers: readonly InvertedImage[],
  { startStage }: CommandContext,
): Rerendering[] {
  const recipe = recipeOfModel(model);
  const trusted = answers.filter(({ verdict }) => verdict === "in distribution");
  // aggregates of a network whose lengths are pixels have a microscope and materials each
  if (recipe === null || trusted.length === 0 || recipe.lengths === "pixels") return [];
  const stage = startStage("Re-rendering posteriors", trusted.length);
  const plan = planInversion(recipe);
  const checks = trusted.map((answer) => rerenderAnswer(plan, model, answer));
  stage.finish(counted(checks.length, "image"));
  return checks.filter((check) => check !== null);
}

/** Which places of the images in distribution moved a quantity. */
async function explained(
  inversion: Inversion,
  answers: readonly InvertedImage[],
  key: string,
  { startStage }: CommandContext,
): Promise<Explanation[]> {
  const trusted = answers.filter(({ verdict }) => verdict !== "out of distribution");
  const explanations: Explanation[] = [];
  for (const answer of trusted) {
    explanations.push({ ...(await hidePatches(inversion, answer, { key }, startStage)), answer });
  }
  return explanations;
}

function pooledText({ of, imageCount, leftOut, estimates, notes }: PooledAnswer): string {
  const omitted = leftOut.length === 0 ? "" : `, without ${leftOut.join(", ")}`;
  const head = [`together, ${imageCount} ${of}${omitted}`, ...notes.map((note) => `  ${note}`)];
  return [...head, tableText(estimateTable(estimates))].join("\n");
}
