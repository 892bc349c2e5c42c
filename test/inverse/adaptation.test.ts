import { describe, expect, test } from "vitest";
import { drawFromPrior, openRandomStream, priorRange, type Prior } from "../../src/core/index.ts";
import { inversionRecipeSchema } from "../../src/inverse/index.ts";
import { narrowRecording } from "../../src/inverse/adapt/narrow-recording.ts";
import { RECORDED_SETTINGS } from "../../src/inverse/adapt/recorded-settings.ts";
import { recipeAround } from "../../src/inverse/adapt/recipe-around.ts";
import { drawMicroscopeSettings, microscopeSchema } from "../../src/stem-sim/index.ts";

const PIXEL_NM = 2;
const WIDEST: readonly Prior[] = RECORDED_SETTINGS.map(({ widest }) => widest(PIXEL_NM));

/** Settings drawn under the widest ranges, and measures that are functions of two of them. */
function recordings(count: number) {
  const microscope = microscopeSchema.parse({});
  return Array.from({ length: count }, (_, i) => {
    const rng = openRandomStream(4, "recording", i);
    const electronsPerPixel = drawFromPrior(rng.fork("dose"), WIDEST[0]);
    const rowJitterNm = drawFromPrior(rng.fork("jitter"), WIDEST[2]);
    const settings = { ...drawMicroscopeSettings(rng, microscope), electronsPerPixel, rowJitterNm };
    return { settings, measures: Float64Array.of(-0.5 * Math.log(electronsPerPixel), rowJitterNm) };
  });
}

describe("narrowRecording()", () => {
  const ranges = narrowRecording(recordings(2000), [[-0.5 * Math.log(1e4), 1]], PIXEL_NM);
  const rangeOf = (label: string) => {
    const found = ranges.find((range) => range.label === label);
    if (found === undefined) throw new Error(label);
    return priorRange(found.range);
  };

  test("what measures tell of is narrowed around the truth, by the law that it was drawn by", () => {
    const [least, most] = rangeOf("electrons per pixel");
    expect(least).toBeLessThan(1e4);
    expect(most).toBeGreaterThan(1e4);
    // 40 of 2000 draws in two dimensions: a seventh of either range, 1.2 of the 8.8 in the logarithm of the dose
    expect(Math.log(most / least)).toBeLessThan(2.5);
    expect(ranges[0].range).toHaveProperty("logUniform");
    const [low, high] = rangeOf("rows out of place");
    expect([low < 1, high > 1, high - low < 1]).toEqual([true, true, true]);
  });

  test("two images of unlike recordings have a range that holds both", () => {
    const both = narrowRecording(
      recordings(2000),
      [
        [-0.5 * Math.log(1e3), 1],
        [-0.5 * Math.log(1e5), 1],
      ],
      PIXEL_NM,
    );
    const [least, most] = priorRange(both[0].range);
    expect([least < 1e3, most > 1e5]).toEqual([true, true]);
  });
});

describe("recipeAround()", () => {
  const origin = inversionRecipeSchema.parse({
    aggregate: { radiusFirstNm: { uniform: [3, 12] }, radiusSecondNm: 6 },
    microscope: { pixelSizeNm: 1, offsetXNm: { uniform: [-10, 10] }, film: { material: "C" } },
  });
  const frame = { seed: 3, pixelSizeNm: PIXEL_NM, trainCount: 400, validationCount: 200, epochs: 2 };
  const recipe = recipeAround(origin, frame, WIDEST);

  test("lengths of the aggregate and of its place scale with the pixel", () => {
    expect(recipe.aggregate.radiusFirstNm).toEqual({ uniform: [6, 24] });
    expect(recipe.aggregate.radiusSecondNm).toBe(12);
    expect(recipe.microscope).toMatchObject({ pixelSizeNm: 2, offsetXNm: { uniform: [-20, 20] } });
  });

  test("the recording is the given one, and the recipe is one that the program reads", () => {
    expect(recipe.microscope.scan.rowJitterNm).toEqual({ uniform: [0, 3] });
    expect(recipe.microscope.film).toMatchObject({ material: "C", speckle: { uniform: [0, 0.5] } });
    expect(inversionRecipeSchema.parse(JSON.parse(JSON.stringify(recipe)))).toEqual(recipe);
  });

  test("without a film none is invented", () => {
    const bare = inversionRecipeSchema.parse({ microscope: { film: "none" } });
    expect(recipeAround(bare, frame, WIDEST).microscope.film).toBe("none");
  });
});
