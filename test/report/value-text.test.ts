import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fixed, intervalText, nameWithUnit, percent, shortNumber } from "../../src/report/index.ts";

describe("shortNumber()", () => {
  test.each([
    [0, "0"],
    [42, "42"],
    [123456, "123456"],
    [1234.5, "1235"],
    [99.96, "100"],
    [5.8, "5.80"],
    [-0.0123, "-0.0123"],
    [0.00099999, "0.00100"],
    [0.00012, "1.20e-4"],
    [2.5e7, "2.50e+7"],
    [NaN, "–"],
    [-Infinity, "–"],
  ])("of %s is %s", (value, text) => {
    expect(shortNumber(value)).toBe(text);
  });

  test("is the number to three digits, whatever its size", () => {
    fc.assert(
      fc.property(fc.double({ min: -1e12, max: 1e12, noNaN: true }), (value) => {
        // half a unit of the third digit
        expect(Math.abs(Number(shortNumber(value)) - value)).toBeLessThanOrEqual(0.00501 * Math.abs(value));
      }),
    );
  });
});

describe("intervalText()", () => {
  test.each([
    [{ value: 0.9123, low: 0.8871, high: 0.9342 }, "0.912 (0.887 to 0.934)"],
    [{ value: 0.5, low: -0.13, high: 1.21 }, "0.5 (-0.1 to 1.2)"],
    [{ value: 3141.6, low: 2500, high: 4012 }, "3142 (2500 to 4012)"],
    [{ value: 0.5, low: 0.5, high: 0.5 }, "0.500 (0.500 to 0.500)"],
    [{ value: 0.1 + 0.2, low: 0.3, high: 0.1 + 0.2 }, "0.300 (0.300 to 0.300)"],
    [{ value: 0.91234, low: NaN, high: NaN }, "0.912"],
    [{ value: NaN, low: NaN, high: NaN }, "–"],
  ])("of %j is %s", (interval, text) => {
    expect(intervalText(interval)).toBe(text);
  });

  test("writes a value without limits as its column does", () => {
    expect(intervalText({ value: 0.91234, low: NaN, high: NaN }, fixed(4))).toBe("0.9123");
  });
});

test("fixed() and percent() have a dash where there is no number", () => {
  expect([fixed(2)(1.005), fixed(2)(NaN), percent(0.034), percent(0.34), percent(NaN)]).toEqual([
    "1.00",
    "–",
    "3.4 %",
    "34 %",
    "–",
  ]);
});

test("nameWithUnit() has no brackets for a pure number", () => {
  expect([nameWithUnit("radius", "nm"), nameWithUnit("share", ""), nameWithUnit("strength", null)]).toEqual([
    "radius [nm]",
    "share",
    "strength",
  ]);
});
