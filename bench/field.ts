import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { parse } from "yaml";
import { mean } from "../src/core/index.ts";
import { drawSamples } from "../src/corpus/index.ts";
import { shareOutsideField } from "../src/stem-sim/index.ts";
import { fieldStatistics, structureCeilings } from "../src/inverse/fit/structure-ceiling.ts";
import { inversionRecipeSchema, planInversion } from "../src/inverse/index.ts";
import { fitTargets } from "../src/inverse/data/fit-targets.ts";

/** The built benchmark lies in dist/bench. */
const RECIPE = join(dirname(fileURLToPath(import.meta.url)), "../../configs/paper-study.yaml");
/** Edges of the image [px]; the last holds every aggregate. */
const EDGES = [128, 144, 160, 176, 192, 224, 4096];

/**
 * What a field of view shows of a recipe's aggregates: how many it cuts (a particle is outside when its centre is), and how well
 * knowing every sphere inside it would determine each target. Prints a line for each edge of the image.
 *
 * @param args --recipe FILE, --count aggregates (a quarter of them held out), --seed N, --workers N
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      recipe: { type: "string", default: RECIPE },
      count: { type: "string", default: "4000" },
      seed: { type: "string", default: "999" },
      workers: { type: "string", default: "2" },
    },
  });
  const [count, seed, workers] = [values.count, values.seed, values.workers].map(Number);
  const config = { ...inversionRecipeSchema.parse(parse(readFileSync(values.recipe, "utf8"))), seed };
  const { samples: recipe, network } = planInversion(config);
  const { prepared: whole } = recipe;
  const seen = EDGES.map((edge) => ({
    prepared: { ...whole, microscope: { ...whole.microscope, widthPx: edge, heightPx: edge } },
    statistics: [] as ReturnType<typeof fieldStatistics>[],
    outside: [] as number[],
  }));
  for await (const sample of drawSamples(recipe, { count, workers })) {
    for (const { prepared, statistics, outside } of seen) {
      statistics.push(fieldStatistics(sample, prepared));
      outside.push(shareOutsideField(sample.aggregate, { prepared, settings: sample.labels.microscope }));
    }
  }
  const fittedCount = Math.floor(0.75 * count);
  const targets = fitTargets(
    network.targets,
    seen[0].statistics.map(({ labels }) => labels),
  );
  for (const { prepared, statistics, outside } of seen) {
    const { widthPx, pixelSizeNm } = prepared.microscope;
    const r2 = structureCeilings(targets, statistics.slice(0, fittedCount), statistics.slice(fittedCount));
    const line = {
      edgePx: widthPx,
      fieldNm: typeof pixelSizeNm === "number" ? Number((widthPx * pixelSizeNm).toFixed(1)) : null,
      cutShare: Number(mean(outside.map((share) => Number(share > 0))).toFixed(3)),
      areaOutside: Number(mean(outside).toFixed(3)),
      r2: Object.fromEntries(Object.entries(r2).map(([key, value]) => [key, Number(value.toFixed(2))])),
    };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }
}
