import { expect, test } from "vitest";
import { drawSample } from "../../src/corpus/index.ts";
import {
  encodeTarget,
  measureRecording,
  type InversionModel,
  type ConditioningValues,
} from "../../src/posterior/index.ts";
import {
  planInversion,
  inversionRecipeSchema,
  rerenderAnswer,
  type Rerendering,
} from "../../src/inverse/index.ts";
import { parameterTargets } from "../../src/inverse/data/plan-targets.ts";
import { gatherDataSet } from "../../src/inverse/data/data-set.ts";
import { rerenderPosteriors } from "../../src/inverse/apply/rerender.ts";

const config = inversionRecipeSchema.parse({
  aggregate: {
    particleCount: 40,
    numberFraction: 0.5,
    radiusFirstNm: { uniform: [3, 12] },
    radiusSecondNm: 6,
    radiusSpreadFirst: 1.2,
    radiusSpreadSecond: 1.2,
    clusterSizeFirst: 4,
    clusterSizeSecond: 4,
    fractalDimension: 1.8,
    fractalPrefactor: 1.3,
    necking: 0.1,
  },
  microscope: { widthPx: 64, heightPx: 64, pixelSizeNm: 2.5 },
});
const plan = planInversion(config);
const quiet = () => ({ update() {}, finish: () => 0 });

/** A network that answers with a radius so many standardised units away from the truth. */
function inversionOff(shift: number, truth: number) {
  const targets = parameterTargets(config.aggregate);
  const code = encodeTarget(targets[0], truth) + shift;
  const model = {
    targets,
    head: { kind: "point" },
    memberCount: 1,
    conditions: [],
    corrections: [],
    census: null,
    recipe: null,
    input: { scale: "absolute", center: 0, deviation: 1 },
    calibration: { network: [[0.02], [-0.02], [0.01], [-0.01]] },
  } as unknown as InversionModel;
  const predict = async (_: Float32Array, count: number) => ({
    outputs: new Float32Array(count).fill(code),
    embeddings: new Float32Array(count),
  });
  const network = { predict } as unknown as Parameters<typeof rerenderPosteriors>[1]["network"];
  return { model, network };
}

test("rerenderPosteriors() explains an image by its own parameters, and not by others", async () => {
  const sample = drawSample(plan.samples, 3);
  const truth = sample.labels.parameters.radiusFirstNm;
  async function* one() {
    yield sample;
  }
  const data = await gatherDataSet(one(), { count: 1 });
  const [right] = await rerenderPosteriors(plan, inversionOff(0, truth), data, quiet);
  const shift = truth > 7.5 ? -1.5 : 1.5;
  const [wrong] = await rerenderPosteriors(plan, inversionOff(shift, truth), data, quiet);
  const area = "ln projected area [nm2]";
  expect(right.ranks[area]).toBeGreaterThan(0.02);
  expect(right.ranks[area]).toBeLessThan(0.98);
  // radii half or twice as large: projected areas do not overlap
  expect(wrong.ranks[area] === 0 || wrong.ranks[area] === 1).toBe(true);
  expect(wrong.strangeShare).not.toBe(right.strangeShare);
  expect(right.residuals.every(Number.isFinite)).toBe(true);
});

test("rerenderAnswer() images structures at the dose that the network was given", () => {
  const open = inversionRecipeSchema.parse({
    ...config,
    microscope: { ...config.microscope, electronsPerPixel: { logUniform: [100, 100_000] } },
  });
  const { image } = drawSample(plan.samples, 3);
  const { model } = inversionOff(0, 7);
  const noiseUnder = (conditioning: ConditioningValues) => {
    const output = { centers: [0], spreads: [1] };
    const check = rerenderAnswer(planInversion(open), model, {
      file: "a.tif",
      image,
      output,
      conditioning,
    }) as Rerendering;
    const [noise] = measureRecording(check.example);
    return noise;
  };
  const [few, many] = [1000, 100_000].map((electronsPerPixel) => noiseUnder({ electronsPerPixel }));
  // a hundredfold dose: a tenth of the noise; background pixels of one 64 x 64 image tell it to a few per cent
  expect(Math.abs(few - many - Math.log(10))).toBeLessThan(0.2);
});
