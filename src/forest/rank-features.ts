import type { FeatureTable } from "./feature-table.ts";

/** Bins of a histogram: what fits a byte. */
export const BIN_COUNT = 256;

/** A feature table sorted once for all trees; every array can live in shared memory. */
export interface RankedFeatures {
  readonly rowCount: number;
  readonly featureCount: number;
  /** [row, feature]: place of the value among the feature's distinct values, from 0. Row by row, because the rows
   * of a small node then stay in the nearest cache while feature after feature is tried. */
  readonly ranks: Uint16Array | Uint32Array;
  /** [feature, row]: bin of that rank; bins hold about equal weight. */
  readonly bins: Uint8Array;
  /** [feature, bin]: smallest and largest rank of the bin. */
  readonly binFirstRank: Uint32Array;
  readonly binLastRank: Uint32Array;
  /** Distinct values, feature after feature, ascending. */
  readonly distinct: Float32Array;
  /** Where each feature's distinct values begin. */
  readonly distinctStart: Uint32Array;
}

/**
 * Ranks every feature and cuts the ranks into at most 256 bins of about equal weight.
 *
 * Trees only ever see ranks, so a monotone rescaling of a feature grows the same tree.
 */
export function rankFeatures(table: FeatureTable, weights: Float64Array): RankedFeatures {
  const { rowCount } = table;
  const featureCount = table.names.length;
  const ranks = makeRanks(rowCount, featureCount);
  const columns = table.names.map((_, feature) => rankColumnInto(ranks, table, feature));
  const distinctStart = shared(Uint32Array, featureCount);
  for (let feature = 1; feature < featureCount; feature++) {
    distinctStart[feature] = distinctStart[feature - 1] + columns[feature - 1].length;
  }
  const ranked: RankedFeatures = {
    rowCount,
    featureCount,
    ranks,
    bins: shared(Uint8Array, featureCount * rowCount),
    binFirstRank: shared(Uint32Array, featureCount * BIN_COUNT),
    binLastRank: shared(Uint32Array, featureCount * BIN_COUNT),
    distinct: shared(
      Float32Array,
      columns.reduce((sum, { length }) => sum + length, 0),
    ),
    distinctStart,
  };
  columns.forEach((column, feature) => {
    ranked.distinct.set(column, distinctStart[feature]);
    binColumn(ranked, feature, column.length, weights);
  });
  return ranked;
}

/** Rows that a sort key can number: 32 bits of the value and 21 of the row make 53. */
const ROW_SPAN = 2 ** 21;

/** Writes the ranks of one feature; gives its distinct values in ascending order. */
function rankColumnInto(ranks: RankedFeatures["ranks"], table: FeatureTable, feature: number): Float32Array {
  const { rowCount, values } = table;
  const featureCount = table.names.length;
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  const keys = new Float64Array(rowCount);
  for (let row = 0; row < rowCount; row++) {
    keys[row] = orderOf(bits[row * featureCount + feature]) * ROW_SPAN + row;
  }
  keys.sort();
  const distinct = new Float32Array(rowCount);
  let rank = -1;
  for (let place = 0; place < rowCount; place++) {
    const cell = (keys[place] % ROW_SPAN) * featureCount + feature;
    if (rank < 0 || values[cell] !== distinct[rank]) distinct[++rank] = values[cell];
    ranks[cell] = rank;
  }
  return distinct.slice(0, rank + 1);
}

/** A whole number below 2^32 that grows with the value whose IEEE 754 bits these are: negatives are turned round. */
function orderOf(bits: number): number {
  if (bits === -(2 ** 31)) return 2 ** 31; // -0 counts as 0
  return bits >= 0 ? bits + 2 ** 31 : ~bits;
}

function binColumn(
  ranked: RankedFeatures,
  feature: number,
  distinctCount: number,
  weights: Float64Array,
): void {
  const { ranks, rowCount, featureCount } = ranked;
  const weightOfRank = new Float64Array(distinctCount);
  for (let row = 0; row < rowCount; row++) weightOfRank[ranks[row * featureCount + feature]] += weights[row];
  const binOfRank = cutIntoBins(weightOfRank);
  for (let row = 0; row < rowCount; row++) {
    ranked.bins[feature * rowCount + row] = binOfRank[ranks[row * featureCount + feature]];
  }
  // upwards the last rank of a bin stays, downwards the first
  for (let rank = 0; rank < distinctCount; rank++) {
    ranked.binLastRank[feature * BIN_COUNT + binOfRank[rank]] = rank;
  }
  for (let rank = distinctCount - 1; rank >= 0; rank--) {
    ranked.binFirstRank[feature * BIN_COUNT + binOfRank[rank]] = rank;
  }
}

/** A bin for every rank: its own where there are enough, else by the weight that lies below it. */
function cutIntoBins(weightOfRank: Float64Array): Uint8Array {
  if (weightOfRank.length <= BIN_COUNT) return Uint8Array.from(weightOfRank, (_, rank) => rank);
  const total = weightOfRank.reduce((sum, weight) => sum + weight, 0);
  let below = 0;
  return Uint8Array.from(weightOfRank, (weight) => {
    const bin = Math.min(BIN_COUNT - 1, Math.floor((below / total) * BIN_COUNT));
    below += weight;
    return bin;
  });
}

function makeRanks(rowCount: number, featureCount: number): RankedFeatures["ranks"] {
  const length = rowCount * featureCount;
  return rowCount <= 0x10000 ? shared(Uint16Array, length) : shared(Uint32Array, length);
}

/** A typed array in memory that worker threads see without a copy. */
function shared<Kind extends Float32Array | Uint32Array | Uint16Array | Uint8Array>(
  kind: { new (buffer: SharedArrayBuffer): Kind; readonly BYTES_PER_ELEMENT: number },
  length: number,
): Kind {
  return new kind(new SharedArrayBuffer(length * kind.BYTES_PER_ELEMENT));
}
