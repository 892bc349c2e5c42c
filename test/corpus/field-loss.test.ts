import { describe, expect, test } from "vitest";
import { estimateFieldLoss, fieldLossWarning } from "../../src/corpus/index.ts";
import { microscopeSchema } from "../../src/stem-sim/index.ts";
import { aggregatePriorSchema } from "../../src/stochastic/index.ts";

describe("estimateFieldLoss()", () => {
  const single = aggregatePriorSchema.parse({ particleCount: 1 });

  test("finds all outside, and the field that reaches them, where each sphere lies 30 nm from the middle", () => {
    const microscope = microscopeSchema.parse({ widthPx: 20, heightPx: 80, pixelSizeNm: 2, offsetXNm: 30 });
    // the field reaches to 20 nm along x
    expect(estimateFieldLoss({ seed: 1, aggregate: single, microscope })).toEqual({
      aggregateCount: 32,
      outsideShare: 1,
      fittingFactor: 1.5,
      fieldNm: [40, 160],
    });
  });

  test("is null for a prior that cannot be realised", () => {
    const impossible = aggregatePriorSchema.parse({
      particleCount: 40,
      fractalDimension: 2.8,
      fractalPrefactor: 3,
    });
    expect(
      estimateFieldLoss({ seed: 1, aggregate: impossible, microscope: microscopeSchema.parse({}) }),
    ).toBeNull();
  });

  test("takes no more aggregates than the corpus has samples", () => {
    const recipe = { seed: 1, aggregate: single, microscope: microscopeSchema.parse({}) };
    expect(estimateFieldLoss(recipe, 3)?.aggregateCount).toBe(3);
  });
});

describe("fieldLossWarning()", () => {
  const aggregate = aggregatePriorSchema.parse({ particleCount: 60, radiusFirstNm: 8, radiusSecondNm: 8 });
  const warningAt = (settings: object) => {
    const microscope = microscopeSchema.parse(settings);
    const loss = estimateFieldLoss({ seed: 1, aggregate, microscope });
    return loss && fieldLossWarning(loss, microscope);
  };

  test("has nothing to say where the field holds the aggregates", () => {
    expect(warningAt({ pixelSizeNm: 2 })).toBeNull();
  });

  test("names the share outside, a field that holds 95 %, and both ways to get it, which help", () => {
    const warning = warningAt({ pixelSizeNm: 0.3 }) ?? "";
    expect(warning).toMatch(
      /^the field of view of 38 x 38 nm leaves \d\d % of the particles' projected area outside/,
    );
    const [, pixelSizeNm, widthPx, heightPx] =
      /set pixelSizeNm to ([\d.]+), or widthPx to (\d+) and heightPx to (\d+)$/.exec(warning) ?? [];
    expect(warningAt({ pixelSizeNm: Number(pixelSizeNm) })).toBeNull();
    expect(warningAt({ pixelSizeNm: 0.3, widthPx: Number(widthPx), heightPx: Number(heightPx) })).toBeNull();
    expect(warningAt({ pixelSizeNm: { uniform: [0.25, 0.35] } })).toMatch(
      /pixelSizeNm to [\d.]+ times its range/,
    );
  });
});
