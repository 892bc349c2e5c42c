import { counted, openRandomStream } from "../../core/index.ts";
import { aggregateParameterInfo, estimateFeasibility } from "../../stochastic/index.ts";
import type { ParameterShift } from "../../stochastic/index.ts";
import { defineCommand } from "../command.ts";
import { SEED_FLAG, wholeNumber } from "../flags.ts";
import { RECIPE_ARGUMENT, resolveRecipe } from "../resolve-recipe.ts";
import { shortNumber, textTable } from "../../report/index.ts";

/** Draws when none are asked for: half a percent of standard error for a prior of which 95 % can be realised. */
const DEFAULT_DRAWS = 400;

/** `heterostem feasibility`: which share of a prior can be realised, before a corpus is started. */
export const feasibilityCommand = defineCommand({
  name: "feasibility",
  summary: "Check which share of a recipe's prior can be realised, and the effective prior",
  arguments: { recipe: RECIPE_ARGUMENT },
  flags: {
    count: { value: "N", help: "draws to grow", parse: wholeNumber(1, 1e6), default: DEFAULT_DRAWS },
    seed: SEED_FLAG,
  },
  example: "feasibility configs/tio2-wo3.yaml --count 200",
  run({ arguments: { recipe }, flags: { seed, count } }, context) {
    const config = resolveRecipe({ recipe, seed }, context);
    const rng = openRandomStream(config.seed, "feasibility");
    const feasibility = estimateFeasibility(rng, config.aggregate, count);
    const { realisedCount, realisedShare, standardError, parameters } = feasibility;
    const text = [
      `${realisedCount} of ${counted(count, "draw")} could be realised: ${percent(realisedShare)} +- ${percent(standardError)}`,
      "",
      textTable(parameters, [
        { heading: "parameter", cell: ({ key }) => heading(key) },
        { heading: "stated 5 %", cell: ({ stated }) => shortNumber(stated[0]), isNumber: true },
        { heading: "median", cell: ({ stated }) => shortNumber(stated[1]), isNumber: true },
        { heading: "95 %", cell: ({ stated }) => shortNumber(stated[2]), isNumber: true },
        { heading: "effective 5 %", cell: ({ effective }) => shortNumber(effective[0]), isNumber: true },
        { heading: "median", cell: ({ effective }) => shortNumber(effective[1]), isNumber: true },
        { heading: "95 %", cell: ({ effective }) => shortNumber(effective[2]), isNumber: true },
      ]),
    ].join("\n");
    return Promise.resolve({ text, json: feasibility });
  },
});

function heading(key: ParameterShift["key"]): string {
  const { label, unit } = aggregateParameterInfo(key);
  return unit === "" ? label : `${label} [${unit}]`;
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
