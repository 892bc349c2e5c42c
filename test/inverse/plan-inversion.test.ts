import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import type * as StemSim from "../../src/stem-sim/index.ts";
import {
  inversionRecipeSchema,
  planInversion,
  planText,
  runInversionStudy,
} from "../../src/inverse/index.ts";

const { prepared } = vi.hoisted(() => ({ prepared: { count: 0 } }));
vi.mock("../../src/stem-sim/index.ts", async (original) => {
  const room = await original<typeof StemSim>();
  const prepareMicroscope: typeof room.prepareMicroscope = (...args) => {
    prepared.count++;
    return room.prepareMicroscope(...args);
  };
  return { ...room, prepareMicroscope };
});

const SRC = join(import.meta.dirname, "../../src");
const recipe = inversionRecipeSchema.parse({
  name: "mine",
  seed: 5,
  aggregate: { particleCount: { logUniform: [10, 20] }, fractalPrefactor: 1.3 },
  microscope: { widthPx: 32, heightPx: 32, pixelSizeNm: 4, electronsPerPixel: { uniform: [1000, 9000] } },
  corpus: { trainCount: 32, validationCount: 40, testCount: 40 },
  training: {
    epochs: 1,
    batchSize: 8,
    partCount: 1,
    widths: [4, 4, 4, 4],
    head: "mixture",
    targetScale: "bounded",
    inputs: ["electronsPerPixel"],
    descriptors: ["radiusOfGyrationNm", "heteroContactFraction"],
  },
  pools: { calibrationCount: 2, testCount: 1 },
  errorAnalysis: { imageCount: 2, realisationCount: 2 },
});
const quiet = () => ({ update() {}, finish: () => 0 });

const plan = planInversion(recipe);

test("planInversion() decides materials, network and targets before anything is drawn", () => {
  const { materials, network, samples } = plan;
  expect(materials.map(({ name }) => name)).toEqual(["TiO2-anatase", "WO3"]);
  expect(network).toMatchObject({
    widthPx: 32,
    head: { kind: "mixture", components: 4 },
    memberCount: 1,
    hasCountMaps: false,
    inputs: ["electronsPerPixel"],
  });
  const { parameters, descriptors } = network.targets;
  // all that varies in the prior: the prefactor does not
  expect(parameters.map(({ key }) => key)).not.toContain("fractalPrefactor");
  expect(parameters.every(({ transform }) => transform?.kind === "logit")).toBe(true);
  // in the order of the model's table, whatever the recipe's
  expect(descriptors.map(({ key }) => key)).toEqual(["heteroContactFraction", "radiusOfGyrationNm"]);
  expect(samples).toMatchObject({ seed: 5, prior: recipe.aggregate });
  expect(samples.prepared.microscope).toEqual(recipe.microscope);
});

test("a plan but for its tables is plain data: what JSON keeps of it is all of it", () => {
  const { samples: _, ...rest } = plan;
  expect(JSON.parse(JSON.stringify(rest))).toEqual(rest);
});

test("planText() says what will be drawn, learned and done", () => {
  expect(planText(plan)).toBe(
    [
      "Plan of mine: TiO2-anatase and WO3, seed 5",
      "  images: 32 to train on, 40 to validate and calibrate with, 40 held out, 3 powders of several images, 32 x 32 pixels",
      "  network: head mixture, channels 4, 4, 4, 4, absolute intensities, conditioning inputs electronsPerPixel",
      "  targets: particleCount, numberFraction, radiusFirstNm, radiusSecondNm, radiusSpreadFirst, radiusSpreadSecond, " +
        "clusterSizeFirst, clusterSizeSecond, fractalDimension, necking, heteroContactFraction, radiusOfGyrationNm",
      "  training: 1 passes in steps of 8 images, 4 steps, learning rate up to 0.0025",
      "",
    ].join("\n"),
  );
});

test("what a recipe means is worked out in one place of the source", () => {
  const files = readdirSync(SRC, { recursive: true })
    .map((name) => join(SRC, String(name)))
    .filter((path) => path.endsWith(".ts"));
  const text = files.map((path) => readFileSync(path, "utf8")).join("\n");
  for (const name of [
    "sampleRecipe",
    "headOfRecipe",
    "fitTargets",
    "fitConditioning",
    "inputStandardisation",
  ]) {
    // its definition and one call
    expect([name, text.match(new RegExp(`\\b${name}\\(`, "g"))?.length]).toEqual([name, 2]);
  }
});

test("a whole study, from samples to powders and real images, prepares its microscope once", async () => {
  prepared.count = 0;
  const study = await runInversionStudy(planInversion(recipe), {
    workers: 1,
    heterostemVersion: "test",
    realImages: [],
    realPixelSizeNm: undefined,
    startStage: quiet,
  });
  expect(prepared.count).toBe(1);
  expect(study.model.recipe).toEqual(recipe);
  expect(study.model.targets.map(({ key }) => key)).toEqual(study.validation.scores.map(({ key }) => key));
  expect(study.pools.length).toBe(3 * study.model.targets.length);
}, 120_000);
