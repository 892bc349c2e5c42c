import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { inversionRecipeSchema } from "../../src/inverse/index.ts";
import { microscopeChoices } from "../../src/stem-sim/index.ts";
import { materialChoices } from "../../src/stochastic/index.ts";

const CONFIGS = join(import.meta.dirname, "../../configs");
const recipeOf = (name: string) =>
  inversionRecipeSchema.parse(parse(readFileSync(join(CONFIGS, name), "utf8")));
const base = recipeOf("tio2-wo3.yaml");

test("the demo grows and images what tio2-wo3.yaml says, on images of 128 x 128 pixels", () => {
  const demo = recipeOf("demo.yaml");
  expect(demo.aggregate).toEqual(base.aggregate);
  expect(demo.microscope).toEqual({ ...base.microscope, widthPx: 128, heightPx: 128 });
});

test("the study trains the network of tio2-wo3.yaml", () => {
  expect(recipeOf("paper-study.yaml").training).toEqual(base.training);
});

test("the study has the physics of tio2-wo3.yaml", () => {
  const { aggregate, microscope } = recipeOf("paper-study.yaml");
  expect(aggregate).toEqual(base.aggregate);
  expect(microscope).toEqual(base.microscope);
});

for (const scale of ["absolute", "contrast"] as const) {
  test(`the network for clean images of ${scale} intensities has the physics and the network of tio2-wo3.yaml`, () => {
    const { aggregate, microscope, training, seed } = recipeOf(`shipped/clean-${scale}.yaml`);
    expect(aggregate).toEqual(base.aggregate);
    expect(microscope).toEqual(base.microscope);
    expect(training).toEqual({
      ...base.training,
      intensities: scale,
      epochs: training.epochs,
      learningRate: training.learningRate,
    });
    // it begins from the weights of the study, whose images would calibrate intervals that are too narrow
    expect(seed).not.toBe(recipeOf("paper-study.yaml").seed);
  });
}

test("the networks that ship for ordinary microscopes differ in what intensities mean alone", () => {
  const [absolute, contrast] = [recipeOf("shipped/absolute.yaml"), recipeOf("shipped/contrast.yaml")];
  expect(contrast.aggregate).toEqual(absolute.aggregate);
  expect(contrast.microscope).toEqual(absolute.microscope);
  expect(contrast.training).toEqual({ ...absolute.training, intensities: "contrast" });
  // clean images lie within what they were trained on
  expect(absolute.aggregate).toEqual({ ...base.aggregate, necking: absolute.aggregate.necking });
});

describe.each([
  ["any-pair", "pairs", 10],
  ["one-material", "materials", 6],
])("the network %s", (name, what, choiceCount) => {
  const [trained, heldOut] = [name, `${name}-held-out`].map((recipe) => recipeOf(`shipped/${recipe}.yaml`));
  const pairsOf = ({ aggregate }: typeof trained) =>
    materialChoices(aggregate).map((pair) =>
      pair
        .map((material) => material.name)
        .sort()
        .join(" "),
    );

  test(`is judged on ${choiceCount} ${what} and four microscopes of which its training sees none`, () => {
    expect(heldOut.seed).not.toBe(trained.seed);
    expect(pairsOf(heldOut)).toHaveLength(choiceCount);
    expect(pairsOf(heldOut).filter((pair) => pairsOf(trained).includes(pair))).toEqual([]);
    const [seen, unseen] = [trained, heldOut].map(({ microscope }) =>
      microscopeChoices(microscope).map(({ beamEnergyKeV, detector }) =>
        JSON.stringify([beamEnergyKeV, detector]),
      ),
    );
    expect(new Set(unseen).size).toBe(4);
    expect(unseen.filter((microscope) => seen.includes(microscope))).toEqual([]);
  });

  test("is judged on images that differ in these alone", () => {
    const rest = ({ aggregate, microscope, training }: typeof trained) => ({
      aggregate: { ...aggregate, materials: null },
      microscope: { ...microscope, anyOf: null },
      training,
    });
    expect(rest(heldOut)).toEqual(rest(trained));
  });
});
