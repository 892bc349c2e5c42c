import { openRandomStream, type RandomStream } from "../core/index.ts";
import type { Tree } from "./forest.ts";
import { growTree, rowsAbove0, type GrowingPlan } from "./grow-tree.ts";

/** Trees of one task: their sums are added in order, so the forest does not depend on who grew what. */
export const TREES_PER_TASK = 8;

/** Trees from `start` to before `end`. */
export interface TreeRange {
  readonly start: number;
  readonly end: number;
}

/** A stretch of the forest, with sums that the whole forest's figures are made of. */
export interface GrownTrees {
  readonly trees: readonly Tree[];
  /** Sum over trees of the importance normalised to 1 in each. */
  readonly importance: Float64Array;
  /** [row, output]: sum of the predictions of trees that had not seen the row. */
  readonly unseenSum: Float64Array;
  /** [row]: number of those trees. */
  readonly unseenCount: Uint32Array;
}

/** Grows some trees of a forest, each from its own stream. */
export function growTrees(plan: GrowingPlan, { start, end }: TreeRange): GrownTrees {
  const { rowCount, featureCount } = plan.ranked;
  const grown = {
    trees: [] as Tree[],
    importance: new Float64Array(featureCount),
    unseenSum: new Float64Array(rowCount * plan.outputCount),
    unseenCount: new Uint32Array(rowCount),
  };
  for (let index = start; index < end; index++) {
    const rng = openRandomStream(plan.settings.seed, "tree", index);
    const bag = plan.settings.bootstrap ? drawBag(rng, plan.weights) : new Uint16Array(rowCount).fill(1);
    const { tree, importance } = growTree(rng, plan, bag);
    grown.trees.push(tree);
    addNormalised(grown.importance, importance);
    if (plan.settings.bootstrap) addUnseen(grown, plan, tree, bag);
  }
  return grown;
}

/** How often each row is drawn, of n rows n times with replacement [efron1979]; rows of weight 0 never are. */
function drawBag(rng: RandomStream, weights: Float64Array): Uint16Array {
  const bag = new Uint16Array(weights.length);
  const rows = rowsAbove0(weights);
  for (let draw = 0; draw < rows.length; draw++) bag[rows[Math.floor(rng.uniform() * rows.length)]]++;
  return bag;
}

function addNormalised(sums: Float64Array, importance: Float64Array): void {
  const total = importance.reduce((sum, value) => sum + value, 0);
  if (total === 0) return;
  for (let feature = 0; feature < sums.length; feature++) sums[feature] += importance[feature] / total;
}

function addUnseen(
  sums: { readonly unseenSum: Float64Array; readonly unseenCount: Uint32Array },
  { ranked, outputCount }: GrowingPlan,
  tree: Tree,
  bag: Uint16Array,
): void {
  for (let row = 0; row < ranked.rowCount; row++) {
    if (bag[row] > 0) continue;
    const leaf = leafOfRanked(tree, ranked, row);
    for (let k = 0; k < outputCount; k++) {
      sums.unseenSum[row * outputCount + k] += tree.value[leaf * outputCount + k];
    }
    sums.unseenCount[row]++;
  }
}

function leafOfRanked(tree: Tree, ranked: GrowingPlan["ranked"], row: number): number {
  const { distinct, distinctStart, ranks, featureCount } = ranked;
  let node = 0;
  for (let asked = tree.feature[0]; asked >= 0; asked = tree.feature[node]) {
    const value = distinct[distinctStart[asked] + ranks[row * featureCount + asked]];
    node = value <= tree.threshold[node] ? node + 1 : tree.right[node];
  }
  return node;
}

/** A stretch of the forest and its place in it. */
export interface PlacedTrees {
  readonly task: number;
  readonly grown: GrownTrees;
}

/**
 * Grows stretches of trees as long as there are any that nobody has taken.
 *
 * Threads that call this with the same counter share the forest out among themselves, without anybody who has to be awake to
 * hand out work.
 */
export function growUntaken(plan: GrowingPlan, taken: Int32Array): PlacedTrees[] {
  const { treeCount } = plan.settings;
  const placed: PlacedTrees[] = [];
  for (;;) {
    const task = Atomics.add(taken, 0, 1);
    const start = task * TREES_PER_TASK;
    if (start >= treeCount) return placed;
    placed.push({
      task,
      grown: growTrees(plan, { start, end: Math.min(start + TREES_PER_TASK, treeCount) }),
    });
  }
}
