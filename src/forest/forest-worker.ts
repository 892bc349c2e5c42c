import { move, transferableSymbol, valueSymbol } from "piscina";
import { workerData } from "node:worker_threads";
import type { Tree } from "./forest.ts";
import type { GrowingPlan } from "./grow-tree.ts";
import { growTrees, type GrownTrees, type TreeRange } from "./grow-trees.ts";

/** The forest's plan: it arrives once, when the thread is started; its large arrays are shared. */
const plan = workerData as GrowingPlan;

/**
 * Grows some trees in a worker thread and hands their arrays over without a copy.
 *
 * @param range which trees
 * @returns the trees in order, and their sums
 */
export function growRange(range: TreeRange): GrownTrees {
  const grown = growTrees(plan, range);
  const buffers = grown.trees.flatMap((tree) => arraysOf(tree).map(({ buffer }) => buffer));
  // the pool unpacks this on the caller's side: what arrives there is the plain value
  return move({ [transferableSymbol]: buffers, [valueSymbol]: grown }) as unknown as GrownTrees;
}

function arraysOf({ feature, threshold, right, value, members }: Tree) {
  const leaves = members ? [members.rows, members.weights, members.start, members.end] : [];
  return [feature, threshold, right, value, ...leaves];
}
