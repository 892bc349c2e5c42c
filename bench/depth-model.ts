import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { parse } from "yaml";
import { openRandomStream } from "../src/core/index.ts";
import { inversionRecipeSchema } from "../src/inverse/index.ts";
import { learnLabelPrior, learnModelWeights } from "../src/reconstruct/index.ts";

/**
 * Learns what the stochastic model of a recipe prefers beside contacts in even directions and no overlap; prints the weights every tenth
 * round and at the end their mean over the last ones.
 *
 * @param args --recipe FILE, --aggregates N, --rounds N, --seed N
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      recipe: { type: "string", default: join(import.meta.dirname, "../../configs/tio2-wo3.yaml") },
      aggregates: { type: "string", default: "120" },
      rounds: { type: "string", default: "120" },
      seed: { type: "string", default: "40001" },
    },
  });
  const { aggregate: prior } = inversionRecipeSchema.parse(parse(readFileSync(values.recipe, "utf8")));
  const rng = openRandomStream(Number(values.seed), "depth model");
  const labelPrior = learnLabelPrior(rng.fork("labels"), prior);
  const weights = learnModelWeights(rng, prior, labelPrior, {
    aggregateCount: Number(values.aggregates),
    rounds: Number(values.rounds),
    onRound(round, own) {
      if (round % 10 === 0) console.log(JSON.stringify({ round, ...own }));
    },
  });
  console.log(JSON.stringify(weights));
}
