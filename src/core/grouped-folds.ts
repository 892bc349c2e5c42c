import { checkNumber, failureText } from "./checks.ts";
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
    const wanted = `there must be at least ${foldCount} lots for ${foldCount} folds`;
    const got = names.length === 1 ? `one (${names[0]})` : String(names.length);
    throw new RangeError(failureText(context, wanted, got));
  }
  const foldOf = new Map(shuffled(rng, names).map((name, place) => [name, place % foldCount]));
  return groups.map((name) => foldOf.get(name) as number);
}
