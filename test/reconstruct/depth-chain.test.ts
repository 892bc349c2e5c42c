import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { depthScratch, rehangInPlace } from "../../src/reconstruct/depth-chain.ts";
import type { DepthProblem, DepthState } from "../../src/reconstruct/depth-chain.ts";
import { NO_WEIGHTS, SHIPPED_WEIGHTS } from "../../src/reconstruct/model-weights.ts";
import { projectedPairs } from "../../src/reconstruct/projected-pairs.ts";
import { startDepths } from "../../src/reconstruct/start-depths.ts";

const NECKING = 0.1;

function problemOf(spheres: readonly (readonly [x: number, y: number, r: number])[]): DepthProblem {
  const numbers = (k: 0 | 1 | 2) => Float64Array.from(spheres, (sphere) => sphere[k]);
  const particles = {
    count: spheres.length,
    xNm: numbers(0),
    yNm: numbers(1),
    radiiNm: numbers(2),
    materialIndices: Uint8Array.from(spheres, (_, i) => i % 2),
    errorNm: 0,
  };
  return { particles, pairs: projectedPairs(particles, NECKING), weights: NO_WEIGHTS, evidence: null };
}

const settings = { softnessNm: 0.05, logLabels: [0, 0, 0] as const };

function walk(problem: DepthProblem, moves: number, look: (state: DepthState) => void): DepthState {
  const rng = openRandomStream(4, "walk");
  const state = startDepths(rng, problem);
  const scratch = depthScratch(problem);
  for (let move = 0; move < moves; move++) {
    const particle = rng.integerBelow(problem.particles.count);
    if (state.parents[particle] < 0) continue;
    rehangInPlace(rng, state, problem, scratch, { particle, settings });
    look(state);
  }
  return state;
}

/** Depth differences to the first particle, as a name for a state together with the pairs that carry. */
const nameOf = ({ depthsNm, parentPairs }: DepthState) =>
  [
    [...parentPairs].filter((pair) => pair >= 0).sort(),
    [...depthsNm]
      .map((depth) => (depth - depthsNm[0]).toFixed(3))
      .map((text) => text.replace("-0.000", "0.000")),
  ]
    .flat()
    .join(" ");

describe("rehangInPlace()", () => {
  // a triangle of equal spheres seen aslant: every pair may carry
  const triangle = problemOf([
    [0, 0, 5],
    [6, 0, 5],
    [2, 5, 5],
  ]);

  test("visits every tree and every side of three particles as often as its density over directions says", () => {
    const { contactDepthNm, contactNm, squares, logDensity } = triangle.pairs;
    const depths = [...contactDepthNm];
    const trees = [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const;
    // pairs are (0,1), (0,2), (1,2); of each tree both signs of both contacts, the third pair no nearer than a contact
    const wanted = new Map<string, number>();
    for (const [a, b] of trees) {
      for (const s of [1, -1]) {
        for (const t of [1, -1]) {
          const z = zOf([a, b], [s * depths[a], t * depths[b]]);
          const third = 3 - a - b;
          const dz = third === 0 ? z[1] : third === 1 ? z[2] : z[2] - z[1];
          if (Math.sqrt(squares[third] + dz * dz) < contactNm[third]) continue;
          const state = {
            depthsNm: Float64Array.of(0, ...z.slice(1)),
            parents: new Int32Array(3),
            parentPairs: Int32Array.of(-1, a, b),
          };
          wanted.set(nameOf(state), Math.exp(logDensity[a] + logDensity[b]));
        }
      }
    }
    const total = [...wanted.values()].reduce((x, y) => x + y, 0);
    const seen = new Map<string, number>();
    let count = 0;
    walk(triangle, 60_000, (state) => {
      count++;
      seen.set(nameOf(state), (seen.get(nameOf(state)) ?? 0) + 1);
    });
    expect(wanted.size).toBeGreaterThan(4);
    expect([...seen.keys()].sort()).toEqual([...wanted.keys()].sort());
    for (const [name, weight] of wanted) {
      // 40,000 moves, of which neighbours are alike: three standard errors of some 10,000 independent ones
      const error = 3 * Math.sqrt((weight / total) * (1 - weight / total)) * 0.01;
      expect(Math.abs((seen.get(name) ?? 0) / count - weight / total)).toBeLessThan(error);
    }
  });

  /** Depths of three particles, the first at 0, from the differences over two of the pairs (0,1), (0,2), (1,2). */
  function zOf(pairs: readonly [number, number], differences: readonly number[]): number[] {
    const z = [0, NaN, NaN];
    const by = new Map(pairs.map((pair, k) => [pair, differences[k]]));
    if (by.has(0)) z[1] = by.get(0) as number;
    if (by.has(1)) z[2] = by.get(1) as number;
    if (Number.isNaN(z[1])) z[1] = z[2] - (by.get(2) as number);
    if (Number.isNaN(z[2])) z[2] = z[1] + (by.get(2) as number);
    return z;
  }

  test("keeps a tree in which every particle stands at the distance of a contact from its parent", () => {
    const rng = openRandomStream(2, "scatter");
    const cloud = problemOf(
      Array.from(
        { length: 25 },
        () => [30 * rng.uniform(), 30 * rng.uniform(), 3 + 3 * rng.uniform()] as const,
      ),
    );
    const state = walk({ ...cloud, weights: SHIPPED_WEIGHTS }, 4000, () => {});
    const { first, second, squares, contactNm } = cloud.pairs;
    expect(state.parents.filter((parent) => parent < 0).length).toBe(1);
    state.parents.forEach((parent, i) => {
      if (parent < 0) return;
      const pair = state.parentPairs[i];
      expect([first[pair], second[pair]].sort((a, b) => a - b)).toEqual([i, parent].sort((a, b) => a - b));
      const distance = Math.sqrt(squares[pair] + (state.depthsNm[i] - state.depthsNm[parent]) ** 2);
      // a bridge over a gap is as long as the gap
      expect(distance).toBeCloseTo(Math.max(contactNm[pair], Math.sqrt(squares[pair])), 6);
      let steps = 0;
      for (let at = i; state.parents[at] >= 0; at = state.parents[at]) expect(++steps).toBeLessThan(25);
    });
  });
});

describe("projectedPairs()", () => {
  test("lists pairs that may touch, and bridges the one gap between parts", () => {
    const { pairs } = problemOf([
      [0, 0, 5],
      [9.5, 0, 5],
      [40, 0, 5],
    ]);
    // 9.5 is more than 9, the distance of a contact, and less than 10, at which spheres touch: it cannot carry, so both gaps are bridged
    expect(pairs.count).toBe(3);
    expect([...pairs.logDensity].filter((log) => log === -Infinity)).toHaveLength(1);
    const bridges = [...pairs.logDensity].filter(Number.isFinite);
    expect(bridges).toHaveLength(2);
    expect(Math.max(...bridges)).toBeLessThan(-12);
  });
});
