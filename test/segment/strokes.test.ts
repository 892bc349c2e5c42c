import { expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { layStrokesInPlace } from "../../src/segment/train/strokes.ts";

const EDGE = 96;
const laid = (seed: number, cover: number) =>
  layStrokesInPlace(openRandomStream(seed, "strokes"), new Float32Array(EDGE * EDGE), EDGE, {
    cover,
    brightness: 2,
  });
const cuts = Array.from({ length: 40 }, (_, seed) => laid(seed, 0.5));
const isBlank = (cut: Float32Array) => cut.every((value) => value === 0);

test("strokes only brighten, in about half of the cuts, alike for a seed", () => {
  expect(cuts.every((cut) => cut.every((value) => value >= 0))).toBe(true);
  const blank = cuts.filter(isBlank).length;
  expect(blank).toBeGreaterThan(10);
  expect(blank).toBeLessThan(30);
  expect(laid(7, 0.5)).toEqual(cuts[7]);
});

test("about as much of a cut lies under strokes as the settings say", () => {
  // of a profile that fades to its ends, what is above 0.02 is wider than the four standard deviations that are counted
  const shares = (cover: number) =>
    cuts.map((_, seed) => laid(seed, cover).filter((value) => value > 0.02).length / EDGE ** 2);
  expect(Math.max(...shares(0.5))).toBeGreaterThan(0.25);
  expect(Math.max(...shares(0.5))).toBeLessThan(0.7);
  expect(Math.max(...shares(0.1))).toBeLessThan(0.25);
});

test("without strokes a cut and its stream stay as they are", () => {
  const rng = openRandomStream(3, "strokes");
  expect(isBlank(layStrokesInPlace(rng, new Float32Array(16), 4, { cover: 0, brightness: 2 }))).toBe(true);
  expect(rng.uniform()).toBe(openRandomStream(3, "strokes").uniform());
});

test("a stroke is long and thin", () => {
  // the smallest share that still gives a stroke: one for a cut
  const single = Array.from({ length: 40 }, (_, seed) => laid(seed, 1e-6)).filter((cut) => !isBlank(cut));
  const ratios = single.map(axisRatio).sort((a, b) => a - b);
  expect(ratios[Math.floor(ratios.length / 2)]).toBeGreaterThan(3);
});

/** Length over width: square root of the ratio of the second moments along the principal axes. */
function axisRatio(cut: Float32Array): number {
  let [sum, x, y, xx, yy, xy] = [0, 0, 0, 0, 0, 0];
  cut.forEach((weight, i) => {
    const [column, row] = [i % EDGE, Math.floor(i / EDGE)];
    sum += weight;
    x += weight * column;
    y += weight * row;
    xx += weight * column * column;
    yy += weight * row * row;
    xy += weight * column * row;
  });
  const [a, b, c] = [xx / sum - (x / sum) ** 2, yy / sum - (y / sum) ** 2, xy / sum - (x * y) / sum ** 2];
  const root = Math.sqrt(((a - b) / 2) ** 2 + c * c);
  return Math.sqrt(((a + b) / 2 + root) / Math.max(1e-6, (a + b) / 2 - root));
}
