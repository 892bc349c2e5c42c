import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { describe, expect, test } from "vitest";
import { drawSet, IMAGE_SETS, type BenchmarkImage } from "../../src/benchmark/index.ts";
import { mean } from "../../src/core/index.ts";
import { inversionRecipeSchema } from "../../src/inverse/index.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const recipeOf = (name: string) =>
  inversionRecipeSchema.parse(parse(readFileSync(join(ROOT, "configs", name), "utf8")));
const RECIPE = recipeOf("benchmark.yaml");

function firstImages(name: string, groupCount: number): BenchmarkImage[] {
  const set = IMAGE_SETS.find((own) => own.name === name);
  if (set === undefined) throw new Error(`no set ${name}`);
  return [...drawSet(RECIPE, { ...set, groupCount })];
}

describe("the benchmark", () => {
  test("has aggregates and microscope of the recipe that the shipped networks know", () => {
    const { aggregate, microscope } = recipeOf("tio2-wo3.yaml");
    expect(RECIPE).toMatchObject({ aggregate, microscope });
  });

  // figures of others refer to these: where one changes, BENCHMARK_VERSION grows
  test.each([
    ["single", { particleCount: 54, numberFraction: 0.762876, radiusFirstNm: 8.47209 }, 0.001876242],
    ["powder", { particleCount: 69, numberFraction: 0.689178, radiusFirstNm: 10.031 }, 0.006215956],
    ["tilt", { particleCount: 41, numberFraction: 0.128156, radiusFirstNm: 4.92065 }, 0.003958834],
    ["foreign", { particleCount: 44, numberFraction: 0.415411, radiusFirstNm: 9.9596 }, 0.004236018],
  ])("draws the same images of set %s as ever", (name, truths, brightness) => {
    const [{ truths: own, image }] = firstImages(name, 1);
    for (const [key, value] of Object.entries(truths)) expect(own[key]).toBeCloseTo(value, 4);
    expect(mean(image.data)).toBeCloseTo(brightness, 6);
  });

  test("draws images of a powder from the same parameters and other aggregates", () => {
    const images = firstImages("powder", 2);
    expect(images).toHaveLength(32);
    const own = images.filter(({ group }) => group === "0001");
    expect(new Set(own.map(({ truths }) => truths["fractalDimension"])).size).toBe(1);
    expect(new Set(own.map(({ truths }) => truths["radiusOfGyrationNm"])).size).toBe(16);
  });

  test("tilts one aggregate about x: its particles keep their columns and change their rows", () => {
    const [back, flat, forth] = firstImages("tilt", 1);
    expect([back, flat, forth].map(({ tiltDeg }) => tiltDeg)).toEqual([-40, 0, 40]);
    expect(back.truths).toEqual(forth.truths);
    const columns = ({ particles }: BenchmarkImage) => particles.map(({ x }) => Number(x.toFixed(6)));
    expect(columns(back)).toEqual(columns(flat));
    const rows = ({ particles }: BenchmarkImage) => particles.map(({ y }) => y);
    expect(rows(back)).not.toEqual(rows(forth));
  });

  test("shows a true particle where its image is bright", () => {
    const [{ image, particles }] = firstImages("single", 1);
    const background = mean(image.data.slice(0, image.width));
    const lone = particles.filter(({ ownShare, radiusPx }) => ownShare > 0.9 && radiusPx > 3);
    expect(lone.length).toBeGreaterThan(0);
    for (const { x, y } of lone) {
      expect(image.data[Math.floor(y) * image.width + Math.floor(x)]).toBeGreaterThan(1.2 * background);
    }
  });
});
