import { describe, expect, test } from "vitest";
import { mean, openRandomStream } from "../../src/core/index.ts";
import {
  chordLengthsNm,
  coordinationDistribution,
  describeMixing,
  describeMorphology,
  describeProjection,
  pairDensities,
  phaseCovariances,
  projectMask,
} from "../../src/stochastic/index.ts";
import { correlationDimension } from "../../bench/parts/fractal-fit.ts";
import { sphereAggregate } from "../../src/stochastic/aggregate.ts";

const sphere = (x: number, radiusNm: number, materialIndex: number) => ({
  x,
  y: 0,
  z: 0,
  radiusNm,
  materialIndex,
});
const chainOf = (materials: string) =>
  sphereAggregate([...materials].map((letter, k) => sphere(2 * k, 1, "AB".indexOf(letter))));
const ball = sphereAggregate([sphere(0, 5, 0)]);

describe("describeMixing()", () => {
  test("gives a chain AABB: 1 of 3 contacts mixed, random share 2/3", () => {
    const mixing = describeMixing(chainOf("AABB"));
    expect(mixing.normalisedMixing).toBeCloseTo(0.5, 12);
    // neighbours of A: 3 ends, one of them B; x = 1/2
    expect(mixing.warrenCowley).toBeCloseTo(1 - 1 / 3 / 0.5, 12);
    // contact ends: 3 of 6 at A, so 1/2 by chance; 2/3 of the contacts are homo
    expect(mixing.assortativity).toBeCloseTo((2 / 3 - 0.5) / 0.5, 12);
    expect(mixing.shareWithoutHeteroContact).toBe(0.5);
    expect(mixing.neckAreaNm2).toBe(0);
  });

  test("orders a chain ABAB: Warren-Cowley -1, assortativity -1", () => {
    const mixing = describeMixing(chainOf("ABAB"));
    expect(mixing.warrenCowley).toBeCloseTo(-1, 12);
    expect(mixing.assortativity).toBeCloseTo(-1, 12);
  });

  test("counts contacts on the way from one material to the other in a chain AAABB", () => {
    const mixing = describeMixing(chainOf("AAABB"));
    // A particles are 3, 2 and 1 contacts from the nearest B; B particles 1 and 2 from the nearest A
    expect(mixing.pathLengthFirstToSecond).toBe(2);
    expect(mixing.pathLengthSecondToFirst).toBe(1.5);
    // all six pairs: 3, 4, 2, 3, 1, 2
    expect(mixing.pathLengthBetween).toBe(15 / 6);
  });

  test("takes the shorter way round a ring: opposite corners of a square are two contacts apart", () => {
    const corners = [
      [0, 0],
      [2, 0],
      [2, 2],
      [0, 2],
    ];
    const ring = sphereAggregate(
      corners.map(([x, y], k) => ({ x, y, z: 0, radiusNm: 1, materialIndex: k === 0 ? 1 : 0 })),
    );
    expect(describeMixing(ring).pathLengthFirstToSecond).toBeCloseTo(4 / 3, 12);
  });

  test("leaves out pairs that no path joins, and says NaN where a material is missing", () => {
    const apart = sphereAggregate([sphere(0, 1, 0), sphere(2, 1, 1), sphere(9, 1, 0)]);
    expect(describeMixing(apart).pathLengthBetween).toBe(1);
    expect(describeMixing(chainOf("AAA")).pathLengthBetween).toBeNaN();
    // searched from the rarer material, whichever it is
    const ways = ["AAABAA", "BBBABB"].map((chain) => describeMixing(chainOf(chain)).pathLengthBetween);
    expect(ways).toEqual([9 / 5, 9 / 5]);
  });

  test("weighs homo-clusters of 1 and 3 by their particles: (1 + 9) / 4", () => {
    const mixing = describeMixing(chainOf("ABAAA"));
    expect(mixing.homoClusterMassMeanFirst).toBe(2.5);
    expect(mixing.largestHomoClusterShareFirst).toBe(0.75);
  });

  test("finds the neck of unequal spheres: radii 13 and 20, 21 apart, circle of radius 12", () => {
    const pair = sphereAggregate([sphere(0, 13, 0), sphere(21, 20, 0)]);
    // 13^2 = 5^2 + 12^2 and 20^2 = 16^2 + 12^2
    expect(describeMixing(pair).neckAreaNm2).toBeCloseTo(144 * Math.PI, 9);
    expect(describeMixing(pair).heteroNeckAreaNm2).toBe(0);
  });
});

describe("coordinationDistribution()", () => {
  test("counts a chain of four: two ends and two middles", () => {
    expect(coordinationDistribution(chainOf("AABB"), { contacts: "all" })).toEqual([0, 2, 2]);
    expect(coordinationDistribution(chainOf("AABB"), { contacts: "hetero" })).toEqual([2, 2]);
  });
});

describe("describeMorphology()", () => {
  test("of a ball: volume, surface, isotropy, hull", () => {
    const shape = describeMorphology(ball);
    expect(shape.volumeNm3).toBeCloseTo((4 / 3) * Math.PI * 125, 9);
    expect(shape.surfaceNm2).toBeCloseTo(100 * Math.PI, 9);
    expect(shape.anisotropy).toBeCloseTo(0, 12);
    // 800 tangent planes enclose 0.5 % more than the ball
    expect(shape.hullFill).toBeGreaterThan(0.99);
    expect(shape.hullFill).toBeLessThanOrEqual(1);
    // 3 / (density r): 3 / (3.89e6 g/m3 x 5e-9 m)
    expect(shape.specificSurfaceM2PerG).toBeCloseTo(3 / (3.89e6 * 5e-9), 9);
  });

  test("of a lens: two spheres a radius apart share two caps of height r/2", () => {
    const shape = describeMorphology(sphereAggregate([sphere(0, 2, 0), sphere(2, 2, 1)]));
    // each loses a cap of height h = 1: volume pi h^2 (3 r - h) / 3, surface 2 pi r h
    const volume = 2 * ((4 / 3) * Math.PI * 8 - (Math.PI * 5) / 3);
    const surface = 2 * (16 * Math.PI - 4 * Math.PI);
    // 400 points a sphere
    expect(Math.abs(shape.volumeNm3 / volume - 1)).toBeLessThan(0.005);
    expect(Math.abs(shape.surfaceNm2 / surface - 1)).toBeLessThan(0.01);
    expect(Math.abs(shape.surfaceShareSecond - 0.5)).toBeLessThan(0.01);
  });

  test("of a long rod: anisotropy tends to 1 and length adds up", () => {
    const rod = describeMorphology(chainOf("A".repeat(100)));
    expect(rod.maximumLengthNm).toBeCloseTo(200, 9);
    // rod of length 200: second moments 200^2 / 12 along, 1/5 across
    expect(rod.anisotropy).toBeGreaterThan(0.999);
  });

  test("weighs the radius of gyration by density where mass is asked for", () => {
    const pair = sphereAggregate([sphere(0, 1, 0), sphere(2, 1, 1)]);
    const share = 7.16 / (3.89 + 7.16);
    const expected = Math.sqrt(0.6 + 4 * share * (1 - share));
    expect(describeMorphology(pair).radiusOfGyrationMassNm).toBeCloseTo(expected, 12);
  });
});

describe("phaseCovariances()", () => {
  test("of a ball follow 1 - 3r / 4R + r^3 / 16R^3", () => {
    const points = 20_000;
    const distancesNm = [2, 5, 9, 11];
    for (const { distanceNm: r, firstGivenFirst } of phaseCovariances(openRandomStream(1), ball, {
      distancesNm,
      points,
    })) {
      const exact = r < 10 ? 1 - (3 * r) / 20 + r ** 3 / (16 * 125) : 0;
      expect(Math.abs(firstGivenFirst - exact)).toBeLessThan(4 * Math.sqrt(0.25 / points));
    }
  });

  test("balance: V_A P(B | A) = V_B P(A | B)", () => {
    const pair = sphereAggregate([sphere(0, 4, 0), sphere(6, 2, 1)]);
    const points = 40_000;
    const [at] = phaseCovariances(openRandomStream(2), pair, { distancesNm: [5], points });
    // volumes 64 : 8; standard error of the first term is 64 sqrt(p / points), p about 0.02
    expect(Math.abs(64 * at.secondGivenFirst - 8 * at.firstGivenSecond)).toBeLessThan(
      4 * 64 * Math.sqrt(0.03 / points),
    );
  });
});

describe("chordLengthsNm()", () => {
  test("of a ball have the mean 4V / S = 4R / 3 and the second moment 2 R^2", () => {
    const [chords] = chordLengthsNm(openRandomStream(3), ball, 20_000);
    // density of chords l / 2R^2 up to 2R: variance 2 R^2 - 16/9 R^2
    const standardError = 5 * Math.sqrt(2 / 9 / chords.length);
    expect(Math.abs(mean(chords) - 20 / 3)).toBeLessThan(4 * standardError);
    expect(Math.abs(mean(chords.map((l) => l * l)) - 50)).toBeLessThan(1);
  });
});

describe("pairDensities()", () => {
  test("finds the one neighbour of a pair in its shell", () => {
    const [near, far] = pairDensities(chainOf("AB"), [1, 3, 5]);
    expect(near.firstSecond).toBeCloseTo(1 / ((4 / 3) * Math.PI * 26), 12);
    expect([near.firstFirst, far.firstSecond]).toEqual([0, 0]);
  });
});

describe("correlationDimension()", () => {
  test("reads Df off a power law inside the window only", () => {
    const correlation = Array.from({ length: 40 }, (_, k) => {
      const distanceNm = 1.2 ** k;
      return { distanceNm, density: distanceNm < 100 ? distanceNm ** (1.8 - 3) : 0 };
    });
    expect(correlationDimension(correlation, [2, 90])).toBeCloseTo(1.8, 12);
  });
});

describe("describeProjection()", () => {
  const disc = describeProjection(projectMask(ball, 0.05));

  test("of a disc of radius 5: area, perimeter, Feret diameters, radius of gyration", () => {
    // outline of 200 pixels across: areas to 0.1 %, Feret diameters to a pixel, Crofton in four directions to 1 %
    expect(Math.abs(disc.projectedAreaNm2 / (25 * Math.PI) - 1)).toBeLessThan(1e-3);
    expect(Math.abs(disc.perimeterNm / (10 * Math.PI) - 1)).toBeLessThan(0.01);
    expect(Math.abs(disc.maximumFeretNm - 10)).toBeLessThan(0.1);
    expect(Math.abs(disc.minimumFeretNm - 10)).toBeLessThan(0.1);
    expect(Math.abs(disc.radiusOfGyration2dNm - 5 / Math.SQRT2)).toBeLessThan(0.01);
    expect(disc.hullFill2d).toBeGreaterThan(0.98);
  });

  test("of a row of discs: aspect ratio and hull fill", () => {
    const row = describeProjection(projectMask(chainOf("AAAA"), 0.02));
    expect(row.aspectRatio).toBeCloseTo(4, 1);
    // hull: a 6 x 2 rectangle and two half discs
    expect(row.hullFill2d).toBeCloseTo((4 * Math.PI) / (12 + Math.PI), 2);
  });
});
