import { expect, test } from "vitest";
import { intervalBarHtml } from "../../src/report/index.ts";

const bar = {
  median: 10,
  intervals: [
    [5, 20],
    [2, 50],
  ],
} as const;
/** Left and right ends of the track, the wide and the narrow band [px]. */
const ends = (markup: string) =>
  [...markup.matchAll(/x="([\d.]+)"[^/]*?width="([\d.]+)"/g)]
    .slice(0, 3)
    .map(([, x, width]) => [Number(x), Number(x) + Number(width)]);

test("the interval bar lays intervals and truth on the range, on its scale", () => {
  const linear = intervalBarHtml({ ...bar, range: [0, 100], scale: "linear", truth: 50 }).markup;
  // 210 px for 100 units, from 5 px on
  const [track, wide, narrow] = ends(linear);
  expect(track).toEqual([5, 215]);
  expect(wide[0]).toBeCloseTo(5 + 2.1 * 2, 1);
  expect(wide[1]).toBeCloseTo(5 + 2.1 * 50, 1);
  expect(narrow[1]).toBeCloseTo(5 + 2.1 * 20, 1);
  expect(linear).toContain("L110.0 4");
  const log = intervalBarHtml({ ...bar, range: [1, 100], scale: "log", truth: 10 }).markup;
  expect(ends(log)[2][0]).toBeCloseTo(5 + 210 * (Math.log10(5) / 2), 1);
  expect(log).toContain("L110.0 4");
});

test("the interval bar draws what lies outside the range at its end, and no truth that is not known", () => {
  const outside = intervalBarHtml({ ...bar, range: [8, 12], scale: "linear", truth: 40 }).markup;
  expect(ends(outside)).toEqual([
    [5, 215],
    [5, 215],
    [5, 215],
  ]);
  expect(outside).toContain("L215.0 4");
  expect(intervalBarHtml({ ...bar, range: [0, 100], scale: "linear" }).markup).not.toContain("<path");
});
