import { describe, expect, test } from "vitest";
import { thicknessMapsNm } from "./thickness-maps-by-rays.ts";
import { cutChordNm, neckPlanes } from "../../src/stem-sim/projection/neck-planes.ts";
import { aggregateOf, randomSpheres } from "./aggregates.ts";

const GRID = { widthPx: 160, heightPx: 160, pixelSizeNm: 0.25 };
const total = (map: Float32Array) => map.reduce((sum, value) => sum + value, 0);
const volumeNm3 = (map: Float32Array) => total(map) * GRID.pixelSizeNm ** 2;

describe("thicknessMapsNm()", () => {
  test("of a sphere holds its volume, 4/3 pi r^3", () => {
    const [titania, tungsta] = thicknessMapsNm(aggregateOf([1.3, -2.2, 7, 6, 0]), GRID);
    // quadrature of 3 x 3 rays per 0.25 nm pixel
    expect(volumeNm3(titania) / ((4 / 3) * Math.PI * 6 ** 3)).toBeCloseTo(1, 3);
    expect(total(tungsta)).toBe(0);
  });

  test("counts the lens of a neck once", () => {
    const [radius, distance] = [6, 9];
    const [titania] = thicknessMapsNm(
      aggregateOf([-distance / 2, 0, 0, radius, 0], [distance / 2, 0, 0, radius, 0]),
      GRID,
    );
    // two equal spheres less their lens, V = pi (4 r + d)(2 r - d)^2/12
    const lens = (Math.PI * (4 * radius + distance) * (2 * radius - distance) ** 2) / 12;
    const union = 2 * ((4 / 3) * Math.PI * radius ** 3) - lens;
    expect(volumeNm3(titania) / union).toBeCloseTo(1, 3);
  });

  test("gives each material its side of the radical plane", () => {
    // seen along the axis of the pair the plane lies at z = (d^2 + r0^2 - r1^2)/(2 d) from the first centre
    const [r0, r1, d] = [6, 4, 8];
    const [titania, tungsta] = thicknessMapsNm(aggregateOf([0, 0, 0, r0, 0], [0, 0, d, r1, 1]), {
      widthPx: 1,
      heightPx: 1,
      pixelSizeNm: 1e-3,
    });
    const plane = (d ** 2 + r0 ** 2 - r1 ** 2) / (2 * d);
    expect(titania[0]).toBeCloseTo(r0 + plane, 4);
    expect(tungsta[0]).toBeCloseTo(d + r1 - plane, 4);
  });

  test("puts x along the columns and y up", () => {
    const [titania] = thicknessMapsNm(aggregateOf([10, 5, 0, 2, 0]), GRID);
    const brightest = titania.indexOf(Math.max(...titania));
    expect((brightest % 160) * 0.25 - 79.5 * 0.25).toBeCloseTo(10, 0);
    expect(79.5 * 0.25 - Math.floor(brightest / 160) * 0.25).toBeCloseTo(5, 0);
  });
});

describe("cutChordNm()", () => {
  test("summed over spheres is the union of their chords, however many overlap", () => {
    const aggregate = randomSpheres(3, 40, 12);
    const planes = neckPlanes(aggregate);
    for (let ray = 0; ray < 400; ray++) {
      const [x, y] = [-12 + (24 * (ray % 20)) / 19, -12 + (24 * Math.floor(ray / 20)) / 19];
      let sum = 0;
      const intervals: [number, number][] = [];
      for (let i = 0; i < aggregate.particleCount; i++) {
        const [dx, dy] = [x - aggregate.centersNm[3 * i], y - aggregate.centersNm[3 * i + 1]];
        sum += cutChordNm(planes, i, aggregate.radiiNm[i], dx, dy);
        const square = aggregate.radiiNm[i] ** 2 - dx ** 2 - dy ** 2;
        if (square <= 0) continue;
        const [z, half] = [aggregate.centersNm[3 * i + 2], Math.sqrt(square)];
        intervals.push([z - half, z + half]);
      }
      expect(Math.abs(sum - unionLength(intervals))).toBeLessThan(1e-10);
    }
  });
});

/** Sorted intervals, the text-book way. */
function unionLength(intervals: [number, number][]): number {
  let length = 0;
  let reached = -Infinity;
  for (const [low, high] of intervals.toSorted((a, b) => a[0] - b[0])) {
    length += Math.max(0, high - Math.max(low, reached));
    reached = Math.max(reached, high);
  }
  return length;
}
