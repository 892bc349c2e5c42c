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
const buffers = placed.flatMap(({ grown }) => grown.trees.flatMap(buffersOf));
parentPort?.postMessage(placed, buffers);

function buffersOf({ feature, threshold, right, value }: Tree): ArrayBuffer[] {
  return [feature, threshold, right, value].map(({ buffer }) => buffer as ArrayBuffer);
}
