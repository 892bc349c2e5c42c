import { describe, expect, test } from "vitest";
import { openRandomStream, type GrayImage } from "../../src/core/index.ts";
import { isolateMain } from "../../src/inverse/apply/isolate-main.ts";

/** A dark field with noise and discs of 12 px radius at these places. */
function field(centers: readonly (readonly [number, number])[]): GrayImage {
  const rng = openRandomStream(2, "field");
  const data = Float32Array.from({ length: 160 * 160 }, (_, i) => {
    const [x, y] = [i % 160, Math.floor(i / 160)];
    const isMatter = centers.some(([cx, cy]) => Math.hypot(x - cx, y - cy) < 12);
    return (isMatter ? 0.1 : 0.01) + 0.002 * rng.normal();
  });
  return { width: 160, height: 160, data, pixelSizeNm: 1, intensityUnit: "fraction of the incident beam" };
}

const meanAround = ({ data }: GrayImage, [cx, cy]: readonly [number, number]) => {
  let sum = 0;
  for (let y = cy - 5; y <= cy + 5; y++) for (let x = cx - 5; x <= cx + 5; x++) sum += data[y * 160 + x];
  return sum / 121;
};

describe("isolateMain()", () => {
  test("keeps the aggregate nearest to the middle, pixel for pixel, and fills the others with background", () => {
    const [main, neighbour] = [
      [70, 90],
      [130, 30],
    ] as const;
    const image = field([main, neighbour]);
    const { image: alone, notes } = isolateMain(image);
    expect(notes).toEqual([expect.stringMatching(/^1 other aggregate filled with background/)]);
    expect(meanAround(alone, main)).toBe(meanAround(image, main));
    expect(meanAround(alone, neighbour)).toBeCloseTo(0.01, 3);
    // with the background's noise, for a smooth patch would be unlike any image
    const values = Array.from({ length: 9 }, (_, i) => alone.data[(26 + i) * 160 + 130]);
    expect(new Set(values).size).toBeGreaterThan(5);
  });

  test("an image of one aggregate, and one of none, stay as they are", () => {
    for (const image of [field([[80, 80]]), field([])])
      expect(isolateMain(image)).toEqual({ image, notes: [] });
  });
});
