import { resolve } from "node:path";
import {
  evaluationReport,
  labelledImages,
  scoreHrtem,
  scoreResults,
  scoreText,
  simulateLabelled,
  type HrtemModel,
  type HrtemScores,
  type HrtemStudyConfig,
  type LabelledImage,
  readLabelled,
} from "../../../hrtem/index.ts";
import type { ConfigContext } from "../../config/read-config.ts";
import { defineCommand, type FlagValues } from "../../command.ts";
import { outputFlags, QUICK_FLAG, SEED_FLAG, wholeNumber, WORKERS_FLAG } from "../../flags.ts";
import { runInto } from "../../run-into.ts";
import { writeFiles } from "../../write-files.ts";
import { definedPart, failureText, UsageError, usageError, type Work } from "../../../core/index.ts";
import { openModelFolder } from "./model-folder.ts";
import { requestsOf, SIZED_IMAGE_FLAGS, SOURCE_ARGUMENTS } from "./source-flags.ts";
import { budgetOf, readRecipe } from "./study.ts";
import { isRecipe } from "./train.ts";
import { writePopulation } from "./write-scores.ts";

const SEED_COUNT = 3;
/** Far from the seeds that people train with. */
const FIRST_SEED = 1001;

/** `heterostem hrtem evaluate`: a model on images it was not trained on, simulated from fresh seeds or labelled by hand. */
export const hrtemEvaluate = defineCommand({
  name: "evaluate",
  summary: "Score a model on fresh simulated or own images, beside Otsu and Bragg filtering",
  arguments: {
    model: { help: "folder that hrtem study or hrtem train wrote" },
    ...SOURCE_ARGUMENTS,
  },
  flags: {
    quick: QUICK_FLAG,
    ...SIZED_IMAGE_FLAGS,
    seeds: {
      value: "N",
      help: `simulated sets, each of another seed, from --seed on (default: ${SEED_COUNT})`,
      parse: wholeNumber(1, 100),
    },
    seed: { ...SEED_FLAG, help: `seed of the first simulated set (default: ${FIRST_SEED})` },
    workers: WORKERS_FLAG,
    ...outputFlags("runs/hrtem-scores"),
  },
  example: "hrtem evaluate runs/hrtem-au configs/hrtem-au.yaml --quick",
  async run({ arguments: { model: folder, source, maps }, flags }, context) {
    const { out, force, workers, ...choice } = flags;
    const paths = maps === undefined ? [source] : [source, maps];
    const work = { workers, ...context };
    const model = await openModelFolder(folder, workers);
    const settings = { model: folder, paths, ...definedPart(choice) };
    const scores = await runInto(out, { force, context, settings }, async (target) => {
      const done = await scoresOf(model, { paths, ...choice }, work);
      writePopulation(target, done);
      const report = evaluationReport(done, { model: folder, data: paths.join(", ") });
      writeFiles(target, { "results.json": scoreResults(done), "report.html": report });
      return done;
    }).finally(() => model.regions.dispose());
    const report = resolve(out, "report.html");
    const text = [scoreText(scores), "", `Report: ${report}`].join("\n");
    return { text, json: { report, ...scoreResults(scores) } };
  },
});

/** What a call says of the images to score on. */
interface EvaluationChoice extends FlagValues<typeof SIZED_IMAGE_FLAGS> {
  readonly paths: readonly string[];
  readonly quick: boolean;
  readonly seeds: number | undefined;
  readonly seed: number | undefined;
}

async function scoresOf(
  model: HrtemModel,
  choice: EvaluationChoice,
  work: Work & ConfigContext,
): Promise<HrtemScores> {
  const images = await (isRecipe(choice.paths[0])
    ? simulatedSets(model, choice, work)
    : recordedSet(model, choice));
  const forest = { name: "all features", featureCount: Infinity, forest: model.forest };
  return scoreHrtem({ ...model, forests: [forest] }, images, { seed: 1 }, work);
}

async function simulatedSets(
  model: HrtemModel,
  { paths: [path], quick, seeds: setCount = SEED_COUNT, seed: wanted }: EvaluationChoice,
  work: Work & ConfigContext,
): Promise<LabelledImage[]> {
  const config = readRecipe(path, wanted, work);
  checkFits(config, model, path);
  const count = budgetOf(config, quick).testFields;
  const seeds = Array.from({ length: setCount }, (_, i) => (wanted ?? FIRST_SEED) + i);
  if (model.simulationSeed !== null && seeds.includes(model.simulationSeed)) {
    const got = `seed ${model.simulationSeed}, whose images the model was trained on`;
    throw new UsageError(
      `${failureText({ action: "evaluate" }, "seeds must be fresh", got)}; give another --seed`,
    );
  }
  const images: LabelledImage[] = [];
  for (const seed of seeds)
    images.push(...(await simulateLabelled(config, { seed, count, set: `seed ${seed}` }, work)));
  return images;
}

function checkFits({ pixelSizeNm }: HrtemStudyConfig, model: HrtemModel, path: string): void {
  if (pixelSizeNm === model.pixelSizeNm) return;
  const wanted = `pixelSizeNm must be the model's ${model.pixelSizeNm} nm`;
  throw usageError({ action: "evaluate", where: path }, wanted, `${pixelSizeNm} nm`);
}

async function recordedSet(model: HrtemModel, choice: EvaluationChoice): Promise<LabelledImage[]> {
  const { paths, seeds, seed, quick } = choice;
  const [foreign] = Object.keys(definedPart({ seeds, seed, quick: quick || undefined }));
  if (foreign !== undefined) {
    throw usageError({ action: "evaluate", where: paths[0] }, `--${foreign} is for recipes`, "images");
  }
  return labelledImages(await readLabelled(paths, requestsOf(choice)), model.pixelSizeNm);
}
