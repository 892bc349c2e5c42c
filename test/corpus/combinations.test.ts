import { describe, expect, test } from "vitest";
import { corpusJob, inversionRecipeSchema, planInversion } from "../../src/inverse/index.ts";
import { drawSample, drawSamples, encodeRow, encodeShard, type Sample } from "../../src/corpus/index.ts";
import { viewAggregate } from "../../src/stem-sim/index.ts";

const detector = { innerMrad: 60, outerMrad: 200 };

/** Two pairs, of which one stands heavy before light, and two microscopes; lengths in pixels. */
const RECIPE = inversionRecipeSchema.parse({
  seed: 5,
  lengths: "pixels",
  aggregate: {
    materials: {
      anyOf: [
        ["TiO2-anatase", "WO3"],
        ["Au", "CeO2"],
      ],
    },
    particleCount: { logUniform: [5, 30] },
    radiusFirstNm: { logUniform: [2, 12] },
    radiusSecondNm: { logUniform: [2, 12] },
    fractalPrefactor: 1.3,
    necking: 0.1,
  },
  microscope: {
    anyOf: [
      { beamEnergyKeV: 300, semiAngleMrad: 9, detector },
      { beamEnergyKeV: 200, semiAngleMrad: 20, detector },
    ],
    widthPx: 48,
    heightPx: 48,
    pixelSizeNm: { logUniform: [0.3, 2] },
    probeFwhmNm: { uniform: [0.5, 1.5] },
  },
});
const PLAN = planInversion(RECIPE);

async function drawn(workers: number, count: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  for await (const sample of drawSamples(PLAN.samples, { count, workers })) samples.push(sample);
  return samples;
}

describe("a recipe that lets samples choose", async () => {
  const samples = await drawn(1, 24);
  const labels = samples.map((sample) => sample.labels);

  test("draws every pair and every microscope, and puts the material first that scatters less", () => {
    const pairs = new Set(labels.map(({ combination }) => combination?.materials.join(" ")));
    expect([...pairs].sort()).toEqual(["CeO2 Au", "TiO2-anatase WO3"]);
    expect(new Set(labels.map(({ combination }) => combination?.beamEnergyKeV))).toEqual(new Set([200, 300]));
    for (const { combination } of labels) {
      const [first, second] = combination?.strengthsPerNm ?? [1, 0];
      expect(second).toBeGreaterThan(first);
    }
  });

  test("gives a sample the same bytes alone and behind others", () => {
    expect(encodeRow(drawSample(PLAN.samples, 17)).png).toEqual(encodeRow(samples[17]).png);
  });

  test("counts lengths in pixels: radii are the prior's, and every aggregate lies inside the field", () => {
    for (const {
      aggregate,
      labels: { microscope, parameters },
    } of samples) {
      const radiusPx = parameters.radiusFirstNm / microscope.pixelSizeNm;
      // a larger pixel may make it smaller, never below the prior
      expect(radiusPx).toBeGreaterThan(2 * (1 - 1e-9));
      expect(radiusPx).toBeLessThan(12 * (1 + 1e-9));
      const { centersNm, radiiNm } = viewAggregate(aggregate, microscope);
      const reach = radiiNm.map(
        (radius, i) => Math.max(Math.abs(centersNm[3 * i]), Math.abs(centersNm[3 * i + 1])) + radius,
      );
      expect(Math.max(...reach) / microscope.pixelSizeNm).toBeLessThanOrEqual(0.45 * 48 * (1 + 1e-9));
    }
  });

  test("keeps what was chosen in columns of its own, and names all combinations in the plan", () => {
    const { plan } = corpusJob(PLAN, { sampleCount: 24, heterostemVersion: "0" });
    expect(plan.physics).not.toBe(PLAN.samples.prepared.fingerprint);
    const bytes = new TextDecoder("latin1").decode(encodeShard(plan, samples.slice(0, 2).map(encodeRow)));
    expect(bytes).toContain("combination_materialFirst");
    expect(bytes).toContain("combination_strengthSecondPerNm");
  });
});

test("a powder of one material has no second in its labels' aggregates", () => {
  const plan = planInversion(
    inversionRecipeSchema.parse({ ...RECIPE, aggregate: { ...RECIPE.aggregate, materials: ["Au"] } }),
  );
  const { aggregate, labels } = drawSample(plan.samples, 0);
  expect(aggregate.materialIndices.every((index) => index === 0)).toBe(true);
  expect(labels.parameters.numberFraction).toBe(0);
  expect(plan.network.targets.parameters.map(({ key }) => key)).toEqual([
    "particleCount",
    "radiusFirstNm",
    "radiusSpreadFirst",
    "fractalDimension",
  ]);
});
