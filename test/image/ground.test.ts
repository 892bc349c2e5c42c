import { describe, expect, test } from "vitest";
import { openRandomStream, type GrayImage, type RandomStream } from "../../src/core/index.ts";
import { edgeSoftnessPx, gaussianBlur, groundTraces, recordingTraces } from "../../src/image/index.ts";

const SIZE = 192;
const PLAIN = { width: SIZE, height: SIZE, intensityUnit: "arbitrary", pixelSizeNm: null } as const;

/** A field of 1 with noise, and a disc of 11 that takes a tenth of it: the range is 10. */
function field(rng: RandomStream, groundAt: (x: number, y: number) => number, noise: number): GrayImage {
  const data = Float32Array.from({ length: SIZE * SIZE }, (_, i) => {
    const [x, y] = [i % SIZE, Math.floor(i / SIZE)];
    const isDisc = Math.hypot(x - 60, y - 70) < 34;
    return (isDisc ? 11 : groundAt(x, y)) + noise * rng.normal();
  });
  return { ...PLAIN, data };
}

describe("groundTraces()", () => {
  test("finds level, noise and slope of the ground beside matter, bright or dark", () => {
    const image = field(openRandomStream(1), (x) => 1 + x / SIZE, 0.2);
    for (const sign of [1, -1]) {
      const traces = groundTraces({ ...image, data: image.data.map((value) => sign * value) });
      // noise widens the range of 10 by 0.5 at either end at most
      expect(traces?.share).toBeGreaterThan(0.85);
      expect(traces?.noise).toBeGreaterThan(0.018);
      expect(traces?.noise).toBeLessThan(0.021);
      expect(traces?.slope).toBeGreaterThan(0.08);
      expect(traces?.slope).toBeLessThan(0.11);
      // the ground is 1.5 in its middle, of a range from about 0.6 to 11.5
      expect(traces?.level).toBeCloseTo(sign === 1 ? 0.08 : 0.92, 1);
      expect(traces?.texture.coarse).toBeLessThan(0.005);
      expect(Math.abs(traces?.correlation.x ?? 1)).toBeLessThan(0.03);
    }
  });

  test("tells unevenness from noise, fine from coarse", () => {
    const waves = (length: number) => (x: number, y: number) =>
      1 +
      0.3 *
        Math.sqrt(2) *
        Math.sin((2 * Math.PI * x) / length) *
        Math.SQRT2 *
        Math.sin((2 * Math.PI * y) / length);
    const coarse = groundTraces(field(openRandomStream(2), waves(96), 0.2));
    // a wave of 96 px keeps exp(-(2 pi 8/96)^2) = 76 % of its height under a blur of 8 px along both axes
    expect(coarse?.texture.coarse).toBeGreaterThan(0.015);
    expect(coarse?.texture.coarse).toBeLessThan(0.03);
    expect(coarse?.texture.fine).toBeLessThan(0.6 * (coarse?.texture.coarse ?? 0));
    const fine = groundTraces(field(openRandomStream(2), waves(16), 0.2));
    expect(fine?.texture.fine).toBeGreaterThan(3 * (fine?.texture.coarse ?? 1));
  });

  test("tells what rows have of their own, and what pixels share with their neighbours", () => {
    const rng = openRandomStream(3);
    const offsets = Array.from({ length: SIZE }, () => 0.1 * rng.normal());
    const hum = groundTraces(field(rng, (_, y) => 1 + offsets[y], 0.2));
    // 0.1 of row to 0.22 of all noise together
    expect(hum?.lineSteps.rows).toBeGreaterThan(0.35);
    expect(hum?.lineSteps.rows).toBeLessThan(0.55);
    expect(hum?.lineSteps.columns).toBeLessThan(0.1);
    const clean = field(rng, () => 1, 0.2);
    const glowing = clean.data.slice();
    // what a pixel keeps of the one before it: an autoregression of 0.5 correlates neighbours by 0.5
    for (let i = 1; i < glowing.length; i++) glowing[i] = 0.5 * glowing[i - 1] + 0.5 * clean.data[i];
    const glow = groundTraces({ ...clean, data: glowing });
    // at a distance of 4 px 0.5^4 = 0.06 is left, which the measure takes for nothing
    expect(glow?.correlation.x).toBeGreaterThan(0.42);
    expect(glow?.correlation.x).toBeLessThan(0.52);
    expect(Math.abs(glow?.correlation.y ?? 1)).toBeLessThan(0.05);
  });

  test("leaves masked pixels out, and says nothing of an image without contrast", () => {
    const image = field(openRandomStream(4), () => 1, 0.2);
    const mask = Uint8Array.from(image.data, (_, i) => Number(Math.floor(i / SIZE) > 150));
    const spoilt = image.data.map((value, i) => (mask[i] === 1 ? 500 : value));
    expect(groundTraces({ ...image, data: spoilt }, mask)?.noise).toBeCloseTo(
      groundTraces(image)?.noise ?? 0,
      2,
    );
    expect(groundTraces({ ...PLAIN, data: new Float32Array(SIZE * SIZE).fill(3) })).toBeNull();
  });
});

describe("edgeSoftnessPx()", () => {
  test("finds the blur of steps under noise, and nothing in noise", () => {
    const rng = openRandomStream(5);
    const steps = field(rng, () => 1, 0).data;
    for (const sigmaPx of [0.8, 1.5, 3]) {
      const soft = gaussianBlur(steps, PLAIN, sigmaPx).map((value) => value + 0.05 * rng.normal());
      // pixels add 1/sqrt(12), central differences a little more
      const found = edgeSoftnessPx({ ...PLAIN, data: soft }) ?? NaN;
      expect(Math.abs(found - Math.hypot(sigmaPx, 0.5))).toBeLessThan(0.25);
    }
    const noise = Float32Array.from(steps, () => rng.normal());
    expect(edgeSoftnessPx({ ...PLAIN, data: noise })).toBeNull();
  });
});

test("recordingTraces() holds both", () => {
  const image = field(openRandomStream(6), () => 1, 0.2);
  const traces = recordingTraces(image);
  expect(traces.ground).toEqual(groundTraces(image));
  expect(traces.edgeSoftnessPx).toBe(edgeSoftnessPx(image));
});
