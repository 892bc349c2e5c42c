import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  evaluationReport,
  labelledImages,
  scoreHrtem,
  scoreResults,
  simulateLabelled,
  type HrtemModel,
  type HrtemStudyConfig,
  type HrtemWork,
  type LabelledImage,
  pixelSizes,
  readLabelled,
} from "../../../hrtem/index.ts";
import { workerCount } from "../../flags.ts";
import type { NamedAction } from "../../named-action.ts";
import { RUN_FILE, writeFolderAtomically } from "../../output-folder.ts";
import { runRecord } from "../../run-record.ts";
import { UsageError } from "../../../core/index.ts";
import { openModelFolder } from "./model-folder.ts";
import { scoreText } from "./score-text.ts";
import { effortOf, readRecipe, workOf } from "./study-action.ts";
import { isRecipe } from "./train-action.ts";
import { writePopulation } from "./write-scores.ts";

type Flags = Readonly<Record<string, unknown>>;

const SEED_COUNT = 3;
/** Far from the seeds that people train with. */
const FIRST_SEED = 1001;

/** `hrtem evaluate`: a model on images it was not trained on, simulated from fresh seeds or labelled by hand. */
export const evaluateAction: NamedAction = {
  flags: ["quick", "pixel-size", "pixel-sizes", "seeds", "seed", "workers", "out", "force"],
  wanted: "a model folder, and a recipe or images with maps",
  pathCount: [2, 3],
  async run({ paths: [folder, ...paths], flags }, context) {
    const out = (flags["out"] as string | undefined) ?? join("runs", "hrtem-scores");
    const work = workOf(flags, context);
    const model = await openModelFolder(folder, workerCount(flags));
    const scores = await writeFolderAtomically(out, { force: flags["force"] === true }, async (target) => {
      const images = await (isRecipe(paths[0])
        ? simulatedSets(paths[0], model, flags, work)
        : recordedSet(paths, model, flags));
      const scored = { ...model, network: model.regions, forests: [forestOf(model)] };
      const done = await scoreHrtem(scored, images, { seed: 1 }, work);
      writePopulation(target, done);
      writeFileSync(join(target, "results.json"), `${JSON.stringify(scoreResults(done), null, 2)}\n`);
      const report = evaluationReport(done, { model: folder, data: paths.join(", ") });
      writeFileSync(join(target, "report.html"), report);
      writeFileSync(
        join(target, RUN_FILE),
        runRecord("hrtem evaluate", context.version, { model: folder, paths, flags }),
      );
      return done;
    }).finally(() => model.regions.dispose());
    const report = resolve(out, "report.html");
    const text = [scoreText(scores), "", `Report: ${report}`].join("\n");
    return { text, json: { report, ...scoreResults(scores) } };
  },
};

const forestOf = ({ forest }: HrtemModel) => ({ name: "all features", featureCount: Infinity, forest });

async function simulatedSets(
  path: string,
  model: HrtemModel,
  flags: Flags,
  work: HrtemWork,
): Promise<LabelledImage[]> {
  const config = readRecipe(path, flags);
  checkFits(config, model, path);
  const count = effortOf(config, flags).testFields;
  const first = (flags["seed"] as number | undefined) ?? FIRST_SEED;
  const seeds = Array.from(
    { length: (flags["seeds"] as number | undefined) ?? SEED_COUNT },
    (_, i) => first + i,
  );
  if (model.simulationSeed !== null && seeds.includes(model.simulationSeed)) {
    const got = `seed ${model.simulationSeed}, whose images the model was trained on`;
    throw new UsageError(`Cannot evaluate: seeds must be fresh, got ${got}; give another --seed`);
  }
  const images: LabelledImage[] = [];
  for (const seed of seeds)
    images.push(...(await simulateLabelled(config, { seed, count, set: `seed ${seed}` }, work)));
  return images;
}

function checkFits({ pixelSizeNm }: HrtemStudyConfig, model: HrtemModel, path: string): void {
  if (pixelSizeNm === model.pixelSizeNm) return;
  const wanted = `pixelSizeNm must be the model's ${model.pixelSizeNm} nm`;
  throw new UsageError(`Cannot evaluate: ${wanted}, got ${pixelSizeNm} nm (${path})`);
}

async function recordedSet(
  paths: readonly string[],
  model: HrtemModel,
  flags: Flags,
): Promise<LabelledImage[]> {
  for (const flag of ["seeds", "seed", "quick"]) {
    if (flags[flag] !== undefined) {
      throw new UsageError(`Cannot evaluate: --${flag} is for recipes, got images (${paths[0]})`);
    }
  }
  return labelledImages(await readLabelled(paths, pixelSizes(flags)), model.pixelSizeNm);
}
