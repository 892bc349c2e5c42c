import { describe, expect, test } from "vitest";
import { mean, openRandomStream } from "../../src/core/index.ts";
import { checkAggregate } from "../../src/stochastic/check-aggregate.ts";
import { describeAggregate, describeMixing, growAggregate } from "../../src/stochastic/index.ts";
import { relabelAggregate } from "../../src/stochastic/relabel-aggregate.ts";
import { restructureAggregate } from "../../src/stochastic/restructure-aggregate.ts";
import { sphereAggregate } from "../../src/stochastic/aggregate.ts";
import type { Aggregate, AggregateParameters } from "../../src/stochastic/index.ts";
import type { ModelRules } from "../../src/stochastic/model-rules.ts";
import { MATERIAL_PAIR, parametersWith } from "./aggregates.ts";

function grown(seed: number, parameters: AggregateParameters, rules: ModelRules = {}): Aggregate {
  const growth = growAggregate(openRandomStream(seed), parameters, MATERIAL_PAIR, rules);
  if (growth.kind === "rejected") throw new Error(growth.reason);
  return growth.aggregate;
}

describe("placement by collisions", () => {
  for (const placement of ["diffusion-limited", "ballistic"] as const) {
    test(`${placement}: gives one connected tree without overlap`, () => {
      const parameters = parametersWith({ particleCount: 50 });
      const aggregate = grown(1, parameters, { placement });
      const check = checkAggregate(aggregate, parameters, { placement });
      expect(check.componentCount).toBe(1);
      expect(check.overlapExcess).toBeLessThan(1e-9);
      expect(describeAggregate(aggregate).meanCoordination).toBeCloseTo(2 - 2 / 50, 12);
    });
  }

  test("keeps the materials apart until they mix", () => {
    const heteroShare = (size: number) => {
      const own = { particleCount: 50, numberFraction: 0.5, clusterSizeFirst: size, clusterSizeSecond: size };
      const rules = { placement: "diffusion-limited" } as const;
      return mean(
        [1, 2, 3, 4].map(
          (seed) => describeAggregate(grown(seed, parametersWith(own), rules)).heteroContactFraction,
        ),
      );
    };
    // 1 particle a cluster: random, about 1/2; 12 a cluster: some 4 clusters, 3 contacts between them in 49
    expect(heteroShare(1)).toBeGreaterThan(0.35);
    expect(heteroShare(12)).toBeLessThan(0.15);
  });
});

describe("relabelAggregate()", () => {
  const chain = (materials: string) =>
    sphereAggregate(
      [...materials].map((letter, k) => ({
        x: 2 * k,
        y: 0,
        z: 0,
        radiusNm: 1,
        materialIndex: "AB".indexOf(letter),
      })),
    );

  test("visits the six labellings of a chain of two and two with their Boltzmann weights", () => {
    const coupling = 0.7;
    // homo-contacts: AABB and BBAA 2, ABBA and BAAB 1, ABAB and BABA 0
    const weights = [2, 1, 0].map((homo) => 2 * Math.exp(coupling * homo));
    const exact = weights.map((w) => w / weights.reduce((a, b) => a + b, 0));
    const counts = [0, 0, 0];
    const tries = 4000;
    for (let k = 0; k < tries; k++) {
      const labelled = relabelAggregate(openRandomStream(k), chain("AABB"), { coupling, sweeps: 20 });
      counts[Math.round(3 * describeAggregate(labelled).heteroContactFraction) - 1]++;
    }
    counts.forEach((count, k) => {
      // four binomial standard errors
      expect(Math.abs(count / tries - exact[k])).toBeLessThan(4 * Math.sqrt(0.25 / tries));
    });
  });

  test("moves mixing from segregated over random to ordered at fixed composition and geometry", () => {
    const aggregate = grown(2, parametersWith({ numberFraction: 0.5 }));
    const mixed = [3, 0, -3].map((coupling) =>
      relabelAggregate(openRandomStream(1), aggregate, { coupling }),
    );
    const [apart, random, ordered] = mixed.map((labelled) => describeMixing(labelled).normalisedMixing);
    expect(apart).toBeLessThan(0.3);
    // 59 contacts: standard deviation of the normalised mixing about 0.13
    expect(Math.abs(random - 1)).toBeLessThan(0.4);
    expect(ordered).toBeGreaterThan(1.6);
    for (const labelled of mixed) {
      expect(labelled.centersNm).toBe(aggregate.centersNm);
      expect(labelled.materialIndices.filter((m) => m === 1).length).toBe(30);
    }
  });
});

describe("restructureAggregate()", () => {
  test("closes a bent chain of three into a triangle", () => {
    const bent = sphereAggregate([
      { x: 2, y: 0, z: 0, radiusNm: 1, materialIndex: 0 },
      { x: 0, y: 0, z: 0, radiusNm: 1, materialIndex: 0 },
      { x: 0, y: 2, z: 0, radiusNm: 1, materialIndex: 1 },
    ]);
    const triangle = restructureAggregate(openRandomStream(1), bent, { meanCoordination: 2 });
    expect(describeAggregate(triangle, { contactTolerance: 1e-6 }).meanCoordination).toBe(2);
  });

  for (const necking of [0, 0.1]) {
    test(`reaches a mean coordination of 3 without overlap beyond necks of ${necking}`, () => {
      const parameters = parametersWith({ necking });
      const settled = grown(3, parameters, { settledCoordination: 3 });
      const check = checkAggregate(settled, parameters, { settledCoordination: 3 });
      expect(check.componentCount).toBe(1);
      expect(check.overlapExcess).toBeLessThan(1e-6);
      expect(describeAggregate(settled).meanCoordination).toBeGreaterThanOrEqual(3);
    });
  }

  test("refuses a coordination beyond that of packed spheres", () => {
    const aggregate = grown(1, parametersWith());
    expect(() => restructureAggregate(openRandomStream(1), aggregate, { meanCoordination: 9 })).toThrow(
      "Cannot restructure aggregate: meanCoordination must be a number from 0 to 6, got 9",
    );
  });
});
