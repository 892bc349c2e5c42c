import { expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { conformalHalfWidth, INTERVAL_LEVELS } from "../../src/inverse/index.ts";

test("conformalHalfWidth() covers new errors at the stated level, whatever their law", () => {
  const rng = openRandomStream(3);
  const skewed = () => rng.normal() ** 3 + 0.5;
  for (const level of INTERVAL_LEVELS) {
    const halfWidth = conformalHalfWidth(Array.from({ length: 2000 }, skewed), level);
    const inside = Array.from({ length: 20_000 }, skewed).filter((error) => Math.abs(error) <= halfWidth);
    // the level reached by n calibration errors has standard deviation sqrt(level (1 - level) / n)
    expect(Math.abs(inside.length / 20_000 - level)).toBeLessThan(
      4 * Math.sqrt((level * (1 - level)) / 2000),
    );
  }
});
