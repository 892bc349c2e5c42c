import { describe, expect, test } from "vitest";
import { mean, openRandomStream, standardDeviation } from "../../src/core/index.ts";
import { findAggregates } from "../../src/inverse/apply/find-aggregates.ts";
import { frameAggregate, frameFactor } from "../../src/inverse/apply/frame-aggregate.ts";

interface Disc {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** Bright discs of level 2 on a film of level 1 with noise. */
function discsOnFilm(size: number, discs: readonly Disc[], noise = 0.05) {
  const rng = openRandomStream(1, "discs");
  const data = Float32Array.from({ length: size * size }, (_, i) => {
    const [x, y] = [i % size, Math.floor(i / size)];
    const isInside = discs.some((disc) => Math.hypot(x - disc.x, y - disc.y) < disc.radius);
    return 1 + (isInside ? 1 : 0) + noise * rng.normal();
  });
  return { width: size, height: size, data, pixelSizeNm: 0.5, intensityUnit: "arbitrary" } as const;
}

/** A chain of five touching discs to the right of a place. */
const chain = (x: number, y: number, radius: number): Disc[] =>
  Array.from({ length: 5 }, (_, k) => ({ x: x + 2 * radius * k, y, radius }));

describe("findAggregates()", () => {
  test("finds two chains, leaves a speck out, and says which one the border cuts", () => {
    const image = discsOnFilm(400, [
      ...chain(60, 80, 8),
      ...chain(350, 300, 9),
      { x: 200, y: 200, radius: 3 },
    ]);
    const { aggregates, speckCount } = findAggregates(image);
    expect(speckCount).toBe(1);
    expect(aggregates.map(({ isCut }) => isCut)).toEqual([false, true]);
    const [{ box }] = aggregates;
    // 3 x 3 smoothing and closing widen an outline by no more than two pixels
    expect(Math.abs(box.x - 52)).toBeLessThanOrEqual(2);
    expect(Math.abs(box.width - 80)).toBeLessThanOrEqual(4);
  });

  test("finds an aggregate in the corner of an image of 2048 px within a coarse pixel", () => {
    const { aggregates } = findAggregates(discsOnFilm(2048, chain(1700, 1900, 15)));
    expect(aggregates).toHaveLength(1);
    expect(Math.abs(aggregates[0].box.x - 1685)).toBeLessThanOrEqual(8);
  });

  test("finds a faint aggregate of a large image whole, though a pixel is nearly as noisy as it is bright", () => {
    const { aggregates } = findAggregates(discsOnFilm(1024, chain(200, 500, 40), 0.8));
    expect(aggregates).toHaveLength(1);
    expect(Math.abs(aggregates[0].box.width - 400)).toBeLessThanOrEqual(16);
  });

  test("finds nothing in noise", () => {
    expect(findAggregates(discsOnFilm(300, [])).aggregates).toEqual([]);
  });
});

describe("frameAggregate()", () => {
  test("puts an aggregate into the middle, fills its neighbour with background and its noise", () => {
    const image = discsOnFilm(256, [...chain(40, 100, 6), ...chain(40, 140, 6)]);
    const found = findAggregates(image);
    const { image: framed, notes } = frameAggregate(image, found, found.aggregates[0], 96);
    expect([framed.width, framed.height, framed.pixelSizeNm]).toEqual([96, 96, 0.5]);
    expect(framed.data[48 * 96 + 48]).toBeGreaterThan(1.7);
    // the neighbour lay 40 px below
    const there = framed.data.slice(84 * 96, 92 * 96);
    expect(Math.max(...there)).toBeLessThan(1.4);
    expect(mean(there)).toBeCloseTo(1, 1);
    // its noise, within a third: it is measured on some hundred pixels
    expect(Math.abs(standardDeviation(there) / 0.05 - 1)).toBeLessThan(0.34);
    expect(notes).toContain("what lies beside it was filled with background");
  });

  test("makes pixels as much larger as it takes to fit, never smaller", () => {
    const image = discsOnFilm(600, chain(100, 300, 40));
    const found = findAggregates(image);
    const factor = frameFactor(found.aggregates[0], 96);
    expect(Math.abs(factor - 400 / (0.9 * 96))).toBeLessThan(0.1);
    const { image: framed } = frameAggregate(image, found, found.aggregates[0], 96);
    expect(framed.pixelSizeNm).toBeCloseTo(0.5 * factor, 9);
    expect([framed.width, framed.height]).toEqual([96, 96]);
    expect(frameFactor({ box: { x: 0, y: 0, width: 20, height: 12 } }, 96)).toBe(1);
  });
});
