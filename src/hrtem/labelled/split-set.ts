import { rangeError } from "../../core/index.ts";

/** A set in three parts. */
export interface SplitSet<T> {
  readonly training: readonly T[];
  readonly validation: readonly T[];
  readonly heldOut: readonly T[];
}

/** Share of what is not held out that chooses weights and threshold, as in [groschner2021]. */
const VALIDATION_SHARE = 0.25;
/** Fewer images leave a part empty. */
const LEAST_COUNT = 4;

/**
 * Splits labelled images in their order: first training, then validation, last the held-out ones.
 *
 * Order, not chance: tiles of one micrograph follow each other in a stack, and files of one session in a folder; drawn at random they
 * would lie on both sides of the split.
 *
 * @throws RangeError when there are fewer than four items
 * @example
 * import { splitSet } from "../src/hrtem/labelled/split-set.ts";
 * import { expect } from "vitest";
 * const { training, validation, heldOut } = splitSet([1, 2, 3, 4, 5, 6, 7, 8], { heldOutShare: 0.5, where: "a" });
 * expect([training, validation, heldOut]).toEqual([[1, 2, 3], [4], [5, 6, 7, 8]]);
 */
export function splitSet<T>(
  items: readonly T[],
  { heldOutShare, where }: { readonly heldOutShare: number; readonly where: string },
): SplitSet<T> {
  if (items.length < LEAST_COUNT) {
    const wanted = `set must hold at least ${LEAST_COUNT} images with maps`;
    throw rangeError({ action: "split labelled images", where }, wanted, `${items.length}`);
  }
  const wantedCount = heldOutShare === 0 ? 0 : Math.max(1, Math.round(heldOutShare * items.length));
  // one image to train on and one to validate on stay
  const heldOutCount = Math.min(items.length - 2, wantedCount);
  const rest = items.length - heldOutCount;
  const validationCount = Math.max(1, Math.round(VALIDATION_SHARE * rest));
  const trainingCount = rest - validationCount;
  return {
    training: items.slice(0, trainingCount),
    validation: items.slice(trainingCount, rest),
    heldOut: items.slice(rest),
  };
}
