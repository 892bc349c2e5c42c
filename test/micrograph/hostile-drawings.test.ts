import { describe, expect, test } from "vitest";
import type { GrayImage } from "../../src/core/index.ts";
import { findOverlays } from "../../src/micrograph/find-overlays.ts";
import { areaBudget } from "../../src/micrograph/scale-bar/area-budget.ts";
import { findScaleBar } from "../../src/micrograph/scale-bar/find-scale-bar.ts";
import { flatZones } from "../../src/micrograph/scale-bar/flat-zones.ts";
import { inkComponents } from "../../src/micrograph/scale-bar/ink-components.ts";

/** A picture whose greys follow from their place. */
function picture(width: number, height: number, grey: (x: number, y: number) => number): GrayImage {
  const data = Float32Array.from({ length: width * height }, (_, i) =>
    grey(i % width, Math.floor(i / width)),
  );
  return { width, height, data, intensityUnit: "arbitrary", pixelSizeNm: null };
}

/** Square rings of two pixels, one within the other: their boxes cover the picture 40 times, and a sixth of its side in general. */
const rings = (size: number) =>
  picture(size, size, (x, y) => (Math.min(x, y, size - 1 - x, size - 1 - y) % 4 < 2 ? 200 : 40));

const area = (boxes: readonly { readonly width: number; readonly height: number }[]) =>
  boxes.reduce((sum, { width, height }) => sum + width * height, 0);

/** Processor time of the search for what was drawn [ms]. */
function searchMs(image: GrayImage): number {
  const begun = process.cpuUsage();
  findScaleBar(image);
  findOverlays(image);
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1000;
}

describe("pictures full of what looks drawn", () => {
  test("rings within rings are not held as a mask of the whole picture each", () => {
    const image = rings(240);
    const whole = { x: 0, y: 0, width: 240, height: 240 };
    const pieces = inkComponents(image, whole, (grey) => grey > 100);
    for (const found of [pieces, flatZones(image, 12)]) {
      expect(found.length).toBeGreaterThan(5);
      expect(area(found)).toBeLessThanOrEqual(4 * 240 * 240);
    }
  });

  // 10 s and 13 s before, most of it for the surroundings of each line and the letters there
  test.each([
    ["lines of 40 px", picture(500, 500, (x, y) => (y % 6 === 0 && x % 60 < 40 ? 255 : 60 + ((x * y) % 31)))],
    ["rings", rings(500)],
  ])("%s are searched in bounded time", { timeout: 60_000 }, (_, image) => {
    expect(searchMs(image)).toBeLessThan(5000);
  });

  test("more dots in a row than a page has letters are no line of writing", () => {
    const dots = picture(2 ** 15, 16, (x, y) => (x % 4 === 0 && y > 6 && y < 10 ? 255 : 60));
    expect(findOverlays(dots).overlays).toEqual([]);
  });
});

test("areaBudget() takes boxes as long as they fit, smaller ones after one that does not", () => {
  const fits = areaBudget(10);
  expect([3, 9, 6, 2, 1].map((width) => fits({ width, height: 1 }))).toEqual([
    true,
    false,
    true,
    false,
    true,
  ]);
});
