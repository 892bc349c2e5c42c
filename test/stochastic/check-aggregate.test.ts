import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { aggregatePriorSchema, drawAggregate, estimateFeasibility } from "../../src/stochastic/index.ts";
import { violatedInvariant, checkAggregate } from "../../src/stochastic/check-aggregate.ts";
import { mapFeasibility } from "../../bench/parts/map-feasibility.ts";
import { largestOverlap } from "./aggregates.ts";

describe("checkAggregate()", () => {
  const { aggregate, parameters } = drawAggregate(
    openRandomStream(1),
    aggregatePriorSchema.parse({ particleCount: 60, necking: 0.1 }),
  );

  test("finds the same largest overlap by its cell grid as all pairs give", () => {
    const found = checkAggregate(aggregate, parameters).overlapExcess + parameters.necking;
    expect(found).toBeCloseTo(largestOverlap(aggregate), 12);
  });

  test("finds nothing wrong with what the model grew, over the whole prior", () => {
    const prior = aggregatePriorSchema.parse({});
    for (let k = 0; k < 60; k++) {
      const draw = drawAggregate(openRandomStream(2, k), prior);
      expect(violatedInvariant(checkAggregate(draw.aggregate, draw.parameters))).toBeNull();
    }
  });

  test("notices a particle pushed into another, one taken away, and a wrong size", () => {
    const shifted = aggregate.centersNm.map((x, k) => (k < 3 ? aggregate.centersNm[k + 3] * 0.999 : x));
    const apart = aggregate.centersNm.map((x, k) => (k < 3 ? x + 1e4 : x));
    const swollen = aggregate.centersNm.map((x) => x * 1.02);
    const broken = (centersNm: Float64Array) =>
      violatedInvariant(checkAggregate({ ...aggregate, centersNm }, parameters));
    expect(broken(shifted)).toContain("overlap beyond the necking");
    expect(broken(apart)).toContain("off the scaling law");
    expect(broken(swollen)).toContain("off the scaling law");
    const whole = checkAggregate(aggregate, parameters);
    expect(violatedInvariant({ ...whole, componentCount: 2 })).toBe("falls into 2 parts");
    const fewer = { ...parameters, particleCount: 62 };
    expect(violatedInvariant(checkAggregate(aggregate, fewer))).toBe("has 2 particles less than asked for");
  });
});

describe("estimateFeasibility()", () => {
  test("tells the effective prior from the stated one where compact draws fail", () => {
    const prior = aggregatePriorSchema.parse({
      particleCount: 40,
      fractalDimension: { uniform: [1.7, 2.8] },
      fractalPrefactor: 1.6,
    });
    const feasibility = estimateFeasibility(openRandomStream(1), prior, 60);
    expect(feasibility.realisedShare).toBeGreaterThan(0.2);
    expect(feasibility.realisedShare).toBeLessThan(0.9);
    const dimension = feasibility.parameters.find(({ key }) => key === "fractalDimension");
    expect(dimension?.effective[2]).toBeLessThan(dimension?.stated[2] ?? 0);
  });
});

describe("mapFeasibility()", () => {
  test("finds DLCA-like aggregates feasible, and those not that would have to fill more space than packed spheres", () => {
    const shareAt = (fractalDimension: number, fractalPrefactor: number) => {
      const axes = {
        fractalDimensions: [fractalDimension],
        fractalPrefactors: [fractalPrefactor],
        radiusSpreads: [1.3],
        particleCounts: [64],
      };
      return mapFeasibility(openRandomStream(1), axes, 6)[0].realisedShare;
    };
    expect(shareAt(1.8, 1.4)).toBe(1);
    // Rg of 3.4 radii is that of a ball of 4.4 radii: 64 spheres would fill 0.94 of it
    expect(shareAt(2.8, 2)).toBe(0);
  });
});
