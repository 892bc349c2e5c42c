import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { sphereAggregate, type Aggregate, type Sphere } from "../../src/stochastic/aggregate.ts";
import { describeMixing, describeMorphology, findContacts } from "../../src/stochastic/index.ts";
import { buildSphereTree, eachSphereNear } from "../../src/stochastic/sphere-tree.ts";

const rng = openRandomStream(5, "sphere tree");

/** Spheres at random in a cube. */
function cloud(count: number, edgeNm: number, radiusNm: () => number): Sphere[] {
  return Array.from({ length: count }, (_, i) => ({
    x: edgeNm * rng.uniform(),
    y: edgeNm * rng.uniform(),
    z: edgeNm * rng.uniform(),
    radiusNm: radiusNm(),
    materialIndex: i % 2 === 0 ? 0 : 1,
  }));
}

/** The pairs in contact by asking all. */
function contactsOneByOne({ centersNm: c, radiiNm: r, particleCount }: Aggregate): string[] {
  const pairs: string[] = [];
  for (let i = 0; i < particleCount; i++) {
    for (let j = i + 1; j < particleCount; j++) {
      const squared = [0, 1, 2].reduce((sum, axis) => sum + (c[3 * i + axis] - c[3 * j + axis]) ** 2, 0);
      if (squared <= ((r[i] + r[j]) * 1.001) ** 2) pairs.push(`${i} ${j}`);
    }
  }
  return pairs;
}

const carrier: Sphere = { x: -1e5, y: 50, z: 50, radiusNm: 1e5, materialIndex: 0 };
const stray: Sphere = { x: 1e9, y: 1e9, z: 1e9, radiusNm: 5, materialIndex: 0 };
const CLOUDS: Readonly<Record<string, readonly Sphere[]>> = {
  "of one size": cloud(400, 100, () => 5),
  "of sizes over four decades": cloud(400, 100, () => 10 ** (-3 + 4 * rng.uniform())),
  "on a carrier a thousand times as large": [...cloud(400, 100, () => 3), carrier],
  "with one far astray": [...cloud(400, 100, () => 5), stray],
  "at one place": Array.from({ length: 40 }, () => ({ ...stray, x: 1, y: 2, z: 3 })),
};

describe("findContacts()", () => {
  for (const [name, spheres] of Object.entries(CLOUDS)) {
    test(`finds those that asking all pairs finds, of spheres ${name}`, () => {
      const aggregate = sphereAggregate(spheres);
      const { first, second, contactCount } = findContacts(aggregate, 1e-3);
      const found = Array.from({ length: contactCount }, (_, k) => `${first[k]} ${second[k]}`);
      expect(found).toEqual(contactsOneByOne(aggregate));
      expect(found.length).toBeGreaterThan(10);
    });
  }

  test("refuses spheres that lie in one another by the thousand, with the remedy", () => {
    const many = sphereAggregate(Array.from({ length: 9000 }, () => stray));
    expect(() => findContacts(many, 1e-3)).toThrow(
      /^Cannot find contacts: particles must have at most 33554432 contacts together, got more by particle \d+ of 9000: they lie in one another; check radii and the units of the columns$/,
    );
  });
});

test("a sphere asks few others for its neighbours, beside a carrier and one far astray", () => {
  const spheres = [...cloud(20_000, 1000, () => 3), carrier, stray];
  const { centersNm: c, radiiNm: r, particleCount } = sphereAggregate(spheres);
  const tree = buildSphereTree(c, r);
  let visits = 0;
  for (let i = 0; i < particleCount; i++) {
    if (r[i] === carrier.radiusNm) continue;
    eachSphereNear(tree, c[3 * i], c[3 * i + 1], c[3 * i + 2], r[i], () => void visits++);
  }
  // some leaves of eight: a cell of the carrier's size would hold all 20,000
  expect(visits / particleCount).toBeLessThan(100);
});

test("describeMorphology() of a hollow shell ends, its largest length within a thousandth", () => {
  // golden spiral: every sphere lies as far out, and any of them may end the longest pair
  const shell = Array.from({ length: 16_000 }, (_, i): Sphere => {
    const z = 1 - (2 * (i + 0.5)) / 16_000;
    const [turn, across] = [i * Math.PI * (3 - Math.sqrt(5)), Math.sqrt(1 - z * z)];
    const [x, y] = [across * Math.cos(turn), across * Math.sin(turn)];
    return { x: 1000 * x, y: 1000 * y, z: 1000 * z, radiusNm: 5, materialIndex: 0 };
  });
  const { maximumLengthNm } = describeMorphology(sphereAggregate(shell));
  expect(maximumLengthNm).toBeLessThanOrEqual(2010 * (1 + 1e-12));
  expect(maximumLengthNm).toBeGreaterThan(2010 * (1 - 1e-3));
});

test("describeMixing() takes as many separate clusters as there are particles", () => {
  // more than a call takes as arguments
  const apart = Array.from({ length: 150_000 }, (_, i): Sphere => {
    return { x: 20 * i, y: 0, z: 0, radiusNm: 5, materialIndex: i % 2 === 0 ? 0 : 1 };
  });
  const { largestHomoClusterShareFirst } = describeMixing(sphereAggregate(apart));
  expect(largestHomoClusterShareFirst).toBeCloseTo(1 / 75_000, 12);
});
