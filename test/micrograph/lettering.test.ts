import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { findOverlays } from "../../src/micrograph/find-overlays.ts";
import { frameImage, readMicrographFile } from "../../src/micrograph/index.ts";
import { lettering } from "../../src/micrograph/scale-bar/lettering.ts";
import { grey } from "../helpers/picture-faults.ts";

const FIXTURES = join(import.meta.dirname, "../fixtures/micrograph/lettering");
const SIZE = 160;

/** Bright discs on a noisy ground; where the brightest are cut off they have one exact grey, as letters do. */
function discs(seed: number, groundLevel: number, gain: number) {
  const rng = openRandomStream(seed, "lettering");
  const places = Array.from({ length: 14 }, () => [
    SIZE * rng.uniform(),
    SIZE * (0.3 + 0.7 * rng.uniform()),
    3 + 7 * rng.uniform(),
  ]);
  const data = Float32Array.from({ length: SIZE * SIZE }, (_, i) => {
    const [x, y] = [i % SIZE, Math.floor(i / SIZE)];
    const isMatter = places.some(([cx, cy, radius]) => Math.hypot(x - cx, y - cy) < radius);
    return grey(gain * (groundLevel + (isMatter ? 120 : 0) + (isMatter ? 12 : 4) * rng.normal()));
  });
  return { width: SIZE, height: SIZE, data, intensityUnit: "arbitrary" as const, pixelSizeNm: null };
}

/** The picture with a text of some grey, smooth at its edges, in its upper left corner. */
async function written(name: string, ink: number, { width, ...picture }: ReturnType<typeof discs>) {
  const { data: opacity, width: columns } = frameImage(
    await readMicrographFile(join(FIXTURES, `${name}.png`)),
  );
  const data = picture.data.slice();
  opacity.forEach((value, i) => {
    const at = Math.floor(i / columns) * width + (i % columns);
    data[at] = Math.round(data[at] + (value / 255) * (ink - data[at]));
  });
  const isDrawn = (at: number) => at < opacity.length && opacity[at] > 64;
  return { image: { ...picture, width, data }, isDrawn };
}

describe("lettering()", () => {
  for (const [name, ink, groundLevel] of [
    ["panel", 255, 12],
    ["panel", 200, 12],
    ["detector", 255, 90],
    ["detector", 255, 12],
    ["caption", 255, 12],
    ["caption", 0, 130],
    ["caption", 255, 90],
  ] as const) {
    test(`finds the ${name} of grey ${ink} on ${groundLevel}, which no line is drawn beside`, async () => {
      const { image, isDrawn } = await written(name, ink, discs(3, groundLevel, 1));
      const { mask, overlays, field } = findOverlays(image);
      expect(field.height).toBe(SIZE);
      expect(overlays.map(({ kind }) => kind)).toContain("writing");
      const left = Array.from(image.data, (_, at) => isDrawn(at) && mask?.[at] !== 1).filter(Boolean);
      expect(left.length).toBe(0);
      const taken = Array.from(image.data, (_, at) => mask?.[at] === 1 && at >= 24 * SIZE).filter(Boolean);
      // a margin below descending letters
      expect(taken.length).toBeLessThan(2 * SIZE);
    });
  }

  test("takes no specimen for writing, saturated or not", () => {
    for (let seed = 0; seed < 30; seed++) {
      expect([seed, lettering(discs(seed, 12, 1)), lettering(discs(seed, 90, 1.4))]).toEqual([seed, [], []]);
    }
  });
});
