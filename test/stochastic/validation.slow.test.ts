import { describe, expect, test } from "vitest";
import { mean, openRandomStream, standardDeviation } from "../../src/core/index.ts";
import { pairedAggregateSize, PUBLISHED_LAWS } from "../../bench/dlca.ts";
import { correlationDimension, fitScalingLaw } from "../../bench/parts/fractal-fit.ts";
import { describeAggregate, growAggregate, phaseCovariances } from "../../src/stochastic/index.ts";
import { geometricMeanNm } from "../../src/stochastic/scaling-law.ts";
import { mapFeasibility } from "../../bench/parts/map-feasibility.ts";
import { radiusOfGyrationNm } from "../../src/stochastic/radius-of-gyration.ts";
import type { Aggregate, AggregateParameters } from "../../src/stochastic/index.ts";
import type { AggregateSize } from "../../bench/parts/fractal-fit.ts";
import type { ModelRules } from "../../src/stochastic/model-rules.ts";
import { MATERIAL_PAIR, parametersWith } from "./aggregates.ts";

/** One material, radii about 1 nm: the case that the literature's numbers are for. */
function plainWith(own: Partial<AggregateParameters>): AggregateParameters {
  return parametersWith({
    numberFraction: 0,
    radiusFirstNm: 1,
    radiusSpreadFirst: 1,
    clusterSizeFirst: 1000,
    ...own,
  });
}

function ensemble(count: number, parameters: AggregateParameters, rules: ModelRules = {}): Aggregate[] {
  const grown: Aggregate[] = [];
  for (let k = 0; k < count; k++) {
    const rng = openRandomStream("validation", parameters.particleCount, k);
    const growth = growAggregate(rng, parameters, MATERIAL_PAIR, rules);
    if (growth.kind === "grown") grown.push(growth.aggregate);
  }
  return grown;
}

function sizeOf(aggregate: Aggregate): AggregateSize {
  return {
    particleCount: aggregate.particleCount,
    radiusOfGyrationNm: radiusOfGyrationNm(aggregate),
    geometricMeanRadiusNm: geometricMeanNm(aggregate.radiiNm),
  };
}

describe("tunable aggregation against others' numbers", () => {
  test("mean coordination is 1.98 at N = 100 without necks, as FracVAL's own aggregates have", () => {
    const aggregates = ensemble(50, plainWith({ particleCount: 100, fractalPrefactor: 1.4 }));
    const coordination = mean(
      aggregates.map(
        (aggregate) => describeAggregate(aggregate, { contactTolerance: 1e-4 }).meanCoordination,
      ),
    );
    // 2 - 2 / N, and chance contacts within 1e-4
    expect(Math.abs(coordination - 1.98)).toBeLessThan(0.005);
  });

  for (const [fractalDimension, fractalPrefactor, spread] of [
    [1.79, 1.4, 1],
    [1.68, 0.98, 2],
    [2.1, 1.2, 1.3],
  ] as const) {
    test(`log N - log Rg over 50 aggregates a point gives back Df ${fractalDimension}, kf ${fractalPrefactor} within 1 %`, () => {
      const law = { fractalDimension, fractalPrefactor, radiusSpreadFirst: spread };
      const sizes = [50, 100, 200].flatMap((particleCount) =>
        ensemble(50, plainWith({ ...law, particleCount })).map(sizeOf),
      );
      expect(sizes.length).toBeGreaterThan(100);
      const fit = fitScalingLaw(sizes);
      expect(Math.abs(fit.fractalDimension / fractalDimension - 1)).toBeLessThan(0.01);
      expect(Math.abs(fit.fractalPrefactor / fractalPrefactor - 1)).toBeLessThan(0.01);
    });
  }

  for (const [target, spread, published, tolerance, count] of [
    // PyFracVAL's native aggregates of 512, prefactor 1, six a point but one at 2.3: scatter of one aggregate 0.05, so
    // 0.02 of the mean of six, 0.05 of the one; ours add 0.02. Three standard errors
    [1.8, 1.5, 1.64, 0.09, 8],
    [2.1, 1.5, 2.03, 0.09, 8],
    [2.3, 1.9, 2.37, 0.16, 4],
  ] as const) {
    test(
      `the density correlation of 512 particles of Df ${target}, spread ${spread} falls as FracVAL's: ${published}`,
      { timeout: 600_000 },
      () => {
        const law = { fractalDimension: target, fractalPrefactor: 1, radiusSpreadFirst: spread };
        const slopes = ensemble(count, plainWith({ particleCount: 512, ...law })).map((aggregate, k) => {
          const { radiusOfGyrationNm: rg, geometricMeanRadiusNm: r } = sizeOf(aggregate);
          // their window, 2 r to Rg; a displaced copy shares the volume P(x + r inside | x inside)
          const distancesNm = Array.from({ length: 14 }, (_, step) => 2 * r * (rg / (2 * r)) ** (step / 13));
          const rng = openRandomStream("f(r)", k);
          const covariances = phaseCovariances(rng, aggregate, { distancesNm, points: 5000 });
          const correlation = covariances.map(({ distanceNm, firstGivenFirst }) => ({
            distanceNm,
            density: firstGivenFirst,
          }));
          return correlationDimension(correlation, [1.999 * r, 1.001 * rg]);
        });
        expect(slopes.length).toBe(count);
        const standardError = standardDeviation(slopes) / Math.sqrt(slopes.length);
        console.log(`f(r) at Df ${target}, spread ${spread}: ${mean(slopes)} +- ${standardError}`);
        expect(standardError).toBeLessThan(0.05);
        expect(Math.abs(mean(slopes) - published)).toBeLessThan(tolerance);
      },
    );
  }
});

describe("diffusion-limited aggregation in pairs, by the dimension and the middle of the window", () => {
  for (const { spread, fractalDimension: dimension, fractalPrefactor: prefactor } of PUBLISHED_LAWS) {
    test(
      `spread ${spread}: Df ${dimension}, kf ${prefactor} [eggersdorfer2012]`,
      { timeout: 500_000 },
      () => {
        const batches = 16;
        const sizes = Array.from({ length: batches }, (_, batch) =>
          [16, 32, 64, 128, 256].flatMap((particleCount) =>
            Array.from({ length: 3 }, (__, k) => {
              const rng = openRandomStream("dlca", batch, particleCount, k);
              return pairedAggregateSize(rng, particleCount, spread);
            }),
          ),
        );
        const dimensions = sizes.map((batch) => fitScalingLaw(batch).fractalDimension);
        const standardError = standardDeviation(dimensions) / Math.sqrt(batches);
        // departure of each aggregate's ln Rg from the published law: in the mean of the window Df and kf are told apart
        const departures = sizes.flat().map((size) => {
          const relative = size.radiusOfGyrationNm / size.geometricMeanRadiusNm;
          return Math.log(relative) - Math.log(size.particleCount / prefactor) / dimension;
        });
        const fit = fitScalingLaw(sizes.flat());
        console.log(
          `DLCA spread ${spread}: Df ${fit.fractalDimension} +- ${standardError}, kf ${fit.fractalPrefactor}, ` +
            `Rg off by ${mean(departures)}, scatter ${standardDeviation(departures)}`,
        );
        // the published dimension was fitted to an ensemble too, with an error that is not stated: taken as large as ours.
        // The bench has the whole window, and kf, which fails for spread 3
        expect(standardError).toBeLessThan(0.03);
        expect(Math.abs(fit.fractalDimension - dimension)).toBeLessThan(3 * Math.SQRT2 * standardError);
        // within the spread: the published law passes through the cloud of single aggregates
        expect(Math.abs(mean(departures))).toBeLessThan(standardDeviation(departures));
      },
    );
  }
});

describe("diffusion-limited placement, as recipes have it, against published values", () => {
  for (const [spread, dimension, prefactor] of [
    [1, 1.78, 1.4],
    [2, 1.68, 0.98],
  ] as const) {
    test(`spread ${spread}: Df ${dimension}, kf ${prefactor} [moran2019]`, { timeout: 500_000 }, () => {
      const batches = 8;
      const fits = Array.from({ length: batches }, (_, batch) => {
        const sizes = [32, 64, 128].flatMap((particleCount) =>
          Array.from({ length: 6 }, (__, k) => {
            const parameters = plainWith({ particleCount, radiusSpreadFirst: spread, clusterSizeFirst: 1 });
            const rng = openRandomStream("dlca", batch, particleCount, k);
            const growth = growAggregate(rng, parameters, MATERIAL_PAIR, { placement: "diffusion-limited" });
            if (growth.kind === "rejected") throw new Error(growth.reason);
            return sizeOf(growth.aggregate);
          }),
        );
        return fitScalingLaw(sizes);
      });
      const dimensions = fits.map((fit) => fit.fractalDimension);
      const logPrefactors = fits.map((fit) => Math.log(fit.fractalPrefactor));
      // the two are strongly correlated, so each is judged by the scatter of its own batches
      const standardError = (values: readonly number[]) => standardDeviation(values) / Math.sqrt(batches);
      console.log(
        `DLCA spread ${spread}: Df ${mean(dimensions)} +- ${standardError(dimensions)}, ln kf ${mean(logPrefactors)} +- ${standardError(logPrefactors)}`,
      );
      expect(Math.abs(mean(dimensions) - dimension)).toBeLessThan(3 * standardError(dimensions));
      expect(Math.abs(mean(logPrefactors) - Math.log(prefactor))).toBeLessThan(
        3 * standardError(logPrefactors),
      );
    });
  }
});

describe("feasible region with backtracking", () => {
  // largest Df at which half of the growths succeed, from the audit of FracVAL at N = 64 and 256, prefactor 1.4
  for (const [particleCount, spread, dimension] of [
    [64, 1, 2.5],
    [256, 1, 2.41],
    [256, 1.5, 2.27],
    [256, 1.9, 2.2],
    [64, 1.5, 2.37],
    [64, 1.9, 2.29],
  ] as const) {
    test(
      `N ${particleCount}, spread ${spread}: at least half succeed at Df ${dimension}`,
      { timeout: 300_000 },
      () => {
        const axes = {
          fractalDimensions: [dimension],
          fractalPrefactors: [1.4],
          radiusSpreads: [spread],
          particleCounts: [particleCount],
        };
        const [point] = mapFeasibility(openRandomStream("feasible"), axes, 12);
        expect(point.realisedShare).toBeGreaterThanOrEqual(0.5);
      },
    );
  }
});

describe("radii of grown aggregates", () => {
  test("pass a Kolmogorov-Smirnov test against the truncated lognormal law, rejection included", () => {
    const parameters = plainWith({ particleCount: 1000, radiusSpreadFirst: 1.4, fractalPrefactor: 1.2 });
    const deviates = ensemble(10, parameters)
      .flatMap((aggregate) => Array.from(aggregate.radiiNm, (radius) => Math.log(radius) / Math.log(1.4)))
      .sort((a, b) => a - b);
    // the normal law by its series, cut at two standard deviations
    const inside = normalShare(2);
    const distance = deviates.reduce((largest, z, k) => {
      const expected = 0.5 + (0.5 * Math.sign(z) * normalShare(Math.abs(z))) / inside;
      return Math.max(largest, Math.abs(expected - (k + 0.5) / deviates.length));
    }, 0);
    expect(distance).toBeLessThan(1.95 / Math.sqrt(deviates.length));
  });
});

/** Share of the normal law within z standard deviations: erf(z / sqrt 2) by Simpson's rule. */
function normalShare(z: number): number {
  const steps = 400;
  const h = z / steps;
  const density = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  let sum = density(0) + density(z);
  for (let k = 1; k < steps; k++) sum += (k % 2 === 1 ? 4 : 2) * density(k * h);
  return (2 * sum * h) / 3;
}
