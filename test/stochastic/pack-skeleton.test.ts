import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import type { Cluster } from "../../src/stochastic/cluster.ts";
import { connectedComponents } from "../../src/stochastic/contact-graph.ts";
import { describeAggregate, findContacts } from "../../src/stochastic/index.ts";
import { drawPrimaryRadiiNm } from "../../src/stochastic/primary-radii.ts";
import { geometricMeanNm, scalingLawGyrationNm } from "../../src/stochastic/scaling-law.ts";
import type { Aggregate } from "../../src/stochastic/index.ts";
import { packParticles } from "../../src/stochastic/pack-particles.ts";
import { packSkeleton } from "../../src/stochastic/pack-skeleton.ts";
import { largestOverlap, MATERIAL_PAIR } from "./aggregates.ts";

/** Few large particles carry the volume, and the law leaves little more room than a dense packing of them takes. */
const CORNER = { fractalDimension: 2.2, fractalPrefactor: 1.4 };

function wideRadiiNm(seed: number, count: number): Float64Array {
  return drawPrimaryRadiiNm(openRandomStream(seed), count, { geometricMeanNm: 5, geometricSpread: 1.9 });
}

function aggregateOf(cluster: Cluster): Aggregate {
  return { ...cluster, centersNm: cluster.positionsNm, materials: MATERIAL_PAIR };
}

function packed(seed: number): Cluster {
  const clusters = [0, 1].map((materialIndex) => ({
    materialIndex,
    radiiNm: wideRadiiNm(seed + materialIndex, 32),
  }));
  const skeleton = packSkeleton(openRandomStream(seed), clusters, CORNER);
  if (skeleton === null) throw new Error("not packed");
  return skeleton;
}

describe("packSkeleton()", () => {
  test("closes the scaling law exactly where merged halves are too wide for it", () => {
    const skeleton = packed(3);
    const expectedNm = scalingLawGyrationNm(CORNER, 64, geometricMeanNm(skeleton.radiiNm));
    // the last particle's distance is solved for in closed form: round-off only
    expect(Math.abs(Math.sqrt(skeleton.gyrationSquaredNm2) / expectedNm - 1)).toBeLessThan(1e-12);
  });

  test("gives one connected body without overlap", () => {
    const aggregate = aggregateOf(packed(3));
    expect(Math.max(...connectedComponents(findContacts(aggregate, 1e-6)))).toBe(0);
    // contacts on circles are kept to 1e-9 of the contact distance
    expect(largestOverlap(aggregate)).toBeLessThan(2e-9);
  });

  test("keeps homo-clusters whole: one of each material stays one of each", () => {
    const descriptors = describeAggregate(aggregateOf(packed(3)), { contactTolerance: 1e-6 });
    expect([descriptors.homoClusterSizeFirst, descriptors.homoClusterSizeSecond]).toEqual([32, 32]);
  });

  test("gives the same bytes for the same stream", () => {
    expect(packed(4).positionsNm).toEqual(packed(4).positionsNm);
  });

  test("gives up where the law asks for less room than a dense packing takes", () => {
    const clusters = [{ materialIndex: 0, radiiNm: wideRadiiNm(1, 40) }];
    expect(
      packSkeleton(openRandomStream(1), clusters, { fractalDimension: 3, fractalPrefactor: 3 }),
    ).toBeNull();
  });
});

describe("packParticles()", () => {
  const equal = (count: number) =>
    Array.from({ length: count }, () => ({ radiusNm: 1, materialIndex: 0, clusterIndex: 0, wantedNm: 0 }));
  const noTail = { start: Infinity, momentNm5: 0, leftOutNm3: 0 };

  test("packs four equal spheres into a tetrahedron", () => {
    // corners of a tetrahedron of edge 2 r lie at 3/2 r^2 from its centre
    const squared = packParticles(equal(4), noTail)?.gyrationSquaredNm2 ?? NaN;
    // spheres that touch may come 1e-9 nearer
    expect(Math.abs(squared - (0.6 + 1.5))).toBeLessThan(2e-9);
  });

  test("places the tail where it gives the whole the wanted moment", () => {
    // two touching spheres have a moment of 2; the third at sqrt 3 from their centre adds 2/3 of 3
    const wanted = { start: 2, momentNm5: 2 + 3, leftOutNm3: 0 };
    expect(packParticles(equal(3), wanted)?.gyrationSquaredNm2).toBeCloseTo(0.6 + 4 / 3, 9);
  });
});
