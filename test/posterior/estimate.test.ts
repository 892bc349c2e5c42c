import { expect, test } from "vitest";
import { informationOfR2 } from "../../src/posterior/index.ts";

test.each([
  [0.9, "determined"],
  [0.5, "hinted at"],
  [0.2, "the prior"],
  [-0.1, "the prior"],
] as const)("a quantity of which a network explains %f of the variance is %s", (r2, word) =>
  expect(informationOfR2(r2)).toBe(word),
);
