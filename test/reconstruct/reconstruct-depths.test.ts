import { describe, expect, test } from "vitest";
import { findMaterial, mean, openRandomStream } from "../../src/core/index.ts";
import { convergenceOf } from "../../src/reconstruct/convergence.ts";
import { fitLabelPrior, singleMaterialPrior } from "../../src/reconstruct/label-prior.ts";
import { projectAggregate } from "../../src/reconstruct/projected-particles.ts";
import { reconstructDepths, SHIPPED_WEIGHTS } from "../../src/reconstruct/index.ts";
import { tiltAggregate } from "../../src/stem-sim/index.ts";
import { aggregatePriorSchema, drawAggregate, findContacts } from "../../src/stochastic/index.ts";

const materials = [findMaterial("TiO2-anatase"), findMaterial("WO3")] as const;
const prior = aggregatePriorSchema.parse({ particleCount: 25, necking: 0.1, fractalPrefactor: 1.3 });
const { aggregate } = drawAggregate(openRandomStream(11, "reconstruct"), prior);
const labelPrior = { preferences: [[2, 2]] as const, logShares: Float64Array.of(0) };
const problem = {
  particles: projectAggregate(aggregate),
  materials,
  necking: 0.1,
  labelPrior,
  weights: SHIPPED_WEIGHTS,
  views: [],
};
const turned = (tiltDeg: number) => projectAggregate(tiltAggregate(aggregate, tiltDeg));
const depthErrorNm = (centersNm: Float64Array) =>
  mean(aggregate.radiiNm.map((_, i) => Math.abs(centersNm[3 * i + 2] - aggregate.centersNm[3 * i + 2])));

describe("reconstructDepths()", () => {
  const options = { chainCount: 2, drawCount: 8 };
  const one = reconstructDepths(openRandomStream(1), problem, options);

  test("draws aggregates that look like the view: places as seen, all in one piece, no overlap beyond the necking", () => {
    expect(one.draws).toHaveLength(8);
    for (const { aggregate: drawn } of one.draws) {
      const { centersNm: c, radiiNm: r } = drawn;
      for (let i = 0; i < 25; i++) {
        expect([c[3 * i], c[3 * i + 1]]).toEqual([
          aggregate.centersNm[3 * i],
          aggregate.centersNm[3 * i + 1],
        ]);
      }
      const { contactCount, first, second } = findContacts(drawn, 1e-3);
      expect(contactCount).toBeGreaterThanOrEqual(24);
      for (let k = 0; k < contactCount; k++) {
        const [i, j] = [first[k], second[k]];
        const distance = Math.hypot(
          c[3 * i] - c[3 * j],
          c[3 * i + 1] - c[3 * j + 1],
          c[3 * i + 2] - c[3 * j + 2],
        );
        // four times the least softness of 0.05 nm
        expect(distance).toBeGreaterThan(0.9 * (r[i] + r[j]) - 0.2);
      }
    }
  });

  test("is the same for the same stream", () => {
    const again = reconstructDepths(openRandomStream(1), problem, options);
    expect(again.draws.map(({ descriptors }) => descriptors)).toEqual(
      one.draws.map(({ descriptors }) => descriptors),
    );
  });

  test("finds the depths once two further views show the aggregate aslant, and not from one view", () => {
    // the specimen drifts between the exposures
    const views = [-30, 30].map((tiltDeg) => {
      const { xNm, yNm, ...particles } = turned(tiltDeg);
      const [dx, dy] = [0.2 * tiltDeg, 5 - 0.1 * tiltDeg];
      return {
        tiltDeg,
        particles: { ...particles, xNm: xNm.map((x) => x + dx), yNm: yNm.map((y) => y + dy) },
      };
    });
    const three = reconstructDepths(openRandomStream(1), { ...problem, views }, options);
    const errors = three.draws.map(({ aggregate: drawn }) => depthErrorNm(drawn.centersNm));
    // radii are 3 to 12 nm
    expect(mean(errors)).toBeLessThan(2);
    expect(mean(one.draws.map(({ aggregate: drawn }) => depthErrorNm(drawn.centersNm)))).toBeGreaterThan(4);
  });
});

describe("fitLabelPrior()", () => {
  test("learns that like touches like from aggregates in which it does, and that it does not matter where it does not", () => {
    // of 39 contacts of 20 and 20 particles, 20 are between the materials at random
    const counts = (hetero: number) => ({
      firstCount: 20,
      secondCount: 20,
      homoFirst: Math.floor((39 - hetero) / 2),
      homoSecond: Math.ceil((39 - hetero) / 2),
      hetero,
    });
    const meanOf = (hetero: number) => {
      const { preferences, logShares } = fitLabelPrior(Array.from({ length: 20 }, () => counts(hetero)));
      return preferences.reduce((sum, [a, b], k) => sum + ((a + b) / 2) * Math.exp(logShares[k]), 0);
    };
    expect(Math.abs(meanOf(20))).toBeLessThan(0.5);
    expect(meanOf(5)).toBeGreaterThan(1.5);
    expect(singleMaterialPrior().preferences).toEqual([[0, 0]]);
  });
});

describe("convergenceOf()", () => {
  const normals = (name: string, center: number) => {
    const rng = openRandomStream(6, name);
    return Array.from({ length: 200 }, () => center + rng.normal());
  };

  test("is 1 for chains that agree, and more for chains that do not", () => {
    const agreed = convergenceOf([normals("a", 0), normals("b", 0)]);
    expect(agreed.rHat).toBeLessThan(1.03);
    expect(agreed.effectiveCount).toBeGreaterThan(250);
    const apart = convergenceOf([normals("a", 0), normals("b", 2)]);
    expect(apart.rHat).toBeGreaterThan(1.3);
    expect(apart.effectiveCount).toBeLessThan(20);
    expect(
      convergenceOf([
        [3, 3, 3, 3],
        [3, 3, 3, 3],
      ]),
    ).toEqual({ rHat: 1, effectiveCount: 8 });
  });
});
