import { describe, expect, test } from "vitest";
import { isMoreThanNegative } from "../../src/particles/apply/against-negative.ts";

const THRESHOLD = 0.4;
const all = (count: number, probability: number) => Array.from({ length: count }, () => ({ probability }));
const isMore = (found: ReturnType<typeof all>, negative: ReturnType<typeof all>) =>
  isMoreThanNegative(found, negative, THRESHOLD);

describe("isMoreThanNegative()", () => {
  test("lumps of a film, as many bright as dark, are no more than their negative, be they few or two hundred", () => {
    expect(isMore(all(5, 0.5), all(4, 0.5))).toBe(false);
    // a textured film of 512 x 512 px, as the detector that ships answered
    expect(isMore(all(206, 0.45), all(170, 0.44))).toBe(false);
    expect(isMore([], all(3, 0.5))).toBe(false);
  });

  test("a few unsure lumps are no particles because the negative happens to show fewer", () => {
    expect(isMore(all(3, 0.5), [])).toBe(false);
    expect(isMore(all(8, 0.53), all(2, 0.54))).toBe(false);
  });

  test("metal on a noisy support is more: 217 lumps against 116 of the support", () => {
    expect(isMore(all(217, 0.45), all(116, 0.44))).toBe(true);
  });

  test("one sure particle is more, whatever unsure lumps the negative shows", () => {
    expect(isMore(all(1, 0.85), all(9, 0.45))).toBe(true);
    expect(isMore(all(1, 0.55), all(9, 0.45))).toBe(false);
  });
});
