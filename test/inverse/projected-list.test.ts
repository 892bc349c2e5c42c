import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { projectedCeilings, readLists } from "../../src/inverse/fit/projected-ceiling.ts";
import { LIST_FEATURES, projectedListFeatures } from "../../src/inverse/fit/projected-list.ts";
import { sphereAggregate } from "../../src/stochastic/aggregate.ts";

const sphere = (x: number, y: number, z: number, materialIndex: 0 | 1, radiusNm = 5) => ({
  x,
  y,
  z,
  radiusNm,
  materialIndex,
});
const featureOf = (spheres: readonly ReturnType<typeof sphere>[], name: string) =>
  projectedListFeatures(sphereAggregate(spheres))[LIST_FEATURES.indexOf(name)];

describe("projectedListFeatures()", () => {
  const row = [sphere(0, 0, 0, 0), sphere(8, 0, 3, 1), sphere(15, 0, -9, 1), sphere(40, 0, 0, 0)];

  test("counts the pairs of a row that overlap in projection, and the edges of its shortest tree, by their materials", () => {
    expect(featureOf(row, "pairs that overlap in projection a particle, one of each")).toBe(0.25);
    expect(featureOf(row, "pairs that overlap in projection a particle, both second")).toBe(0.25);
    expect(featureOf(row, "pairs that overlap in projection a particle, both first")).toBe(0);
    // 0-8, 8-15 and the gap from 15 to 40
    expect(featureOf(row, "contacts of the shortest tree a particle, one of each")).toBe(0.5);
    expect(featureOf(row, "share of unlike nearest neighbours")).toBe(0.5);
  });

  test("does not change with depths, nor with the scale of all lengths", () => {
    const flat = row.map((one) => ({ ...one, z: 0 }));
    const double = row.map(({ x, y, z, radiusNm, materialIndex }) =>
      sphere(2 * x, 2 * y, z, materialIndex, 2 * radiusNm),
    );
    const own = projectedListFeatures(sphereAggregate(row));
    expect([...projectedListFeatures(sphereAggregate(flat))]).toEqual([...own]);
    const scaled = projectedListFeatures(sphereAggregate(double));
    // the means of ln r grow by ln 2; the tiny variance that keeps logarithms finite does not scale
    const kept = [...LIST_FEATURES.keys()].filter((f) => !LIST_FEATURES[f].startsWith("mean ln radius"));
    for (const f of kept) expect(scaled[f]).toBeCloseTo(own[f], 6);
  });

  test("has no spread of the radius of a single particle, and no mean of none", () => {
    const one = [sphere(0, 0, 0, 0), sphere(8, 0, 0, 1), sphere(15, 0, 0, 1, 6)];
    expect(featureOf(one, "spread of ln radius, first")).toBe(0);
    expect(featureOf(one, "spread of ln radius, second")).toBeGreaterThan(0.1);
    expect(featureOf(one.slice(1), "mean ln radius, first")).toBe(0);
  });

  test("is zeros where a field shows fewer than two particles", () => {
    expect(projectedListFeatures(sphereAggregate([sphere(0, 0, 0, 0)])).every((value) => value === 0)).toBe(
      true,
    );
  });
});

describe("readLists()", () => {
  const rng = openRandomStream(4, "lists");
  const rows = Array.from({ length: 300 }, () => {
    const features = Float64Array.from(LIST_FEATURES, () => rng.uniform());
    return { features, value: features[3] + 0.1 * rng.normal() };
  });

  test("finds the one number of a list that the value follows, on lists that it has not seen", async () => {
    const answers = await readLists(rows.slice(0, 200), rows.slice(200));
    const errors = rows.slice(200).map(({ value }, i) => Math.abs(value - answers[i]));
    // the value scatters by 0.1 of a range of 1; the prior's mean would be off by 0.25
    expect(errors.reduce((a, b) => a + b, 0) / errors.length).toBeLessThan(0.15);
  });

  test("projectedCeilings() leaves out a quantity that no aggregate has", async () => {
    const target = (key: string) =>
      ({ key, label: key, unit: "", scale: "linear", low: 0, high: 1, quantity: "descriptor" }) as const;
    const listed = rows.map(({ features, value }) => {
      const descriptors = { heteroContactFraction: value, homoClusterSizeFirst: NaN };
      return { features, labels: { parameters: {}, descriptors } } as unknown as Parameters<
        typeof projectedCeilings
      >[1][number];
    });
    const found = await projectedCeilings(
      [target("heteroContactFraction"), target("homoClusterSizeFirst")],
      listed.slice(0, 200),
      listed.slice(200),
    );
    expect(Object.keys(found)).toEqual(["heteroContactFraction"]);
    expect(found.heteroContactFraction).toBeGreaterThan(0.6);
  });
});
