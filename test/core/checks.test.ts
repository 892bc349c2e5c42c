import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkNumber, failureText } from "../../src/core/checks.ts";

const messageOf = (value: number, range: Parameters<typeof checkNumber>[2]) => {
  try {
    checkNumber("x", value, range);
  } catch (error) {
    return (error as Error).message;
  }
  return null;
};

describe("checkNumber()", () => {
  const action = "render image";

  test("gives back every number of its range, ends included, and refuses every other", () => {
    const bounds = fc.tuple(fc.double({ noNaN: true }), fc.double({ noNaN: true }));
    fc.assert(
      fc.property(bounds, fc.double(), ([a, b], value) => {
        const [min, max] = a < b ? [a, b] : [b, a];
        const isInside = Number.isFinite(value) && value >= min && value <= max;
        expect(messageOf(value, { min, max, action }) === null).toBe(isInside);
      }),
    );
  });

  test.each([
    [NaN, { action }, "Cannot render image: x must be a number, got NaN"],
    [Infinity, { min: 0, action }, "Cannot render image: x must be a number of at least 0, got Infinity"],
    [
      2.5,
      { integer: true, min: 1, max: 3, action },
      "Cannot render image: x must be a whole number from 1 to 3, got 2.5",
    ],
    [
      4,
      { max: 3, unit: "nm", action, where: "a.yaml" },
      "Cannot render image: x must be a number of at most 3 nm, got 4 (a.yaml)",
    ],
    [NaN, { unit: "mrad", action }, "Cannot render image: x must be a number in mrad, got NaN"],
  ])("of %s says what was wanted: %j", (value, range, text) => expect(messageOf(value, range)).toBe(text));
});

test("failureText() leaves the place out where the name says it all", () => {
  expect(failureText({ action: "read mask" }, "width must be 128", "64")).toBe(
    "Cannot read mask: width must be 128, got 64",
  );
});
