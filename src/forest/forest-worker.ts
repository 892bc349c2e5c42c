import { parentPort, workerData } from "node:worker_threads";
import type { Tree } from "./forest.ts";
import type { GrowingPlan } from "./grow-tree.ts";
import { growUntaken } from "./grow-trees.ts";

/** What a thread of a forest is started with; the plan's large arrays and the counter are shared. */
export interface ForestShare {
  readonly plan: GrowingPlan;
  readonly taken: Int32Array;
}

const { plan, taken } = workerData as ForestShare;
const placed = growUntaken(plan, taken);
// handed over without a copy
const buffers = placed.flatMap(({ grown }) => grown.trees.flatMap((tree) => arraysOf(tree).map(bufferOf)));
parentPort?.postMessage(placed, buffers);

function arraysOf({ feature, threshold, right, value, members }: Tree) {
  const leaves = members ? [members.rows, members.weights, members.start, members.end] : [];
  return [feature, threshold, right, value, ...leaves];
}

function bufferOf({ buffer }: { readonly buffer: ArrayBufferLike }): ArrayBuffer {
  return buffer as ArrayBuffer;
}
