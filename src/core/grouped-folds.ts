import { checkNumber, rangeError } from "./checks.ts";
import { shuffled } from "./shuffled.ts";
import type { RandomStream } from "./random-stream.ts";

/**
 * Deals rows out into folds so that all rows of a group (a lot, a specimen) come into the same fold.
 *
 * @param rng stream of the shuffle
 * @param groups group of each row
 * @param foldCount folds, 2 or more
 * @param where file that names the groups, for errors
 * @returns fold of each row, 0 to foldCount - 1
 * @throws RangeError when there are fewer groups than folds
 * @example
 * import { openRandomStream } from "../src/core/index.ts";
 * import { groupedFolds } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * const folds = groupedFolds(openRandomStream(1), ["A", "A", "B", "B"], 2);
 * expect(folds[0]).toBe(folds[1]);
 * expect(folds[0]).not.toBe(folds[2]);
 */
export function groupedFolds(
  rng: RandomStream,
  groups: readonly string[],
  foldCount: number,
  where?: string,
): number[] {
  const context = { action: "cross-validate", ...(where === undefined ? {} : { where }) };
  checkNumber("foldCount", foldCount, { min: 2, integer: true, ...context });
  const names = [...new Set(groups)];
  if (names.length < foldCount) {
    const wanted = `there must be at least ${foldCount} groups (such as lots) for ${foldCount} folds`;
    const got = names.length === 1 ? `one (${names[0]})` : String(names.length);
    throw rangeError(context, wanted, got);
  }
  return shuffledPlaces(rng, groups).map((place) => place % foldCount);
}

/**
 * Deals rows out into parts of so many groups each, so that all rows of a group come into the same part.
 *
 * @param rng stream of the shuffle
 * @param groups group of each row
 * @param counts groups of the first parts; what is left is one part more
 * @returns part of each row, 0 to counts.length
 * @example
 * import { groupedParts, openRandomStream } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * const parts = groupedParts(openRandomStream(1), ["A", "A", "B", "C", "C"], [1]);
 * expect(parts[0]).toBe(parts[1]);
 * expect(new Set(parts)).toEqual(new Set([0, 1]));
 */
export function groupedParts(
  rng: RandomStream,
  groups: readonly string[],
  counts: readonly number[],
): number[] {
  let end = 0;
  const ends = counts.map((count) => (end += count));
  return shuffledPlaces(rng, groups).map((place) => {
    const part = ends.findIndex((next) => place < next);
    return part < 0 ? counts.length : part;
  });
}

/** Place of each row's group when groups, in the order in which they occur, are shuffled. */
function shuffledPlaces(rng: RandomStream, groups: readonly string[]): number[] {
  const placeOf = new Map(shuffled(rng, new Set(groups)).map((name, place) => [name, place]));
  return groups.map((name) => placeOf.get(name) as number);
}
