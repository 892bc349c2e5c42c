import { BIN_COUNT } from "./rank-features.ts";

/** The rows of the node under work, gathered side by side, and the room its splits are sought in. */
export interface NodeSample {
  /** Rows in the node. */
  count: number;
  /** Their weights together. */
  totalWeight: number;
  /** Row index, weight and weight times target of each, [count]; `label` in classification. */
  readonly rows: Uint32Array;
  /** Where the row begins in a table kept row by row. */
  readonly rowStart: Uint32Array;
  readonly weight: Float64Array;
  readonly moment: Float64Array;
  readonly label: Uint16Array;
  /** Weighted sum of each output: of the target, or of the rows of each class. */
  readonly totals: Float64Array;
  /** [bin, 1 + output]: weight in the bin, then its sums; all zero between uses. */
  readonly histogram: Float64Array;
  /** One bit a bin, set where the bin holds a row: only those are visited. All zero between uses. */
  readonly occupied: Int32Array;
  /** Running sums left of the cut. */
  readonly left: Float64Array;
  /** Sort keys of a small node: rank, then place in the node in the lower six bits. */
  readonly keys: Int32Array;
  /** Highest rank left of the best cut of the feature tried last, and lowest right of it. */
  readonly cut: { low: number; high: number };
}

/** Bits of a sort key that number the rows of a small node. */
export const PLACE_BITS = 6;

/** Makes room for the largest node of a tree. */
export function makeNodeSample(rowCount: number, outputCount: number): NodeSample {
  return {
    count: 0,
    totalWeight: 0,
    rows: new Uint32Array(rowCount),
    rowStart: new Uint32Array(rowCount),
    weight: new Float64Array(rowCount),
    moment: new Float64Array(rowCount),
    label: new Uint16Array(rowCount),
    totals: new Float64Array(outputCount),
    histogram: new Float64Array(BIN_COUNT * (1 + outputCount)),
    occupied: new Int32Array(BIN_COUNT / 32),
    left: new Float64Array(outputCount),
    keys: new Int32Array(1 << PLACE_BITS),
    cut: { low: 0, high: 0 },
  };
}

/**
 * Sorts the node's rows by one feature: keys of rank and place, by insertion (nodes of at most 64 rows).
 *
 * @param ranks [row, feature] of the table
 */
export function sortByRankInto(
  sample: NodeSample,
  ranks: Uint16Array | Uint32Array,
  feature: number,
): boolean {
  const { keys, rowStart, count } = sample;
  for (let i = 0; i < count; i++) {
    const key = (ranks[rowStart[i] + feature] << PLACE_BITS) | i;
    let place = i - 1;
    while (place >= 0 && keys[place] > key) {
      keys[place + 1] = keys[place];
      place--;
    }
    keys[place + 1] = key;
  }
  return keys[0] >> PLACE_BITS !== keys[count - 1] >> PLACE_BITS;
}
