import { expect, test } from "vitest";
import { expectWithin } from "./expect-within.ts";

test("expectWithin() names the quantity, both values, the error and the bound", () => {
  const bound = { of: 2, rel: 0.01, because: "closed form" };
  expect(() => expectWithin("sigma", 2.01, bound)).not.toThrow();
  expect(() => expectWithin("sigma", 2.1, bound)).toThrow(
    "sigma: got 2.1, reference 2, off by 5.00 %, allowed 1.00 % (closed form)",
  );
  expect(() => expectWithin("sigma", NaN, bound)).toThrow("got NaN");
});
