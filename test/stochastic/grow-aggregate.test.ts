import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mean, openRandomStream, standardDeviation } from "../../src/core/index.ts";
import {
  aggregatePriorSchema,
  describeAggregate,
  drawAggregate,
  drawAggregateParameters,
  findContacts,
  growAggregate,
} from "../../src/stochastic/index.ts";
import { connectedComponents } from "../../src/stochastic/contact-graph.ts";
import { drawHomoClusterSizes } from "../../src/stochastic/homo-cluster-sizes.ts";
import { drawPrimaryRadiiNm } from "../../src/stochastic/primary-radii.ts";
import { scalingLawGyrationNm } from "../../src/stochastic/scaling-law.ts";
import { radiusOfGyrationNm } from "../../src/stochastic/radius-of-gyration.ts";
import type { Aggregate, AggregateParameters } from "../../src/stochastic/index.ts";
import { largestOverlap, MATERIAL_PAIR, parametersWith } from "./aggregates.ts";

/** Double-precision round-off of a few hundred rigid motions; the bound is 1e-6. */
const OVERLAP_TOLERANCE = 1e-8;

function grown(seed: number, parameters: AggregateParameters): Aggregate {
  const growth = growAggregate(openRandomStream(seed), parameters, MATERIAL_PAIR);
  if (growth.kind === "rejected") throw new Error(growth.reason);
  return growth.aggregate;
}

/** The aggregate before its necks formed: distances divided by 1 - necking. */
function skeletonOf(aggregate: Aggregate, necking: number): Aggregate {
  return { ...aggregate, centersNm: aggregate.centersNm.map((coordinate) => coordinate / (1 - necking)) };
}

function scalingLawRadiusNm(aggregate: Aggregate, parameters: AggregateParameters): number {
  const logs = Array.from(aggregate.radiiNm, (r) => Math.log(r));
  return scalingLawGyrationNm(parameters, aggregate.particleCount, Math.exp(mean(logs)));
}

describe("growAggregate()", () => {
  const cases = {
    "point contacts": parametersWith(),
    "necks of 15 %": parametersWith({ necking: 0.15, fractalDimension: 1.9 }),
    "wide radii": parametersWith({ radiusSpreadFirst: 1.5, radiusSpreadSecond: 1.5, fractalDimension: 1.7 }),
    "small next to large": parametersWith({ radiusFirstNm: 3, radiusSecondNm: 8, fractalDimension: 1.7 }),
    "one material": parametersWith({ numberFraction: 0, clusterSizeFirst: 1000 }),
    "300 particles": parametersWith({ particleCount: 300 }),
  };
  for (const [name, parameters] of Object.entries(cases)) {
    test(`meets the scaling law exactly: ${name}`, () => {
      const aggregate = skeletonOf(grown(1, parameters), parameters.necking);
      // the last merge solves for the law in closed form: round-off only
      const relative = radiusOfGyrationNm(aggregate) / scalingLawRadiusNm(aggregate, parameters) - 1;
      expect(Math.abs(relative)).toBeLessThan(1e-9);
    });

    test(`is connected and overlaps no more than its necks: ${name}`, () => {
      const aggregate = grown(2, parameters);
      const components = connectedComponents(findContacts(aggregate, 1e-6));
      expect(Math.max(...components)).toBe(0);
      const excess = largestOverlap(aggregate) - parameters.necking;
      expect(Math.abs(excess)).toBeLessThan(OVERLAP_TOLERANCE);
    });
  }

  test("has the stated number of particles and share of the second material", () => {
    const aggregate = grown(3, parametersWith({ particleCount: 50, numberFraction: 0.3 }));
    expect(aggregate.particleCount).toBe(50);
    expect(aggregate.materialIndices.filter((m) => m === 1).length).toBe(15);
  });

  test("loses no cluster that finds no room beside its first partner", () => {
    // two large spheres among five small ones: such a pair was once left out, and the whole grown without it
    const parameters = {
      particleCount: 7,
      numberFraction: 0.22869962751865386,
      radiusFirstNm: 2.0602061390505058,
      radiusSecondNm: 23.28438585736786,
      radiusSpreadFirst: 1.5420941105112433,
      radiusSpreadSecond: 1.424642667756416,
      clusterSizeFirst: 9.622924216630034,
      clusterSizeSecond: 3.3490659296927388,
      fractalDimension: 1.506588925421238,
      fractalPrefactor: 1.4913150909822435,
      necking: 0.13843390106922016,
    };
    const stream = openRandomStream(703, "sample", 5626).fork("aggregate");
    for (let attempt = 0; attempt < 20; attempt++) {
      const growth = growAggregate(stream.fork("growth", attempt), parameters, MATERIAL_PAIR);
      const count = growth.kind === "grown" ? growth.aggregate.particleCount : null;
      expect([7, null]).toContain(count);
    }
  });

  test("puts the centre of volume at the origin", () => {
    const { centersNm, radiiNm } = grown(4, parametersWith());
    for (let axis = 0; axis < 3; axis++) {
      const moment = radiiNm.reduce((sum, r, i) => sum + r ** 3 * centersNm[3 * i + axis], 0);
      const volume = radiiNm.reduce((sum, r) => sum + r ** 3, 0);
      expect(Math.abs(moment / volume)).toBeLessThan(1e-9);
    }
  });

  test("gives the same bytes for the same stream", () => {
    expect(grown(5, parametersWith()).centersNm).toEqual(grown(5, parametersWith()).centersNm);
  });

  test("makes a tree without necks and further contacts with necks", () => {
    const coordination = (necking: number) =>
      mean(
        Array.from({ length: 20 }, (_, seed) => {
          const aggregate = grown(seed, parametersWith({ necking, fractalDimension: 2.1 }));
          return describeAggregate(aggregate).meanCoordination;
        }),
      );
    // a tree of N particles has N - 1 contacts: 2 - 2/N; chance contacts within 0.1 % add a few in a thousand
    expect(Math.abs(coordination(0) - (2 - 2 / 60))).toBeLessThan(0.01);
    expect(coordination(0.2)).toBeGreaterThan(2.1);
  });

  test("joins like particles more often the larger the homo-clusters are", () => {
    const heteroShare = (size: number) =>
      mean(
        Array.from({ length: 15 }, (_, seed) => {
          const own = { clusterSizeFirst: size, clusterSizeSecond: size, numberFraction: 0.5 };
          return describeAggregate(grown(seed, parametersWith(own))).heteroContactFraction;
        }),
      );
    const [single, small, large] = [1, 5, 20].map(heteroShare);
    // random labels: 2 x (1 - x) N / (N - 1) = 0.508; 15 aggregates of 59 contacts have a standard error of 0.02
    expect(Math.abs(single - 0.508)).toBeLessThan(0.08);
    expect(small).toBeLessThan(0.6 * single);
    expect(large).toBeLessThan(0.6 * small);
  });

  test("grows one, two and three particles", () => {
    for (const particleCount of [1, 2, 3]) {
      const aggregate = grown(6, parametersWith({ particleCount, numberFraction: 0.5 }));
      expect(describeAggregate(aggregate).meanCoordination).toBeCloseTo(2 - 2 / particleCount, 12);
    }
  });

  test("rejects, with a reason, parameters that no placement can meet", () => {
    const compact = parametersWith({ fractalDimension: 2.8, fractalPrefactor: 3 });
    expect(growAggregate(openRandomStream(1), compact, MATERIAL_PAIR)).toEqual({
      kind: "rejected",
      reason: "no placement of 60 particles meets Df 2.800, kf 3.000 in 8 growths",
    });
  });

  for (const [key, value, text] of [
    ["particleCount", 0, "particleCount must be a whole number from 1 to 20000, got 0"],
    ["radiusSpreadFirst", 0.9, "radiusSpreadFirst must be a number from 1 to 3, got 0.9"],
    ["fractalDimension", 3.4, "fractalDimension must be a number from 1.2 to 2.8, got 3.4"],
    ["numberFraction", 1.2, "numberFraction must be a number from 0 to 1, got 1.2"],
    ["radiusFirstNm", 0, "radiusFirstNm must be a number from 0.2 to 500 nm, got 0"],
  ] as const) {
    test(`refuses ${key} ${value} by name, wanted and got`, () => {
      const grow = () => growAggregate(openRandomStream(1), parametersWith({ [key]: value }), MATERIAL_PAIR);
      expect(grow).toThrow(`Cannot grow aggregate: ${text}`);
    });
  }
});

describe("drawPrimaryRadiiNm()", () => {
  test("follows the lognormal law truncated at two standard deviations", () => {
    const law = { geometricMeanNm: 6, geometricSpread: 1.4 };
    const count = 20_000;
    const deviates = drawPrimaryRadiiNm(openRandomStream(1), count, law)
      .map((r) => Math.log(r / 6) / Math.log(1.4))
      .sort();
    const inside = erf(2 / Math.SQRT2);
    const cumulative = (z: number) => 0.5 + (0.5 * erf(z / Math.SQRT2)) / inside;
    const distance = Math.max(...deviates.map((z, k) => Math.abs(cumulative(z) - (k + 0.5) / count)));
    // 99.9 % point of the Kolmogorov-Smirnov statistic
    expect(distance).toBeLessThan(1.95 / Math.sqrt(count));
  });

  test("draws the lognormal law's tails where the untruncated one is asked for", () => {
    const law = { geometricMeanNm: 6, geometricSpread: 3, shape: "untruncated-lognormal" } as const;
    const count = 20_000;
    const logs = drawPrimaryRadiiNm(openRandomStream(4), count, law).map(
      (r) => Math.log(r / 6) / Math.log(3),
    );
    expect(Math.abs(standardDeviation(logs) - 1)).toBeLessThan(4 / Math.sqrt(2 * count));
    // 4.55 % of a normal law lie beyond two standard deviations
    const beyond = logs.filter((deviate) => Math.abs(deviate) > 2).length / count;
    expect(Math.abs(beyond - 0.0455)).toBeLessThan(4 * Math.sqrt(0.0455 / count));
  });

  test("follows the normal law, cut at two standard deviations, where that is asked for", () => {
    const law = { geometricMeanNm: 10, geometricSpread: Math.exp(0.2), shape: "normal" } as const;
    const count = 20_000;
    const radii = drawPrimaryRadiiNm(openRandomStream(2), count, law);
    // the normal law cut at 2 sigma has a standard deviation of 0.8796 sigma
    expect(Math.abs(mean(radii) - 10)).toBeLessThan((4 * 2) / Math.sqrt(count));
    expect(Math.abs(standardDeviation(radii) - 2 * 0.8796)).toBeLessThan((4 * 2) / Math.sqrt(2 * count));
    expect(Math.min(...radii)).toBeGreaterThanOrEqual(6);
  });

  test("draws measured radii, scaled to the stated geometric mean", () => {
    const law = { geometricMeanNm: 6, geometricSpread: 1, shape: [1, 4] };
    const radii = drawPrimaryRadiiNm(openRandomStream(3), 200, law);
    expect([...new Set(radii)].sort((a, b) => a - b)).toEqual([3, 12]);
    expect(() => drawPrimaryRadiiNm(openRandomStream(3), 1, { ...law, shape: [2, -1] })).toThrow(
      "Cannot draw radii: measured radius must be a number of at least 1e-9, got -1",
    );
  });

  test("gives equal radii at spread 1", () => {
    const radii = drawPrimaryRadiiNm(openRandomStream(1), 5, { geometricMeanNm: 4, geometricSpread: 1 });
    expect([...radii]).toEqual([4, 4, 4, 4, 4]);
  });
});

/** Error function by its Taylor series, exact to double precision on |x| < 2. */
function erf(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < 60; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

describe("drawHomoClusterSizes()", () => {
  test("adds up to the number of particles", () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.nat(300),
        fc.double({ min: 1, max: 100, noNaN: true }),
        (seed, n, size) => {
          const sizes = drawHomoClusterSizes(openRandomStream(seed), n, size);
          expect(sizes.reduce((sum, s) => sum + s, 0)).toBe(n);
        },
      ),
      { seed: 1, numRuns: 100 },
    );
  });

  test("has geometric sizes of the stated mean", () => {
    const count = 200_000;
    const sizes = drawHomoClusterSizes(openRandomStream(1), count, 4);
    // variance of the geometric law is (1 - p) / p^2 = 12
    expect(Math.abs(mean(sizes) - 4)).toBeLessThan(4 * Math.sqrt(12 / sizes.length));
    const single = sizes.filter((size) => size === 1).length / sizes.length;
    expect(Math.abs(single - 0.25)).toBeLessThan(4 * Math.sqrt((0.25 * 0.75) / sizes.length));
  });
});

describe("drawAggregate()", () => {
  const prior = aggregatePriorSchema.parse({ particleCount: { logUniform: [10, 60] } });

  test("records the draws that were rejected, so that the effective prior is known", () => {
    const hard = aggregatePriorSchema.parse({
      particleCount: 30,
      fractalDimension: { uniform: [1.8, 2.8] },
      fractalPrefactor: 1.6,
      necking: 0,
    });
    const draws = Array.from({ length: 12 }, (_, k) => drawAggregate(openRandomStream(1, k), hard));
    const rejected = draws.flatMap((draw) => draw.rejected);
    expect(rejected.length).toBeGreaterThan(0);
    const accepted = mean(draws.map((draw) => draw.parameters.fractalDimension));
    expect(mean(rejected.map((draw) => draw.parameters.fractalDimension))).toBeGreaterThan(accepted);
  });

  test("draws parameters inside the prior's ranges", () => {
    for (let k = 0; k < 50; k++) {
      const { particleCount, numberFraction } = drawAggregateParameters(openRandomStream(k), prior);
      expect(particleCount).toBeGreaterThanOrEqual(10);
      expect(particleCount).toBeLessThanOrEqual(60);
      expect(Number.isInteger(particleCount)).toBe(true);
      expect(numberFraction).toBeGreaterThanOrEqual(0.1);
    }
  });

  test("says what is wrong when the whole prior is out of reach", () => {
    const impossible = aggregatePriorSchema.parse({
      particleCount: 12,
      fractalDimension: 2.8,
      fractalPrefactor: 3,
    });
    expect(() => drawAggregate(openRandomStream(1), impossible)).toThrow(
      "Cannot draw aggregate: prior must hold parameters that can be realised, got 100 rejected draws",
    );
  });
});

describe("aggregatePriorSchema", () => {
  test("describes TiO2-WO3 by default", () => {
    expect(aggregatePriorSchema.parse({}).materials).toEqual(["TiO2-anatase", "WO3"]);
  });

  test("takes a material of the user's own", () => {
    const own = { name: "Fe2O3", densityGPerCm3: 5.24, composition: { Fe: 2, O: 3 } };
    expect(aggregatePriorSchema.safeParse({ materials: ["Au", own] }).success).toBe(true);
  });

  for (const wrong of [
    { particleCount: 0 },
    { radiusSpreadFirst: 0.9 },
    { fractalDimension: { uniform: [1.8, 3.4] } },
    { numberFraction: 1.2 },
    { radiusFirstNm: 0 },
    { particles: 3 },
    { materials: ["WO3", "WO3"] },
    { materials: ["WO3", "unobtainium"] },
  ]) {
    test(`refuses ${JSON.stringify(wrong)}`, () => {
      expect(aggregatePriorSchema.safeParse(wrong).success).toBe(false);
    });
  }
});
