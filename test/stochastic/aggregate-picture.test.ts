import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { growAggregate, MATERIAL_COLOURS, renderAggregatePicture } from "../../src/stochastic/index.ts";
import { sphereAggregate } from "../../src/stochastic/aggregate.ts";
import { MATERIAL_PAIR, parametersWith } from "./aggregates.ts";

const sphere = (x: number, z: number, materialIndex: number) => ({ x, y: 0, z, radiusNm: 5, materialIndex });

/** Share of the pixels that are not background. */
function coverage({ pixels }: { readonly pixels: Uint8Array }): number {
  let covered = 0;
  for (let k = 0; k < pixels.length; k += 4) if (pixels[k + 2] < 250) covered++;
  return (4 * covered) / pixels.length;
}

describe("renderAggregatePicture()", () => {
  test("covers the disc of a sphere: pi r^2 of the field", () => {
    const picture = renderAggregatePicture(sphereAggregate([sphere(0, 0, 0)]), {
      widthPx: 200,
      fieldOfViewNm: 20,
    });
    // pixels on the outline: 2 pi r / pixel = 314 of 40000, half of them in doubt
    expect(Math.abs(coverage(picture) - (Math.PI * 25) / 400)).toBeLessThan(314 / 40_000);
  });

  test("shows the nearer of two spheres in a line, at larger z", () => {
    const hueOf = (materials: readonly [number, number]) => {
      const line = sphereAggregate([sphere(0, -6, materials[0]), sphere(0, 6, materials[1])]);
      const { pixels } = renderAggregatePicture(line, { widthPx: 64 });
      const middle = 4 * (32 * 64 + 32);
      return pixels[middle] > pixels[middle + 2] ? 1 : 0;
    };
    // orange, the second material's colour, is redder than blue; blue is not
    expect(MATERIAL_COLOURS[1][0]).toBeGreaterThan(MATERIAL_COLOURS[1][2]);
    expect([hueOf([0, 1]), hueOf([1, 0])]).toEqual([1, 0]);
  });

  test("places x to the right and y up, as simulated images do", () => {
    const pair = sphereAggregate([
      { x: -8, y: -8, z: 0, radiusNm: 5, materialIndex: 0 },
      { x: 8, y: 8, z: 0, radiusNm: 5, materialIndex: 1 },
    ]);
    const { pixels } = renderAggregatePicture(pair, { widthPx: 100, fieldOfViewNm: 40 });
    const redness = (row: number, column: number) => {
      const at = 4 * (100 * row + column);
      return pixels[at] - pixels[at + 2];
    };
    expect(redness(30, 70)).toBeGreaterThan(0);
    expect(redness(70, 30)).toBeLessThan(0);
    expect([redness(30, 30), redness(70, 70)]).toEqual([0, 0]);
  });

  test("draws a scale bar of a round length and says which", () => {
    const growth = growAggregate(openRandomStream(1), parametersWith(), MATERIAL_PAIR);
    if (growth.kind === "rejected") throw new Error(growth.reason);
    const options = { widthPx: 128, hasScaleBar: true, fieldOfViewNm: 300 };
    const picture = renderAggregatePicture(growth.aggregate, options);
    expect(picture.scaleBarNm).toBe(50);
    let black = 0;
    for (let k = 0; k < picture.pixels.length; k += 4)
      if (picture.pixels.subarray(k, k + 3).every((v) => v === 0)) black++;
    expect(black).toBe(2 * Math.round(50 / picture.pixelSizeNm));
  });

  test("refuses a width that is no picture", () => {
    expect(() => renderAggregatePicture(sphereAggregate([sphere(0, 0, 0)]), { widthPx: 0 })).toThrow(
      "Cannot picture aggregate: widthPx must be a whole number from 16 to 4096, got 0",
    );
  });
});
