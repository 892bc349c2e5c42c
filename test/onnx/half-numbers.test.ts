import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { halfBits, halfNumber } from "../../src/onnx/half-numbers.ts";

const FINITE = Array.from({ length: 0x7c00 }, (_, bits) => bits);

describe("half precision", () => {
  test("has the numbers of IEEE 754 binary16", () => {
    expect([0x0001, 0x0400, 0x3c00, 0x3555, 0x7bff, 0xc000].map(halfNumber)).toEqual([
      2 ** -24,
      2 ** -14,
      1,
      0.333251953125,
      65504,
      -2,
    ]);
    expect(halfNumber(0x7c00)).toBe(Infinity);
    expect(halfNumber(0x7e00)).toBeNaN();
  });

  test("every number comes back as it was, of either sign", () => {
    for (const bits of FINITE) {
      expect(halfBits(halfNumber(bits))).toBe(bits);
      expect(halfBits(-halfNumber(bits))).toBe(bits | 0x8000);
    }
    expect([halfBits(Infinity), halfBits(1e6), halfBits(NaN)]).toEqual([0x7c00, 0x7c00, 0x7e00]);
  });

  test("what lies between two numbers goes to the nearer one, the middle to the even one", () => {
    const rng = openRandomStream(1, "half");
    for (const bits of FINITE.slice(0, -1)) {
      const [low, high] = [halfNumber(bits), halfNumber(bits + 1)];
      expect(halfBits((low + high) / 2)).toBe(bits % 2 === 0 ? bits : bits + 1);
      // single precision, in which numbers are compared, has steps of 1/8192 between two
      const share = 0.499 * rng.uniform();
      expect(halfBits(low + share * (high - low))).toBe(bits);
      expect(halfBits(high - share * (high - low))).toBe(bits + 1);
    }
  });
});
