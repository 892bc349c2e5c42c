import type { RandomStream } from "./random-stream.ts";

/**
 * A copy in random order, every order as likely as any other [fisher1938].
 *
 * @param rng stream of the shuffle
 * @param items what to shuffle; stays as it is
 * @returns the items in their new order
 * @example
 * import { openRandomStream, shuffled } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * const cards = shuffled(openRandomStream(1), ["a", "b", "c"]);
 * expect(cards.toSorted()).toEqual(["a", "b", "c"]);
 */
export function shuffled<T>(rng: RandomStream, items: Iterable<T>): T[] {
  const copy = [...items];
  for (let last = copy.length - 1; last > 0; last--) {
    const other = rng.integerBelow(last + 1);
    [copy[last], copy[other]] = [copy[other], copy[last]];
  }
  return copy;
}
