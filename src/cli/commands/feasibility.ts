import { counted, openRandomStream } from "../../core/index.ts";
import { estimateFieldLoss, fieldLossWarning, type FieldLoss } from "../../corpus/index.ts";
import type { InversionRecipe } from "../../inverse/index.ts";
import {
  aggregateParameterInfo,
  estimateFeasibility,
  materialsOfPrior,
  nameMaterials,
} from "../../stochastic/index.ts";
import type { ParameterShift } from "../../stochastic/index.ts";
import { defineCommand } from "../command.ts";
import { SEED_FLAG, wholeNumber } from "../flags.ts";
import { RECIPE_ARGUMENT, resolveRecipe } from "../resolve-recipe.ts";
import { nameWithUnit, tableOf, tableText, type Column } from "../../report/index.ts";

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
    const materials = materialsOfPrior(config.aggregate);
    const feasibility = estimateFeasibility(rng, config.aggregate, count);
    const { realisedCount, realisedShare, standardError, parameters } = feasibility;
    const field = estimateFieldLoss(config);
    const text = [
      `${realisedCount} of ${counted(count, "draw")} could be realised: ${percent(realisedShare)} +- ${percent(standardError)}`,
      ...(field === null ? [] : [fieldText(field, config)]),
      "",
      tableText(
        tableOf(parameters, [
          { heading: "parameter", text: ({ key }) => nameOf(key, materials) },
          ...QUANTILES,
        ]),
      ),
    ].join("\n");
    return Promise.resolve({ text, json: { ...feasibility, field } });
  },
});

const QUANTILES: readonly Column<ParameterShift>[] = (["stated", "effective"] as const).flatMap((prior) =>
  ["5 %", "median", "95 %"].map((quantile, i) => ({
    heading: i === 0 ? `${prior} ${quantile}` : quantile,
    number: (shift: ParameterShift) => shift[prior][i],
  })),
);

function nameOf(key: ParameterShift["key"], [first, second]: ReturnType<typeof materialsOfPrior>): string {
  const { label, unit } = aggregateParameterInfo(key);
  return nameWithUnit(nameMaterials(label, [first.name, second.name]), unit);
}

/** What the field of view cuts off, with the remedy where it is too small. */
function fieldText(loss: FieldLoss, { microscope }: InversionRecipe): string {
  const warning = fieldLossWarning(loss, microscope);
  if (warning !== null) return `Warning: ${warning}`;
  const field = loss.fieldNm.map((edge) => edge.toFixed(0)).join(" x ");
  return `${percent(loss.outsideShare)} of the particles' projected area outside the field of view of ${field} nm`;
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
