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

const ROWS = 2;
const [RISE, CORRELATION, BORDER] = [3, 4, 5];

/** The image with what `change` makes of every pixel, by column and row. */
function changed(image: GrayImage, change: (value: number, x: number, y: number) => number): GrayImage {
  const data = image.data.map((value, i) => change(value, i % image.width, Math.floor(i / image.width)));
  return { ...image, data };
}

test("rows out of place are rough along columns; turned by a right angle they are columns out of place", () => {
  const image = discs(20_000, 1, ABSOLUTE);
  const rng = openRandomStream(2, "rows");
  const shifts = Array.from({ length: EDGE }, () => Math.round(1.5 * rng.normal()));
  const at = (x: number, y: number) => image.data[y * EDGE + Math.min(EDGE - 1, Math.max(0, x))];
  const jittered = changed(image, (_, x, y) => at(x + shifts[y], y));
  const turned = changed(image, (_, x, y) => jittered.data[x * EDGE + y]);
  const [still, rows, columns] = [image, jittered, turned].map((one) => measureRecording(one)[ROWS]);
  expect(rows).toBeGreaterThan(still + 0.3);
  expect(columns).toBeCloseTo(-rows, 6);
});

test("a film that grows thicker across the field is seen beside discs that are six times as bright", () => {
  const image = discs(7000, 1, ABSOLUTE);
  const wedge = changed(image, (value, x) => value + 0.002 * (x / EDGE - 0.5));
  // shot noise of 7,000 electrons at 0.01 is 0.0012: the film rises by 1.7 of it
  expect(Math.exp(measureRecording(wedge)[RISE]) - 0.1).toBeCloseTo(1.7, 0);
  expect(Math.exp(measureRecording(image)[RISE])).toBeLessThan(0.3);
});

test("film with structure over some pixels correlates them, shot noise does not", () => {
  const image = discs(7000, 1, ABSOLUTE);
  const textured = changed(image, (value, x, y) => value + 0.001 * Math.sin(x / 2) * Math.sin(y / 2));
  expect(Math.abs(measureRecording(image)[CORRELATION])).toBeLessThan(0.015);
  // variance 2.5e-7 beside 1.4e-6 of shot noise, of which the sines keep 0.54 and 0.07 at 2 and 3 px: 0.046
  expect(Math.abs(measureRecording(textured)[CORRELATION] - 0.046)).toBeLessThan(0.02);
});

test("discs that are cut by the border cover a share of it", () => {
  const image = discs(20_000, 1, ABSOLUTE);
  const alone = changed(image, (value, x, y) => (Math.hypot(x - 64, y - 64) < 60 ? value : 0.01));
  expect(measureRecording(alone)[BORDER]).toBe(0);
  // moved so that discs lie on the left and the upper edge
  const cut = changed(image, (_, x, y) => image.data[((y + 20) % EDGE) * EDGE + ((x + 16) % EDGE)]);
  expect(measureRecording(cut)[BORDER]).toBeGreaterThan(0.05);
});

test("whatever an image shows, all measures are finite", () => {
  const flat = changed(discs(20_000, 1, ABSOLUTE), () => 0.01);
  const dot = changed(flat, (value, x, y) => (x === 3 && y === 3 ? 1 : value));
  for (const image of [flat, dot]) expect([...measureRecording(image)].every(Number.isFinite)).toBe(true);
});
