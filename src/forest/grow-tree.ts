import type { RandomStream } from "../core/index.ts";
import type { Tree } from "./forest.ts";
import { triedFeatureCount, type ForestSettings } from "./forest-settings.ts";
import { makeNodeSample, type NodeSample } from "./node-sample.ts";
import type { RankedFeatures } from "./rank-features.ts";
import { cutClassesByHistogram, cutClassesExactly } from "./split-classification.ts";
import { cutMeansByHistogram, cutMeansExactly } from "./split-regression.ts";

/** Everything the trees of one forest have in common; plain data that worker threads can share. */
export interface GrowingPlan {
  readonly kind: "regression" | "classification";
  readonly ranked: RankedFeatures;
  /** [row]: target less `offset`, or class index. */
  readonly targets: Float64Array;
  /** Middle of the range of targets, taken off so that sums of squares stay accurate; 0 in classification. */
  readonly offset: number;
  readonly outputCount: number;
  /** [row]: weight of the row times that of its class. */
  readonly weights: Float64Array;
  readonly settings: ForestSettings;
}

/** A grown tree and what its splits took from the impurity, feature by feature. */
export interface GrownTree {
  readonly tree: Tree;
  readonly importance: Float64Array;
}

/** A stretch of rows that waits to become a node. */
interface Waiting {
  readonly start: number;
  readonly end: number;
  readonly depth: number;
  /** Node whose right child this will be; -1 for the root and for left children. */
  readonly parent: number;
}

/**
 * Grows one tree of a forest [breiman2001].
 *
 * Features are drawn without replacement; when none of the `maxFeatures` first ones can split the node, drawing
 * goes on until one can, so that constant columns do not end a tree early.
 *
 * @param bag [row]: how often each row was drawn
 */
export function growTree(rng: RandomStream, plan: GrowingPlan, bag: ArrayLike<number>): GrownTree {
  const growth = beginGrowth(rng, plan, bag);
  const waiting: Waiting[] = [{ start: 0, end: growth.rows.length, depth: 0, parent: -1 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const node = growth.nodeCount++;
    if (next.parent >= 0) growth.right[next.parent] = node;
    const middle = growNode(growth, node, next);
    if (middle === null) continue;
    const depth = next.depth + 1;
    // the left child is taken off the stack first and so becomes node + 1
    waiting.push({ start: middle, end: next.end, depth, parent: node });
    waiting.push({ start: next.start, end: middle, depth, parent: -1 });
  }
  return { tree: finishTree(growth), importance: growth.importance };
}

/** A tree while it grows. */
interface Growth {
  readonly rng: RandomStream;
  readonly plan: GrowingPlan;
  /** Rows in the bag; every node owns a stretch. */
  readonly rows: Uint32Array;
  /** [row] of the table: weight in this tree. */
  readonly weightOfRow: Float64Array;
  readonly sample: NodeSample;
  /** Features in the order of the last draw. */
  readonly order: Uint32Array;
  readonly triedCount: number;
  nodeCount: number;
  readonly feature: Int32Array;
  readonly threshold: Float32Array;
  readonly right: Int32Array;
  readonly value: Float64Array;
  readonly importance: Float64Array;
}

function beginGrowth(rng: RandomStream, plan: GrowingPlan, bag: ArrayLike<number>): Growth {
  const { rowCount, featureCount } = plan.ranked;
  const weightOfRow = new Float64Array(rowCount);
  for (let row = 0; row < rowCount; row++) weightOfRow[row] = bag[row] * plan.weights[row];
  const rows = rowsAbove0(weightOfRow);
  // a binary tree with at most one row a leaf
  const capacity = Math.max(1, 2 * rows.length - 1);
  return {
    rng,
    plan,
    rows,
    weightOfRow,
    sample: makeNodeSample(rows.length, plan.outputCount),
    order: Uint32Array.from({ length: featureCount }, (_, feature) => feature),
    triedCount: triedFeatureCount(plan.settings.maxFeatures, featureCount),
    nodeCount: 0,
    feature: new Int32Array(capacity).fill(-1),
    threshold: new Float32Array(capacity),
    right: new Int32Array(capacity),
    value: new Float64Array(capacity * plan.outputCount),
    importance: new Float64Array(featureCount),
  };
}

/**
 * The rows that have weight.
 *
 * @param weights [row]
 */
export function rowsAbove0(weights: Float64Array): Uint32Array {
  const rows = new Uint32Array(weights.length);
  let count = 0;
  for (let row = 0; row < weights.length; row++) {
    if (weights[row] > 0) rows[count++] = row;
  }
  return rows.slice(0, count);
}

/** Writes one node; gives the place where its rows are parted, or null for a leaf. */
function growNode(growth: Growth, node: number, { start, end, depth }: Waiting): number | null {
  const { plan, sample } = growth;
  const isPure = gatherInto(sample, growth, start, end);
  const { outputCount, offset, settings } = plan;
  let parentScore = 0;
  for (let k = 0; k < outputCount; k++) {
    growth.value[node * outputCount + k] = offset + sample.totals[k] / sample.totalWeight;
    parentScore += sample.totals[k] ** 2 / sample.totalWeight;
  }
  if (isPure || depth >= settings.maxDepth || sample.totalWeight < 2 * settings.minLeaf) return null;
  const split = findSplit(growth);
  if (split === null) return null;
  growth.feature[node] = split.feature;
  growth.threshold[node] = thresholdBetween(plan.ranked, split.feature, split.low, split.high);
  growth.importance[split.feature] += Math.max(0, split.score - parentScore);
  return partInPlace(growth.rows, plan.ranked, split, start, end);
}

/** Gathers a node's rows side by side; true when all have the same target. */
function gatherInto(sample: NodeSample, growth: Growth, start: number, end: number): boolean {
  const { rows, weightOfRow, plan } = growth;
  const isRegression = plan.kind === "regression";
  const first = plan.targets[rows[start]];
  let isPure = true;
  let totalWeight = 0;
  sample.totals.fill(0);
  for (let place = start; place < end; place++) {
    const row = rows[place];
    const i = place - start;
    const weight = weightOfRow[row];
    const target = plan.targets[row];
    sample.rows[i] = row;
    sample.rowStart[i] = row * plan.ranked.featureCount;
    sample.weight[i] = weight;
    sample.moment[i] = weight * target;
    sample.label[i] = target;
    totalWeight += weight;
    sample.totals[isRegression ? 0 : target] += isRegression ? weight * target : weight;
    if (target !== first) isPure = false;
  }
  sample.count = end - start;
  sample.totalWeight = totalWeight;
  return isPure;
}

interface Split {
  readonly feature: number;
  readonly score: number;
  /** Highest rank that goes left and lowest that goes right. */
  readonly low: number;
  readonly high: number;
}

function findSplit(growth: Growth): Split | null {
  const { rng, plan, sample, order, triedCount } = growth;
  const { minLeaf, exactNodeSize } = plan.settings;
  const isExact = sample.count <= exactNodeSize;
  const cutFeature =
    plan.kind === "regression"
      ? isExact
        ? cutMeansExactly
        : cutMeansByHistogram
      : isExact
        ? cutClassesExactly
        : cutClassesByHistogram;
  let best = -Infinity;
  let feature = -1;
  let low = 0;
  let high = 0;
  const perfect = perfectScore(sample, plan.kind);
  for (let drawn = 0; drawn < order.length && (drawn < triedCount || feature < 0); drawn++) {
    // one step of a Fisher-Yates shuffle [fisher1938]; any order to begin with is as good as another
    const pick = drawn + Math.floor(rng.uniform() * (order.length - drawn));
    const candidate = order[pick];
    order[pick] = order[drawn];
    order[drawn] = candidate;
    const score = cutFeature(sample, plan.ranked, candidate, minLeaf);
    if (score > best) {
      best = score;
      feature = candidate;
      low = sample.cut.low;
      high = sample.cut.high;
      // no later feature can do better, and of equals the first is kept
      if (best >= perfect) break;
    }
  }
  return feature < 0 ? null : { feature, score: best, low, high };
}

/** The score of a cut into two pure children, less what rounding may take; Infinity where it is not known. */
function perfectScore(sample: NodeSample, kind: GrowingPlan["kind"]): number {
  if (kind === "classification") return sample.totalWeight * (1 - 1e-12);
  // two rows are parted by any feature that tells them apart, and always alike
  return sample.count === 2 ? -Infinity : Infinity;
}

/** Halfway between two values, in single precision and never as high as the upper one. */
function thresholdBetween(ranked: RankedFeatures, feature: number, low: number, high: number): number {
  const { distinct, distinctStart } = ranked;
  const below = distinct[distinctStart[feature] + low];
  const above = distinct[distinctStart[feature] + high];
  const middle = Math.fround(below / 2 + above / 2);
  return middle < above && middle >= below ? middle : below;
}

/** Brings the rows that go left to the front of the stretch; gives the place where the others begin. */
function partInPlace(rows: Uint32Array, ranked: RankedFeatures, split: Split, start: number, end: number) {
  let left = start;
  let right = end - 1;
  while (left <= right) {
    const row = rows[left];
    if (ranked.ranks[row * ranked.featureCount + split.feature] <= split.low) {
      left++;
    } else {
      rows[left] = rows[right];
      rows[right] = row;
      right--;
    }
  }
  return left;
}

function finishTree(growth: Growth): Tree {
  const { nodeCount, plan } = growth;
  return {
    feature: growth.feature.slice(0, nodeCount),
    threshold: growth.threshold.slice(0, nodeCount),
    right: growth.right.slice(0, nodeCount),
    value: growth.value.slice(0, nodeCount * plan.outputCount),
  };
}
