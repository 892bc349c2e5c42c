import { expect, test } from "vitest";
import { variantsOfPart } from "../../src/cli/commands/segment/sweep-parts.ts";
import type { SweepVariant } from "../../src/segment/index.ts";

const variants: readonly SweepVariant[] = [0, 1, 2, 3, 4].map((fold) => ({
  name: `fold-${fold}`,
  imageCount: null,
  epochs: 1,
  fold,
  isRandom: false,
}));

test("variantsOfPart() gives every training to one part, none two more than another, and refuses parts without any", () => {
  const parts = [1, 2].map((index) => variantsOfPart(variants, { index, of: 2 }).map(({ fold }) => fold));
  expect(parts).toEqual([
    [0, 2, 4],
    [1, 3],
  ]);
  expect(() => variantsOfPart(variants, { index: 1, of: 6 })).toThrow(
    "Cannot sweep: wanted at most 5 parts, a training each, got 6",
  );
});
