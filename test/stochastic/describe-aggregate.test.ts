import { describe, expect, test } from "vitest";
import { describeAggregate, findContacts } from "../../src/stochastic/index.ts";
import { radiusOfGyrationNm } from "../../src/stochastic/radius-of-gyration.ts";
import { sphereAggregate } from "../../src/stochastic/aggregate.ts";

/** Unit spheres in a row along x, touching; one letter a particle. */
function chainOf(materials: string) {
  return sphereAggregate(
    [...materials].map((letter, k) => ({
      x: 2 * k,
      y: 0,
      z: 0,
      radiusNm: 1,
      materialIndex: "AB".indexOf(letter),
    })),
  );
}

describe("describeAggregate()", () => {
  test("counts contacts and hetero-contacts of a chain AABBBA", () => {
    const descriptors = describeAggregate(chainOf("AABBBA"));
    expect(descriptors.meanCoordination).toBe(10 / 6);
    expect(descriptors.heteroCoordinationAll).toBe(4 / 6);
    expect(descriptors.heteroCoordinationFirst).toBe(2 / 3);
    expect(descriptors.heteroCoordinationSecond).toBe(2 / 3);
    expect(descriptors.heteroContactFraction).toBe(2 / 5);
    expect(descriptors.homoClusterSizeFirst).toBe(3 / 2);
    expect(descriptors.homoClusterSizeSecond).toBe(3);
  });

  test("balances hetero-contacts between the materials: N_A h_A = N_B h_B", () => {
    const descriptors = describeAggregate(chainOf("ABAAB"));
    expect(3 * descriptors.heteroCoordinationFirst).toBe(2 * descriptors.heteroCoordinationSecond);
  });

  test("gives NaN, not zero, where a material is missing", () => {
    const descriptors = describeAggregate(chainOf("AAA"));
    expect(descriptors.heteroCoordinationSecond).toBeNaN();
    expect(descriptors.homoClusterSizeSecond).toBeNaN();
    expect(descriptors.heteroContactFraction).toBe(0);
  });

  test("counts a gap of 2 % as contact only where the tolerance says so", () => {
    const pair = sphereAggregate([
      { x: 0, y: 0, z: 0, radiusNm: 5, materialIndex: 0 },
      { x: 10.2, y: 0, z: 0, radiusNm: 5, materialIndex: 1 },
    ]);
    expect(describeAggregate(pair, { contactTolerance: 0.019 }).meanCoordination).toBe(0);
    expect(describeAggregate(pair, { contactTolerance: 0.021 }).meanCoordination).toBe(1);
  });

  test("refuses a negative tolerance", () => {
    expect(() => describeAggregate(chainOf("AB"), { contactTolerance: -0.1 })).toThrow(
      "Cannot describe aggregate: contactTolerance must be a number from 0 to 1, got -0.1",
    );
  });
});

describe("radiusOfGyrationNm()", () => {
  test("of two equal touching spheres is sqrt(8/5) of a radius", () => {
    // each solid sphere 3/5 r^2 about its own centre, plus r^2 for the offset (parallel axis)
    expect(radiusOfGyrationNm(chainOf("AB"))).toBeCloseTo(Math.sqrt(8 / 5), 12);
  });

  test("weighs particles by volume: a radius of 2 counts eightfold", () => {
    const pair = sphereAggregate([
      { x: 0, y: 0, z: 0, radiusNm: 2, materialIndex: 0 },
      { x: 3, y: 0, z: 0, radiusNm: 1, materialIndex: 0 },
    ]);
    // reduced mass 8/9 times d^2 = 9, over mass 9; own terms (8 * 4 + 1) * 3/5 over 9
    expect(radiusOfGyrationNm(pair)).toBeCloseTo(Math.sqrt(8 / 9 + (0.6 * 33) / 9), 12);
  });
});

describe("findContacts()", () => {
  test("finds all 300 contacts of a 5 x 5 x 5 cubic lattice", () => {
    const spheres = Array.from({ length: 125 }, (_, k) => ({
      x: 2 * (k % 5),
      y: 2 * (Math.floor(k / 5) % 5),
      z: 2 * Math.floor(k / 25),
      radiusNm: 1,
      materialIndex: k % 2,
    }));
    // 3 axes, 4 bonds along each of 25 lines; neighbours on a checkerboard of odd width differ in material
    const lattice = sphereAggregate(spheres);
    expect(findContacts(lattice, 1e-6).contactCount).toBe(300);
    expect(describeAggregate(lattice).heteroContactFraction).toBe(1);
  });
});
