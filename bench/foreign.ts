import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { parse } from "yaml";
import { inversionRecipeSchema, invertImages, openInversion, type Inversion } from "../src/inverse/index.ts";
import { openDetector, type Detector } from "../src/particles/index.ts";
import { drawCodes, drawnValues, pointValue } from "../src/posterior/index.ts";
import { centralInterval } from "../src/posterior/coverage.ts";
import { toScaleCode } from "../src/posterior/target-codes.ts";
import { CHANGES, drawForeignSample, prepareForeign, type ForeignSample } from "../src/benchmark/index.ts";
import { scoreOutcomes, type Answered, type Outcome } from "./foreign/score.ts";

/** The built benchmark lies in dist/bench. */
const PACKAGE = join(dirname(fileURLToPath(import.meta.url)), "../..");
const SHIPPED = ["tio2-wo3-absolute", "tio2-wo3-contrast"].map((name) =>
  join(PACKAGE, "models", `${name}.onnx`),
);
const DETECTOR = join(PACKAGE, "models/particles-haadf.onnx");
const RECIPE = join(PACKAGE, "configs/tio2-wo3.yaml");
/** Images to work with, and images for the table of a card that nothing was chosen on. */
const SEEDS: Readonly<Record<string, number>> = { dev: 2901, test: 2902 };

/**
 * Images that this suite's simulator did not make, one thing changed at a time: how well networks answer them, and whether the
 * alarm tells. A line for every row and network.
 *
 * @param args --model FILE (both networks that ship by default), --only part of a row's name, --count images a row,
 *   --set dev or test, --threads N
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      model: { type: "string" },
      only: { type: "string", default: "" },
      count: { type: "string", default: "120" },
      set: { type: "string", default: "dev" },
      threads: { type: "string", default: "2" },
    },
  });
  const recipe = inversionRecipeSchema.parse(parse(readFileSync(RECIPE, "utf8")));
  const base = prepareForeign(recipe, SEEDS[values.set] ?? Number(values.set));
  const changes = CHANGES.filter(({ name }) => name.includes(values.only));
  const paths = values.model === undefined ? SHIPPED : [values.model];
  const inversions: Inversion[] = [];
  for (const path of paths) inversions.push(await openInversion(path, Number(values.threads)));
  const finder = openDetector(readFileSync(DETECTOR), { threads: Number(values.threads) });
  for (const change of changes) {
    const outcomes: Outcome[][] = inversions.map(() => []);
    for (let index = 0; index < Number(values.count); index++) {
      const sample = drawForeignSample(base, change, index);
      for (const [k, inversion] of inversions.entries())
        outcomes[k].push(await askOf(inversion, finder, sample));
    }
    paths.forEach((path, k) => {
      const line = { row: change.name, network: basename(path, ".onnx"), ...scoreOutcomes(outcomes[k]) };
      process.stdout.write(`${JSON.stringify(line)}\n`);
    });
  }
  await finder.dispose();
  for (const { network } of inversions) await network.dispose();
}

async function askOf(
  inversion: Inversion,
  finder: Detector,
  { image, truths }: ForeignSample,
): Promise<Outcome> {
  const { model } = inversion;
  try {
    const [answer] = await invertImages(inversion, [{ path: "foreign image", image }], { finder });
    const draws = drawCodes(answer.output, model.calibration.network);
    const answers = model.targets.map((target, t): [string, Answered] => {
      const values = drawnValues(target, draws, t).sort();
      const truth = truths[target.key];
      const holds = (level: number) => {
        const [low, high] = centralInterval(values, level);
        return truth >= low && truth <= high;
      };
      const [point, there] = [pointValue(target, values, null), truth].map((v) => toScaleCode(target, v));
      return [target.key, { truth: there, point, holds95: holds(0.95), holds99: holds(0.99) }];
    });
    const fate = answer.verdict === "in distribution" ? "answered" : "flagged";
    return { fate, answers: new Map(answers) };
  } catch (error) {
    // an image that is refused for a reason gets no numbers
    if (error instanceof RangeError) return { fate: "refused", answers: new Map() };
    throw error;
  }
}
