import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { augmentInPlace, type IntensityAugmentation } from "../../src/segment/train/augment.ts";

const EDGE = 32;
const NOTHING: IntensityAugmentation = {
  gamma: 0,
  contrast: 0,
  brightness: 0,
  noise: 0,
  blurPx: 0,
  strokes: { cover: 0, brightness: 0 },
};
const ramp = () => Float32Array.from({ length: EDGE * EDGE }, (_, i) => (i % EDGE) / (EDGE - 1) - 0.5);
const changed = (change: Partial<IntensityAugmentation>, seed = 1) =>
  augmentInPlace(openRandomStream(seed), ramp(), EDGE, { ...NOTHING, ...change });
const rangeOf = (x: Float32Array) => [Math.min(...x), Math.max(...x)];

describe("augmentInPlace()", () => {
  test("of strengths that are all zero changes nothing", () => {
    expect(changed({})).toEqual(ramp());
  });

  test("gamma keeps the darkest and the brightest pixel and the order of all", () => {
    const x = changed({ gamma: 1 });
    expect(rangeOf(x)).toEqual(rangeOf(ramp()));
    for (let i = 1; i < EDGE; i++) expect(x[i]).toBeGreaterThan(x[i - 1]);
    expect(x).not.toEqual(ramp());
  });

  test("gain and offset stay within what was asked for", () => {
    for (let seed = 1; seed <= 50; seed++) {
      const [low, high] = rangeOf(changed({ contrast: Math.log(2), brightness: 0.3 }, seed));
      expect(high - low).toBeGreaterThanOrEqual(0.5);
      expect(high - low).toBeLessThanOrEqual(2);
      expect(Math.abs(high + low) / 2).toBeLessThanOrEqual(0.3 + 1e-6);
    }
  });

  test("noise has no mean and at most the deviation that was asked for", () => {
    const before = ramp();
    const x = changed({ noise: 0.1 });
    const errors = x.map((value, i) => value - before[i]);
    const sum = errors.reduce((a, b) => a + b, 0);
    const squares = errors.reduce((a, b) => a + b * b, 0);
    const deviation = Math.sqrt(squares / x.length);
    // standard error of the deviation of n normal numbers: 1 / sqrt(2 n); four of them
    expect(deviation).toBeLessThan(0.1 * (1 + 4 / Math.sqrt(2 * x.length)));
    expect(Math.abs(sum / x.length)).toBeLessThan((4 * deviation) / Math.sqrt(x.length));
  });

  test("the same stream gives the same pixels", () => {
    const all = { gamma: 0.5, contrast: 0.3, brightness: 0.1, noise: 0.1, blurPx: 2 };
    expect(changed(all, 3)).toEqual(changed(all, 3));
    expect(changed(all, 3)).not.toEqual(changed(all, 4));
  });
});
