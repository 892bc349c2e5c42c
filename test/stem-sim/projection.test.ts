import { describe, expect, test } from "vitest";
import { thicknessMapsNm } from "./thickness-maps-by-rays.ts";
import {
  blurredChord,
  blurredSphereTable,
  PROFILE_SAMPLES,
  sphereProfile,
} from "../../src/stem-sim/projection/blurred-sphere.ts";
import { projectBodies } from "../../src/stem-sim/projection/project-bodies.ts";
import type { NeckOwner } from "../../src/stem-sim/projection/project-bodies.ts";
import { splatBodiesInto, thicknessMaps } from "../../src/stem-sim/projection/splat-bodies.ts";
import { pixelBox } from "../../src/stem-sim/projection/splat-target.ts";
import type { PixelGrid } from "../../src/stem-sim/projection/pixel-grid.ts";
import type { Aggregate } from "../../src/stochastic/index.ts";
import { aggregateOf, randomSpheres } from "./aggregates.ts";
import { expectWithin } from "./expect-within.ts";

const TABLE = blurredSphereTable();
const GRID: PixelGrid = { widthPx: 81, heightPx: 81, pixelSizeNm: 0.5 };

/** Profile of the unit sphere as the renderers read it. */
function unitProfile(blur: number): { readonly reach: number; thicknessAt(u: number): number } {
  const { start, reachNm: reach, thicknessNm } = sphereProfile(1, blur);
  const { squares } = TABLE;
  return {
    reach,
    thicknessAt(u) {
      const at = (u / reach) ** 2 * (PROFILE_SAMPLES - 1);
      const below = start + Math.floor(at);
      const square = squares[below] + (at % 1) * (squares[below + 1] - squares[below]);
      return thicknessNm * Math.sqrt(square);
    },
  };
}

function blurred(aggregate: Aggregate, sigmaNm: number, neckOwner: NeckOwner = "radical-plane") {
  const optics = {
    sigmasNm: new Float64Array(aggregate.particleCount).fill(sigmaNm),
    strengths: new Float64Array(aggregate.particleCount).fill(1),
    neckOwner,
  };
  return splatBodiesInto(
    thicknessMaps(GRID.widthPx * GRID.heightPx),
    projectBodies(aggregate, TABLE, optics),
    GRID,
    null,
  );
}

const total = (map: Float32Array) => map.reduce((sum, value) => sum + value, 0);

/** Sharp thickness on a grid five times finer, convolved with a Gaussian by brute force at the coarse pixels. */
function bruteForce(aggregate: Aggregate, sigmaNm: number): readonly [Float32Array, Float32Array] {
  const fine = { widthPx: 401, heightPx: 401, pixelSizeNm: 0.1 };
  const sharp = thicknessMapsNm(aggregate, fine);
  const reach = Math.ceil((4 * sigmaNm) / fine.pixelSizeNm);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, k) =>
    Math.exp(-0.5 * (((k - reach) * fine.pixelSizeNm) / sigmaNm) ** 2),
  );
  const norm = weights.reduce((sum, weight) => sum + weight, 0);
  const along = (map: Float32Array, step: number) =>
    map.map((_, pixel) => {
      let sum = 0;
      for (let k = -reach; k <= reach; k++) sum += (weights[k + reach] / norm) * (map[pixel + k * step] ?? 0);
      return sum;
    });
  const coarse = (map: Float32Array) =>
    Float32Array.from({ length: 81 * 81 }, (_, pixel) => {
      const [row, column] = [Math.floor(pixel / 81), pixel % 81];
      return map[row * 5 * 401 + column * 5];
    });
  const [first, second] = sharp.map((map) => coarse(along(along(map, 1), 401)));
  return [first, second];
}

describe("sphereProfile()", () => {
  test("is the chord of a sphere convolved with a Gaussian, from sharp to wider than the sphere", () => {
    for (const blur of [0.01, 0.05, 0.2, 0.6, 1.5, 3.5]) {
      const { reach, thicknessAt } = unitProfile(blur);
      for (let k = 0; k < 200; k++) {
        const u = (reach * k) / 200;
        // straight lines between 192 squares: 0.7 % of a radius at the rim of a nearly sharp sphere
        expect(Math.abs(thicknessAt(u) - blurredChord(u, blur))).toBeLessThan(7e-3);
      }
    }
  });

  test("keeps the volume of the sphere, 4/3 pi r^3", () => {
    for (const blur of [0, 0.03, 0.3, 1, 2.9, 8]) {
      const { reach, thicknessAt } = unitProfile(blur);
      let volume = 0;
      for (let k = 0; k < 4000; k++) {
        const u = (reach * (k + 0.5)) / 4000;
        volume += (thicknessAt(u) * 2 * Math.PI * u * reach) / 4000;
      }
      const because = "profiles are scaled to it";
      expectWithin(`blur ${blur}`, volume, { of: (4 / 3) * Math.PI, rel: 1e-4, because });
    }
  });
});

describe("splatBodiesInto()", () => {
  const touching = aggregateOf([-3, 0, 0, 5, 0], [3, 0, 2, 5, 1], [0, 5, -3, 4, 1]);

  /** Root mean square over all pixels and both materials, as a share of the thickest column. */
  function deviation(aggregate: Aggregate, sigmaNm: number): number {
    const reference = bruteForce(aggregate, sigmaNm);
    let square = 0;
    let most = 0;
    blurred(aggregate, sigmaNm).forEach((map, material) => {
      map.forEach((value, pixel) => {
        square += (value - reference[material][pixel]) ** 2 / (2 * map.length);
        most = Math.max(most, reference[material][pixel]);
      });
      const because = "blur moves matter, it makes none";
      expectWithin("volume", total(map), { of: total(reference[material]), rel: 0.002, because });
    });
    return Math.sqrt(square) / most;
  }

  test("agrees with a brute-force convolution of the union of chords", () => {
    // necks cut with quadrature steps of an eighth where their plane stands upright, 0.1 % elsewhere
    expect(deviation(touching, 0.2)).toBeLessThan(0.001);
    expect(deviation(touching, 0.5)).toBeLessThan(0.002);
    // 30 spheres in one another's flesh, five planes to each: far from any aggregate
    expect(deviation(randomSpheres(3, 30, 12), 0.5)).toBeLessThan(0.01);
  });

  test("gives lenses to the material that owns them, and always the same union", () => {
    const owners = ["radical-plane", "first-material", "second-material"] as const;
    const [plane, first, second] = owners.map((owner) => blurred(touching, 0.3, owner).map(total));
    expect(first[0]).toBeGreaterThan(plane[0]);
    expect(second[1]).toBeGreaterThan(plane[1]);
    // the owner keeps whole spheres, their mutual lenses apart
    const alone = total(blurred(aggregateOf([-3, 0, 0, 5, 0]), 0.3)[0]);
    expectWithin("owner", first[0], { of: alone, rel: 1e-6, because: "nothing is cut from it" });
    const union = plane[0] + plane[1];
    const because = "quadrature of caps";
    expectWithin("union", first[0] + first[1], { of: union, rel: 1e-3, because });
    expectWithin("union", second[0] + second[1], { of: union, rel: 1e-3, because });
  });

  test("sees nothing of a particle inside another", () => {
    const [titania, tungsta] = blurred(aggregateOf([0, 0, 0, 8, 0], [1, 1, 1, 3, 1]), 0.4);
    const [shell] = blurred(aggregateOf([0, 0, 0, 8, 0]), 0.4);
    expect(titania).toEqual(shell);
    expect(total(tungsta)).toBe(0);
  });

  test("visits the pixels that bodies cover, however large the field", () => {
    const aggregate = randomSpheres(5, 30, 15);
    const optics = {
      sigmasNm: new Float64Array(30).fill(0.3),
      strengths: new Float64Array(30).fill(1),
      neckOwner: "radical-plane",
    } as const;
    const bodies = projectBodies(aggregate, TABLE, optics);
    const visited = (widthPx: number) => {
      const grid = { widthPx, heightPx: widthPx, pixelSizeNm: 0.5 };
      const boxes = Array.from({ length: bodies.bodyCount }, (_, body) => pixelBox(bodies, body, grid, 0));
      return boxes.reduce(
        (sum, box) => sum + (box.lastColumn - box.firstColumn + 1) * (box.lastRow - box.firstRow + 1),
        0,
      );
    };
    expect(visited(2001)).toBe(visited(201));
  });

  test("samples displaced points where the scan strays", () => {
    const aggregate = aggregateOf([0, 0, 0, 6, 0]);
    const optics = {
      sigmasNm: Float64Array.of(0.3),
      strengths: Float64Array.of(1),
      neckOwner: "radical-plane",
    } as const;
    const pixelCount = GRID.widthPx * GRID.heightPx;
    const shifts = {
      xNm: new Float32Array(pixelCount).fill(1),
      yNm: new Float32Array(pixelCount).fill(-0.5),
      reachNm: 1,
    };
    const [moved] = splatBodiesInto(
      thicknessMaps(pixelCount),
      projectBodies(aggregate, TABLE, optics),
      GRID,
      shifts,
    );
    const [still] = blurred(aggregate, 0.3);
    // the probe is 1 nm to the right and 0.5 nm below: the image moves 2 pixels left and 1 up
    for (const [row, column] of [
      [40, 40],
      [30, 45],
      [50, 33],
    ]) {
      expect(moved[row * 81 + column]).toBeCloseTo(still[(row + 1) * 81 + column + 2], 4);
    }
  });
});
