import { openRandomStream } from "../../core/index.ts";
import { aggregateParameterInfo, estimateFeasibility } from "../../stochastic/index.ts";
import type { ParameterShift } from "../../stochastic/index.ts";
import type { CommandSpec } from "../command.ts";
import { SEED_FLAG, wholeNumber } from "../flags.ts";
import { resolveRecipe } from "../resolve-recipe.ts";
import { shortNumber, textTable } from "../../report/index.ts";

/** Draws when none are asked for: half a percent of standard error for a prior of which 95 % can be realised. */
const DEFAULT_DRAWS = 400;

/** `heterostem feasibility`: which share of a prior can be realised, before a corpus is started. */
export const feasibilityCommand: CommandSpec = {
  name: "feasibility",
  summary:
    "Check a recipe's prior: the share of draws that can be realised, and the effective prior beside the stated",
  arguments: [{ name: "recipe", help: "recipe as YAML (default: configs/tio2-wo3.yaml)", isOptional: true }],
  flags: [
    {
      name: "count",
      value: "N",
      help: `draws to grow (default: ${DEFAULT_DRAWS})`,
      parse: wholeNumber(1, 1e6),
    },
    SEED_FLAG,
  ],
  example: "feasibility configs/tio2-wo3.yaml --count 200",
  run(input, context) {
    const config = resolveRecipe(input, context);
    const count = (input.flags["count"] as number | undefined) ?? DEFAULT_DRAWS;
    const rng = openRandomStream(config.seed, "feasibility");
    const feasibility = estimateFeasibility(rng, config.aggregate, count);
    const { realisedCount, realisedShare, standardError, parameters } = feasibility;
    const text = [
      `${realisedCount} of ${count} draws could be realised: ${percent(realisedShare)} +- ${percent(standardError)}`,
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
};

function heading(key: ParameterShift["key"]): string {
  const { label, unit } = aggregateParameterInfo(key);
  return unit === "" ? label : `${label} [${unit}]`;
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
