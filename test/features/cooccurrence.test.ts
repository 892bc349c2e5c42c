import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cooccurrenceMatrices } from "../../src/features/cooccurrence-matrices.ts";
import type { LevelImage, PairOffset } from "../../src/features/cooccurrence-matrices.ts";

/** The definition, pair by pair. */
function countedOneByOne({ width, height, levels, levelCount }: LevelImage, offset: PairOffset): number[] {
  const down = Math.round(Math.sin(offset.angleRad) * offset.distancePx);
  const across = Math.round(Math.cos(offset.angleRad) * offset.distancePx);
  const counts = Array.from({ length: levelCount * levelCount }, () => 0);
  let pairs = 0;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [partnerRow, partnerColumn] = [row + down, column + across];
      if (partnerRow < 0 || partnerRow >= height || partnerColumn < 0 || partnerColumn >= width) continue;
      const own = levels[row * width + column];
      const partner = levels[partnerRow * width + partnerColumn];
      counts[own * levelCount + partner]++;
      counts[partner * levelCount + own]++;
      pairs++;
    }
  }
  return pairs === 0 ? counts : counts.map((count) => count * (1 / (2 * pairs)));
}

describe("cooccurrenceMatrices()", () => {
  test("counts every pair of any number of offsets, those along the borders included", () => {
    const offset = fc.record({
      distancePx: fc.integer({ min: 0, max: 9 }),
      angleRad: fc.constantFrom(0, Math.PI / 4, Math.PI / 2, (3 * Math.PI) / 4, Math.PI, -Math.PI / 4),
    });
    const sizes = fc.record({
      width: fc.integer({ min: 1, max: 12 }),
      height: fc.integer({ min: 1, max: 12 }),
      levelCount: fc.integer({ min: 1, max: 9 }),
    });
    fc.assert(
      fc.property(sizes, fc.array(offset, { minLength: 1, maxLength: 9 }), (size, offsets) => {
        const levels = Uint8Array.from(
          { length: size.width * size.height },
          (_, i) => (7 * i * i) % size.levelCount,
        );
        const image = { ...size, levels };
        cooccurrenceMatrices(image, offsets).forEach((matrix, k) => {
          expect([...matrix]).toEqual(countedOneByOne(image, offsets[k]));
        });
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});
