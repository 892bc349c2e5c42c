import type { RandomStream } from "../../core/index.ts";
import { bootstrapInterval } from "../../core/index.ts";

/** An estimate with its interval. */
export interface Interval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/** Drawings of a bootstrap: enough that the 2.5 % point moves by less than a tenth of the interval's width. */
const DRAWS = 1000;

/**
 * 95 % interval of a statistic over images, by drawing whole groups with replacement (percentile bootstrap [efron1993]).
 *
 * Images of a group resemble each other, so drawing images would give too narrow an interval. With one group there is none to draw: low
 * and high are NaN.
 *
 * @example
 * import { groupBootstrap } from "../src/segment/metrics/bootstrap.ts";
 * import { mean, openRandomStream } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * const items = [0.8, 0.9, 0.7].map((iou, i) => ({ group: `specimen ${i}`, iou }));
 * const meanIou = (list: readonly { iou: number }[]) => mean(list.map(({ iou }) => iou));
 * const interval = groupBootstrap(openRandomStream(1), items, meanIou);
 * expect(interval.estimate).toBeCloseTo(0.8, 12);
 * expect(interval.low).toBeLessThan(interval.estimate);
 */
export function groupBootstrap<Item extends { readonly group: string }>(
  rng: RandomStream,
  items: readonly Item[],
  statistic: (items: readonly Item[]) => number,
): Interval {
  const byGroup = new Map<string, Item[]>();
  for (const item of items) byGroup.set(item.group, [...(byGroup.get(item.group) ?? []), item]);
  const { low, high } = bootstrapInterval(rng, [...byGroup.values()], statistic, { repeats: DRAWS });
  return { estimate: statistic(items), low, high };
}
