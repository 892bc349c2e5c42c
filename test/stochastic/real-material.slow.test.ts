import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { expect, test } from "vitest";
import { mean, openRandomStream, quantile } from "../../src/core/index.ts";
import {
  aggregatePriorSchema,
  describeAggregate,
  drawAggregate,
  projectedShareSecond,
} from "../../src/stochastic/index.ts";

/**
 * What EDXS maps of 16 real TiO2-WO3 aggregates show: tungsten over 0.23 to 0.67 of the projected area, in blobs of 2 to
 * 5 particles.
 */
test("configs/tio2-wo3-real.yaml spans the area shares and WO3 clusters of real aggregates", () => {
  const prior = aggregatePriorSchema.parse(
    parse(readFileSync("configs/tio2-wo3-real.yaml", "utf8")).aggregate,
  );
  const aggregates = Array.from(
    { length: 300 },
    (_, k) => drawAggregate(openRandomStream("real", k), prior).aggregate,
  );
  const shares = aggregates.map((aggregate) => projectedShareSecond(aggregate, 0.5));
  const clusterSizes = aggregates
    .map((aggregate) => describeAggregate(aggregate).homoClusterSizeSecond)
    .filter(Number.isFinite);
  // 16 aggregates fix the ends of a range to about 0.05; 300 draws fix a quantile to 0.02
  expect(Math.abs(quantile(shares, 0.05) - 0.23)).toBeLessThan(0.07);
  expect(Math.abs(quantile(shares, 0.95) - 0.67)).toBeLessThan(0.07);
  expect(mean(clusterSizes)).toBeGreaterThan(2);
  expect(mean(clusterSizes)).toBeLessThan(5);
});
