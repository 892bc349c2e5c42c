import { expect, test } from "vitest";
import type { GrayImage } from "../../src/core/index.ts";
import { bestThreshold, opticalDensities, projectedContacts } from "../../src/posterior/index.ts";

/** An image of spheres that scatter by Beer and Lambert: I = 1 - exp(-sum of R x chord), R in 1/pixel. */
function imageOfSpheres(
  spheres: readonly { xPx: number; yPx: number; radiusPx: number; perPixel: number }[],
): GrayImage {
  const width = 40;
  const data = Float32Array.from({ length: width * width }, (_, i) => {
    const [x, y] = [(i % width) + 0.5, Math.floor(i / width) + 0.5];
    const depth = spheres.reduce((sum, { xPx, yPx, radiusPx, perPixel }) => {
      const half = Math.sqrt(Math.max(0, radiusPx ** 2 - (x - xPx) ** 2 - (y - yPx) ** 2));
      return sum + 2 * half * perPixel;
    }, 0);
    return 1 - Math.exp(-depth);
  });
  return { width, height: width, data, pixelSizeNm: 1, intensityUnit: "fraction of the incident beam" };
}

const DIM = { xPx: 10, yPx: 12, radiusPx: 6, perPixel: 0.001 };
const BRIGHT = { xPx: 28, yPx: 25, radiusPx: 8, perPixel: 0.004 };

test("opticalDensities() finds R of spheres that stand alone, whatever their size", () => {
  const [dim, bright] = opticalDensities(imageOfSpheres([DIM, BRIGHT]), [DIM, BRIGHT]);
  // exact but for single precision of the image
  expect(dim).toBeCloseTo(0.001, 6);
  expect(bright).toBeCloseTo(0.004, 6);
});

test("opticalDensities() measures a partly covered particle where it stands alone", () => {
  const cover = { ...BRIGHT, xPx: DIM.xPx + 7.5, yPx: DIM.yPx };
  const [dim] = opticalDensities(imageOfSpheres([DIM, cover]), [DIM, cover]);
  expect(dim).toBeCloseTo(0.001, 6);
});

test("opticalDensities() takes a wholly covered particle for denser than it is", () => {
  const cover = { ...BRIGHT, xPx: DIM.xPx, yPx: DIM.yPx };
  const [dim] = opticalDensities(imageOfSpheres([DIM, cover]), [DIM, cover]);
  expect(dim).toBeGreaterThan(0.004);
});

test("opticalDensities() says nothing of a particle outside the image", () => {
  expect(opticalDensities(imageOfSpheres([]), [{ xPx: -20, yPx: 5, radiusPx: 3 }])[0]).toBeNaN();
});

test("bestThreshold() parts two clouds without an error, and errs least where they overlap", () => {
  const parted = bestThreshold([1, 2, 3, 10, 11], [false, false, false, true, true]);
  expect(parted).toBeGreaterThan(3);
  expect(parted).toBeLessThan(10);
  // one of five must be wrong: 4 belongs to the second cloud, 5 to the first
  const values = [1, 5, 4, 8, 9];
  const isSecond = [false, false, true, true, true];
  const overlapping = bestThreshold(values, isSecond);
  expect(values.filter((value, i) => value > overlapping !== isSecond[i])).toHaveLength(1);
});

test("projectedContacts() takes particles above one another for neighbours, as a projection must", () => {
  const above = { ...DIM, xPx: DIM.xPx + 1 };
  expect(projectedContacts([DIM, above, BRIGHT], 1e-3)).toEqual([[0, 1]]);
});
