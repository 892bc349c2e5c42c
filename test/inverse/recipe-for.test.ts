import { describe, expect, test } from "vitest";
import { estimateFieldLoss } from "../../src/corpus/index.ts";
import { inversionRecipeSchema, recipeFor, type PowderFacts } from "../../src/inverse/index.ts";

const FACTS: PowderFacts = {
  materials: ["CeO2", "Au"],
  beamEnergyKeV: 200,
  semiAngleMrad: 20,
  innerMrad: 50,
  outerMrad: 180,
  pixelSizeNm: 0.4,
  particleCount: [5, 20],
  radiusNm: [2, 4],
  electronsPerPixel: [2000, 20_000],
};

const outsideShare = (facts: PowderFacts) =>
  estimateFieldLoss(inversionRecipeSchema.parse(recipeFor(facts)))?.outsideShare;

describe("recipeFor()", () => {
  test("takes so many pixels that no more than a twentieth of what aggregates project lies outside", () => {
    // with 160 px, 64 nm, more would
    expect(outsideShare(FACTS)).toBeLessThanOrEqual(0.05);
    expect(recipeFor(FACTS).microscope?.pixelSizeNm).toBe(0.4);
    const larger = { ...FACTS, particleCount: [20, 60] as const };
    expect(recipeFor(larger).microscope?.widthPx).toBeGreaterThan(recipeFor(FACTS).microscope?.widthPx ?? 0);
  });

  test("takes larger pixels where 320 do not hold them, and the electrons of so many small ones", () => {
    const huge = { ...FACTS, pixelSizeNm: 0.1, particleCount: [50, 150] as const };
    const { widthPx, pixelSizeNm, electronsPerPixel } = recipeFor(huge).microscope ?? {};
    expect(widthPx).toBe(320);
    expect(pixelSizeNm).toBeGreaterThan(0.1);
    const [least] = (electronsPerPixel as { readonly logUniform: readonly [number, number] }).logUniform;
    expect(least / (2000 * (Number(pixelSizeNm) / 0.1) ** 2)).toBeCloseTo(1, 3);
    expect(outsideShare(huge)).toBeLessThanOrEqual(0.06);
  });

  test("a powder of one material has no second one in its recipe", () => {
    const one = inversionRecipeSchema.parse(recipeFor({ ...FACTS, materials: ["Pt"] }));
    expect(one.aggregate.numberFraction).toBe(0);
    expect(one.training.descriptors).not.toContain("heteroContactFraction");
  });
});
