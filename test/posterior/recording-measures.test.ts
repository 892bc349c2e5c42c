import { expect, test } from "vitest";
import { openRandomStream, type GrayImage } from "../../src/core/index.ts";
import { measureRecording } from "../../src/posterior/index.ts";

const EDGE = 128;

/** A film of 0.01 with discs of 0.03 whose edges fall over `edgePx`, recorded with a dose [electrons per pixel]. */
function discs(dose: number, edgePx: number, intensityUnit: GrayImage["intensityUnit"]): GrayImage {
  const rng = openRandomStream(1, "discs");
  const data = Float32Array.from({ length: EDGE * EDGE }, (_, i) => {
    const [x, y] = [(i % EDGE) % 32, Math.floor(i / EDGE) % 48];
    const inside = Math.min(1, Math.max(0, 0.5 + (9 - Math.hypot(x - 16, y - 20)) / edgePx));
    const mean = 0.01 + 0.03 * inside;
    // shot noise of many electrons is normal
    return mean + Math.sqrt(mean / dose) * rng.normal();
  });
  return { width: EDGE, height: EDGE, data, pixelSizeNm: 1, intensityUnit };
}

const ABSOLUTE = "fraction of the incident beam";

test("the noise of an absolute image is that of its dose, whatever the image shows", () => {
  for (const dose of [1000, 7000, 50_000]) {
    const [noise] = measureRecording(discs(dose, 1, ABSOLUTE));
    // the darker half is chosen by a mean of the same pixels: up to 2 % off
    expect(Math.abs(noise + 0.5 * Math.log(dose))).toBeLessThan(0.05);
  }
});

test("edges that fall over more pixels make an image softer, and noise does not", () => {
  const softness = (dose: number, edgePx: number) => measureRecording(discs(dose, edgePx, ABSOLUTE))[1];
  expect(softness(50_000, 5)).toBeGreaterThan(softness(50_000, 1) + 0.3);
  expect(Math.abs(softness(7000, 1) - softness(50_000, 1))).toBeLessThan(0.1);
});

test("softness does not depend on zero and gain of the detector", () => {
  const image = discs(20_000, 2, "arbitrary");
  const other = { ...image, data: image.data.map((value) => 7 + 40 * value) };
  // single precision of 8 holds differences of 1e-6
  expect(measureRecording(other)[1]).toBeCloseTo(measureRecording(image)[1], 3);
});

test("padding round a small image hides none of its noise", () => {
  const image = discs(3000, 1, ABSOLUTE);
  // seven tenths of the field, the background around it
  const data = image.data.map((value, i) => {
    const [x, y] = [i % EDGE, Math.floor(i / EDGE)];
    return Math.max(Math.abs(x - 64), Math.abs(y - 64)) < 45 ? value : Math.fround(0.01);
  });
  const [noise] = measureRecording({ ...image, data });
  expect(Math.abs(noise + 0.5 * Math.log(3000))).toBeLessThan(0.1);
});
