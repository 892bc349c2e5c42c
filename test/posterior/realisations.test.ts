import { expect, test } from "vitest";
import { compareRealisations } from "../../src/posterior/index.ts";
import type { DescribeRealisations } from "../../src/posterior/realisations.ts";

const definitions = [
  { key: "clusters", label: "clusters", unit: "" },
  { key: "size", label: "size", unit: "nm" },
];
const pairs = [1, 2, 3, 4].map((size) => ({
  sampleIndex: size,
  truth: { size },
  predicted: { size: size + 0.5 },
}));

test("compareRealisations() compares means, and knows the floor and the constant", async () => {
  const describe: DescribeRealisations = ({ size }, { purpose }) =>
    [-1, 1].map((step) => ({ size: size + step + (purpose === "true again" ? 0.1 : 0), clusters: 2 * size }));
  const { descriptors, imageCount, unrealisableCount } = await compareRealisations(
    pairs,
    definitions,
    describe,
  );
  expect([imageCount, unrealisableCount]).toEqual([4, 0]);
  const [clusters, size] = descriptors;
  expect(size.fromTrue).toEqual([1, 2, 3, 4]);
  expect(size.rmse).toBeCloseTo(0.5, 12);
  expect(size.floorRmse).toBeCloseTo(0.1, 12);
  expect(size.baselineRmse).toBeCloseTo(Math.sqrt(1.25), 12);
  // 1 - 4 x 0.5^2 / 5
  expect(size.r2).toBeCloseTo(0.8, 12);
  expect(clusters.medianRelativeError).toBeCloseTo((1 / 4 + 1 / 6) / 2, 12);
});

test("a structure without a material takes no part in what it has not, and in nothing else", async () => {
  const describe: DescribeRealisations = ({ size }) =>
    [0, 1].map((k) => ({ size, clusters: size === 2 || (size === 3 && k === 0) ? NaN : size }));
  const [clusters, sizes] = (await compareRealisations(pairs, definitions, describe)).descriptors;
  expect(clusters.fromTrue).toEqual([1, 3, 4]);
  expect(clusters.rmse).toBeCloseTo(0.5, 12);
  expect(sizes.fromTrue).toEqual([1, 2, 3, 4]);
});

test("images from which nothing can be grown are counted and left out", async () => {
  const describe: DescribeRealisations = ({ size }) => (size > 4 ? [] : [{ size, clusters: 1 }]);
  const study = await compareRealisations(pairs, definitions, describe);
  expect([study.imageCount, study.unrealisableCount]).toEqual([3, 1]);
});
