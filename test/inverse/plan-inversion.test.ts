import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  inversionRecipeSchema,
  planInversion,
  planText,
  runInversionStudy,
  type InversionRecipe,
} from "../../src/inverse/index.ts";
import { INVERSION_KIND } from "../../src/posterior/index.ts";
import { readModelMetadata } from "../../src/train/index.ts";

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

test("what a recipe means is worked out in one place of the source, and demo asks for it once", () => {
  const files = readdirSync(SRC, { recursive: true })
    .map((name) => join(SRC, String(name)))
    // a table of measured images has no recipe
    .filter((path) => path.endsWith(".ts") && !path.startsWith(join(SRC, "inverse/measured")));
  const textOf = (paths: readonly string[]) => paths.map((path) => readFileSync(path, "utf8")).join("\n");
  const countIn = (paths: readonly string[], name: string) =>
    textOf(paths).match(new RegExp(`\\b${name}\\(`, "g"))?.length;
  // its definition and one call
  for (const name of [
    "sampleRecipe",
    "headOfRecipe",
    "fitTargets",
    "fitConditioning",
    "inputStandardisation",
  ]) {
    expect([name, countIn(files, name)]).toEqual([name, 2]);
  }
  expect(countIn([join(SRC, "cli/commands/demo.ts")], "planInversion")).toBe(1);
  const inverse = files.filter((path) => path.startsWith(join(SRC, "inverse")));
  expect(countIn(inverse, "prepareMicroscope")).toBe(1);
});

test("a whole study reads nothing but its plan; the recipe goes into the model file as it came", async () => {
  const sealed = new Proxy({} as InversionRecipe, {
    get(_, key) {
      if (key === "toJSON") return () => recipe;
      throw new Error(`recipe.${String(key)} was read below the plan`);
    },
  });
  const study = await runInversionStudy(
    { ...plan, recipe: sealed },
    {
      workers: 1,
      heterostemVersion: "test",
      startStage: quiet,
    },
  );
  expect(readModelMetadata(study.onnx, { kind: INVERSION_KIND })).toMatchObject({ recipe });
  expect(study.model.targets.map(({ key }) => key)).toEqual(study.validation.scores.map(({ key }) => key));
  expect(study.pools.length).toBe(3 * study.model.targets.length);
}, 120_000);

test("recipes of files that exist say census for countMaps; both at once is an unknown key", () => {
  const of = (training: object) => inversionRecipeSchema.safeParse({ training });
  expect(of({ census: true }).data?.training.countMaps).toBe(true);
  expect(of({ countMaps: true }).data?.training.countMaps).toBe(true);
  expect(of({}).data?.training.countMaps).toBe(false);
  expect(of({ census: true, countMaps: true }).success).toBe(false);
});

test("a recipe that does not name the embedding's units has the network that it always had", () => {
  const unitsOf = (training: object) =>
    planInversion(inversionRecipeSchema.parse({ training })).network.embeddingUnits;
  expect(unitsOf({})).toBe("relu");
  expect(unitsOf({ embeddingUnits: "leaky" })).toBe("leaky");
});
