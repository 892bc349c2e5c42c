import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { excessOf, logTreesOf, moveListInPlace, residualOf } from "../../bench/parts/lists/list-chain.ts";
import type { ListLaws, ListProblem, ListState } from "../../bench/parts/lists/list-chain.ts";
import { changeOfLikelihood, changeScratch, eachChord } from "../../bench/parts/lists/list-image.ts";
import type { ListedSphere } from "../../bench/parts/lists/list-image.ts";

const SIDE = 32;
const sphere = (x: number, y: number, radiusPx: number, material: 0 | 1 = 0): ListedSphere => ({
  x,
  y,
  radiusPx,
  material,
});
const LAW = { mean: Math.log(4), spread: 0.02 };
const LAWS: ListLaws = { strengths: [1, 2], sizes: [LAW, LAW], secondShare: 0.5, preference: [0, 0] };

/** An image of spheres, without noise of its own; a pixel may be off by `error`. */
function problemOf(
  shown: readonly ListedSphere[],
  error: number,
  counts: readonly [number, number],
): ListProblem {
  const size = SIDE * SIDE;
  const image = {
    width: SIDE,
    height: SIDE,
    signal: new Float64Array(size),
    weights: new Float64Array(size).fill(1 / error ** 2),
    softPx: 0.7,
  };
  const residual = residualOf(image, shown, { strengths: LAWS.strengths, ground: new Float64Array(size) });
  return {
    image: { ...image, signal: residual.map((value) => -value) },
    necking: 0.1,
    errorPx: 1.5,
    materialCount: 1,
    counts,
    evenWeight: 1,
    radiusPx: 4,
  };
}

function stateOf(problem: ListProblem, spheres: readonly ListedSphere[]): ListState {
  const ground = new Float64Array(SIDE * SIDE);
  const residual = residualOf(problem.image, spheres, { strengths: LAWS.strengths, ground });
  const logTrees = logTreesOf(problem, spheres, LAWS);
  return { spheres: [...spheres], laws: LAWS, residual, excess: excessOf(residual), logTrees, heat: 1 };
}

/** Every place of a sphere whose centre is that of a pixel. */
const PLACES = Array.from({ length: SIDE * SIDE }, (_, k) =>
  sphere((k % SIDE) + 0.5, Math.floor(k / SIDE) + 0.5, 4),
);

describe("moveListInPlace()", () => {
  test("visits one and two particles as often as the posterior says, summed over all places of one and of two", () => {
    // the second lies half behind the first, and a pixel may be off by so much that the image does not settle it
    const problem = problemOf([sphere(16, 16, 4), sphere(19, 14, 4)], 14, [1, 2]);
    const { image } = problem;
    const alone = PLACES.map((after) =>
      changeOfLikelihood(changeScratch(image), image, image.signal, {
        before: null,
        after,
        strengths: [1, 1],
      }),
    );
    // two together explain the sum of their thicknesses: ln L(a, b) = ln L(a) + ln L(b) - sum w t_a t_b, the last by their distance
    const shared = sharedThickness(problem);
    const places = placeDensity(problem);
    let [one, two] = [0, 0];
    PLACES.forEach((a, i) => {
      one += Math.exp(alone[i]);
      PLACES.forEach((b, j) => {
        const apart = Math.abs(a.x - b.x) + SIDE * Math.abs(a.y - b.y);
        two += Math.exp(alone[i] + alone[j] - shared[apart]) * places[apart];
      });
    });
    const odds = two / 2 / one;
    const state = stateOf(problem, [PLACES[400]]);
    const [rng, scratch] = [openRandomStream(3, "births"), changeScratch(image)];
    let [pairs, changes, before] = [0, 0, 1];
    const moves = 30_000;
    for (let move = 0; move < moves; move++) {
      moveListInPlace(rng, state, problem, scratch);
      if (state.spheres.length === 2) pairs++;
      if (state.spheres.length !== before) changes++;
      before = state.spheres.length;
    }
    const share = odds / (1 + odds);
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.8);
    // three standard errors of as many independent visits as there were births
    expect(Math.abs(pairs / moves - share)).toBeLessThan(
      3 * Math.sqrt((share * (1 - share)) / (changes / 2)),
    );
  });
});

/** Density of a second place given the first, by how far they lie apart along either axis. */
const placeDensity = (problem: ListProblem) =>
  PLACES.map((other) => Math.exp(logTreesOf(problem, [PLACES[0], other], LAWS)));

/** Sum of w t_a t_b over the pixels, by how far two spheres lie apart along either axis. */
function sharedThickness({ image }: ListProblem): Float64Array {
  const middle = 2 * SIDE;
  const wide = { width: 4 * SIDE, height: 4 * SIDE, softPx: image.softPx };
  const map = new Float64Array(wide.width * wide.height);
  eachChord(wide, sphere(middle, middle, 4), (pixel, thickness) => (map[pixel] = thickness));
  return Float64Array.from({ length: SIDE * SIDE }, (_, k) => {
    let sum = 0;
    const other = sphere(middle + (k % SIDE), middle + Math.floor(k / SIDE), 4);
    eachChord(wide, other, (pixel, thickness) => (sum += image.weights[0] * thickness * map[pixel]));
    return sum;
  });
}
