import { expect, test } from "vitest";
import { drawSample } from "../../src/corpus/index.ts";
import { mean, openRandomStream } from "../../src/core/index.ts";
import { compareStructures } from "../../src/inverse/fit/compare-structures.ts";
import { inversionRecipeSchema, planInversion } from "../../src/inverse/index.ts";
import { describeAggregate, growAggregate, materialsOfPrior } from "../../src/stochastic/index.ts";

const config = inversionRecipeSchema.parse({
  aggregate: { placement: "ballistic", particleCount: 30, necking: 0 },
  errorAnalysis: { imageCount: 1, realisationCount: 3 },
});
const plan = planInversion(config);
const quiet = () => ({ update() {}, finish: () => 0 });

test("structures are grown by the rules of the recipe, not by the model's own", async () => {
  const { parameters } = drawSample(plan.samples, 0).labels;
  const truth = { ...parameters };
  const study = await compareStructures(plan, [{ sampleIndex: 0, truth, predicted: truth }], quiet);
  const sizes = (rules: typeof config.aggregate | undefined) =>
    Array.from({ length: 3 }, (_, k) => {
      const rng = openRandomStream(config.seed, "error analysis", "true", 0).fork(k, 0);
      const growth = growAggregate(rng, parameters, materialsOfPrior(config.aggregate), rules);
      if (growth.kind !== "grown") throw new Error(growth.reason);
      return describeAggregate(growth.aggregate).radiusOfGyrationNm;
    });
  const found = study.descriptors.find(({ key }) => key === "radiusOfGyrationNm")?.fromTrue;
  expect(found).toEqual([mean(sizes(config.aggregate))]);
  expect(found).not.toEqual([mean(sizes(undefined))]);
});
