import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { definedPart, rangeError, UsageError, type Material } from "../../core/index.ts";
import {
  adaptationReport,
  checkStartModel,
  invertImages,
  openInversion,
  pixelForAll,
  planAdaptation,
  planInversion,
  recipeOfModel,
  recordingTable,
  shippedModel,
  scatteringOf,
  trainInversion,
  type Inversion,
  type InvertedImage,
  type SourceImage,
} from "../../inverse/index.ts";
import { eachImage } from "../../micrograph/index.ts";
import type { Detector } from "../../particles/index.ts";
import { tableText } from "../../report/index.ts";
import { answerJson, answerText } from "../answer-text.ts";
import { CHECKPOINT_FLAGS, trainInto } from "../checkpoint-flags.ts";
import { defineCommand } from "../command.ts";
import { yamlText } from "../config/write-yaml.ts";
import {
  anglePair,
  IMAGE_FLAGS,
  imageRequest,
  outputFlags,
  positiveNumber,
  SEED_FLAG,
  wholeNumber,
  WORKERS_FLAG,
} from "../flags.ts";
import { finishedRun } from "../finished-run.ts";
import { knownMaterials, MATERIAL_FLAGS } from "../material-flags.ts";
import { growTrainingSets } from "../kept-samples.ts";
import { metricsFile } from "../metrics-file.ts";
import { BEAM_LEVELS_FLAG, openSources } from "../open-sources.ts";
import { particleDetectors } from "../particle-detectors.ts";
import { jsonLines, writeFiles } from "../write-files.ts";

/** One validation image for so many that are trained on, and at least so many: they calibrate the intervals. */
const [VALIDATION_SHARE, LEAST_VALIDATION] = [0.2, 200];

/** Passes over the images. */
const EPOCHS = 2;

/** `heterostem adapt`: a network that ships, tuned to how some images were recorded. */
export const adaptCommand = defineCommand({
  name: "adapt",
  summary: "Tune a network to how images were recorded, and answer them",
  arguments: { images: { help: "micrographs of one recording, or folders of them", isVariadic: true } },
  flags: {
    from: {
      value: "MODEL",
      help: "network to begin with (default: one that ships)",
    },
    ...IMAGE_FLAGS,
    beamLevels: BEAM_LEVELS_FLAG,
    ...MATERIAL_FLAGS,
    materials: {
      ...MATERIAL_FLAGS.materials,
      help: "the two materials (default: the network's)",
    },
    beamEnergy: {
      value: "KEV",
      help: "beam energy in keV (default: the network's)",
      parse: positiveNumber("keV"),
    },
    detectorAngles: {
      value: "IN,OUT",
      help: "of the annular detector in mrad (default: the network's)",
      parse: anglePair,
    },
    semiAngle: {
      value: "MRAD",
      help: "convergence semi-angle in mrad (default: the network's)",
      parse: positiveNumber("mrad"),
    },
    samples: {
      value: "N",
      help: "images to train on, a tenth of a second each",
      parse: wholeNumber(200, 1_000_000),
      default: 4000,
    },
    ...CHECKPOINT_FLAGS,
    seed: { ...SEED_FLAG, help: "seed of all random streams", default: 1 },
    workers: WORKERS_FLAG,
    ...outputFlags("runs/adapted"),
  },
  example: "adapt a.tif b.tif --materials CeO2,Au --pixel-size 0.4 --out runs/adapted",
  async run({ arguments: { images: paths }, flags }, context) {
    const { out, workers, samples, seed } = flags;
    const { materials } = knownMaterials(flags, context);
    const request = imageRequest(flags);
    const { files, unread } = await openSources(paths, {
      action: "adapt",
      request,
      levels: flags.beamLevels,
    });
    const images = files.map(({ image }) => image);
    const startPath = flags.from ?? shippedModel(images, context.packageFolder);
    const start = await openInversion(startPath, workers);
    const detectors = particleDetectors(undefined, workers, context);
    try {
      const recipe = startRecipe(start, startPath);
      const frame = {
        seed,
        pixelSizeNm: pixelForAll(files, start.model.widthPx),
        trainCount: samples,
        validationCount: Math.max(LEAST_VALIDATION, Math.round(VALIDATION_SHARE * samples)),
        epochs: EPOCHS,
        ...definedPart({ materials: materials && inOrder(materials, start, flags) }),
        microscope: microscopeOf(flags),
      };
      const settings = { images: paths, from: startPath, ...frame };
      const finished = finishedRun(out, { ...flags, context, settings });
      if (finished !== null) return finished;
      const finder = detectors.openFor("haadf");
      const done = await trainInto(out, { flags, context, settings }, async (folder, checkpoints) => {
        const work = { workers, ...context, startStage: checkpoints.startStage };
        const { recipe: adapted, ranges } = await planAdaptation(
          files,
          { model: start.model, recipe },
          frame,
          work,
        );
        const plan = planInversion(adapted);
        const startModel = { bytes: readFileSync(startPath), where: startPath };
        checkStartModel(plan, startModel);
        const before = materials === undefined ? await answersOf(start, files, finder) : null;
        const trained = await trainInversion(plan, {
          ...(await growTrainingSets(plan, { action: "adapt", folder: checkpoints.samples, workers }, work)),
          startModel,
          ...work,
          checkpoints: checkpoints.options,
          onStep: metricsFile(checkpoints.metrics, plan.training.batchSize, context.progress.now),
          heterostemVersion: context.version,
        });
        writeFiles(folder, {
          "model.onnx": trained.onnx,
          "recipe.yaml": yamlText(adapted),
          "learning-curve.jsonl": jsonLines(trained.learningCurve),
        });
        const tuned = await openInversion(join(folder, "model.onnx"), workers);
        try {
          const after = await answersOf(tuned, files, finder);
          const answers = { ranges, trained, before: before?.answers ?? null, after: after.answers };
          const json = jsonOf(answers);
          writeFiles(folder, { "report.html": adaptationReport(answers), "answers.json": json });
          return { ranges, after, json };
        } finally {
          await tuned.network.dispose();
        }
      });
      const { ranges, after, json } = done;
      const text = [
        tableText(recordingTable(ranges)),
        ...after.answers.map(answerText),
        `Report: ${resolve(out, "report.html")}`,
        `Others of the same recording: heterostem invert IMAGE... --model ${join(out, "model.onnx")}`,
      ];
      return { text: text.join("\n\n"), json, failed: [...unread, ...after.failed] };
    } finally {
      await detectors.dispose();
      await start.network.dispose();
    }
  },
});

function startRecipe({ model }: Inversion, path: string) {
  const recipe = recipeOfModel(model);
  if (recipe !== null && recipe.lengths === "nm") return recipe;
  throw new UsageError(
    `Cannot adapt: the network to begin with must say how its images are made, in nanometres, got one that does not (${path}); leave --from out, or name another`,
  );
}

/** What a call states of the microscope. */
interface StatedMicroscope {
  readonly beamEnergy: number | undefined;
  readonly detectorAngles: readonly [number, number] | undefined;
  readonly semiAngle: number | undefined;
}

function microscopeOf({ beamEnergy, detectorAngles, semiAngle }: StatedMicroscope) {
  const detector =
    detectorAngles === undefined ? undefined : { innerMrad: detectorAngles[0], outerMrad: detectorAngles[1] };
  return definedPart({ beamEnergyKeV: beamEnergy, semiAngleMrad: semiAngle, detector });
}

/** The one that scatters less first, as the networks have it. */
function inOrder(
  materials: readonly Material[],
  { model }: Inversion,
  { beamEnergy, detectorAngles }: StatedMicroscope,
): [Material, Material] {
  if (materials.length !== 2)
    throw rangeError({ action: "adapt" }, "two materials must be named", `${materials.length}`);
  const [innerMrad, outerMrad] = detectorAngles ?? [];
  const stated = definedPart({ beamEnergyKeV: beamEnergy, innerMrad, outerMrad });
  const [light, heavy] = scatteringOf(materials, model, stated).materials;
  return [light, heavy];
}

async function answersOf(inversion: Inversion, files: readonly SourceImage[], finder: Detector) {
  const answers: InvertedImage[] = [];
  const failed = await eachImage(files, async (file) => {
    answers.push(...(await invertImages(inversion, [file], { finder })));
  });
  return { answers, failed };
}

function jsonOf({
  ranges,
  before,
  after,
}: {
  readonly ranges: unknown;
  readonly before: readonly InvertedImage[] | null;
  readonly after: readonly InvertedImage[];
}) {
  return { recording: ranges, before: before?.map(answerJson) ?? null, after: after.map(answerJson) };
}
