import { PLACE_BITS, sortByRankInto, type NodeSample } from "./node-sample.ts";
import { BIN_COUNT, type RankedFeatures } from "./rank-features.ts";

// Gini splitting [breiman1984]: weight times impurity on one side is wL - sum_k(L_k^2)/wL, L_k the weight of class k;
// so sum_k(L_k^2)/wL + sum_k(R_k^2)/wR is made largest. Both sums of squares are carried along:
// (L_k + w)^2 - L_k^2 = w (2 L_k + w).

/** Best cut of a small node between the sorted values of a feature. */
export function cutClassesExactly(
  sample: NodeSample,
  ranked: RankedFeatures,
  feature: number,
  minLeaf: number,
): number {
  if (!sortByRankInto(sample, ranked.ranks, feature)) return -Infinity;
  const { keys, weight, label, count, left, totals, totalWeight } = sample;
  const mask = (1 << PLACE_BITS) - 1;
  let leftSquares = 0;
  let rightSquares = 0;
  for (let k = 0; k < totals.length; k++) {
    left[k] = 0;
    rightSquares += totals[k] * totals[k];
  }
  let leftWeight = 0;
  let best = -Infinity;
  let bestPlace = -1;
  for (let place = 0; place < count - 1; place++) {
    const key = keys[place];
    const w = weight[key & mask];
    const k = label[key & mask];
    leftSquares += w * (2 * left[k] + w);
    rightSquares -= w * (2 * (totals[k] - left[k]) - w);
    left[k] += w;
    leftWeight += w;
    if (key >> PLACE_BITS === keys[place + 1] >> PLACE_BITS) continue;
    const rightWeight = totalWeight - leftWeight;
    if (leftWeight < minLeaf || rightWeight < minLeaf) continue;
    const score = (leftSquares * rightWeight + rightSquares * leftWeight) / (leftWeight * rightWeight);
    if (score > best) {
      best = score;
      bestPlace = place;
    }
  }
  if (bestPlace >= 0) {
    sample.cut.low = keys[bestPlace] >> PLACE_BITS;
    sample.cut.high = keys[bestPlace + 1] >> PLACE_BITS;
  }
  return best;
}

/** Best cut of a large node between the bins of a feature. */
export function cutClassesByHistogram(
  sample: NodeSample,
  ranked: RankedFeatures,
  feature: number,
  minLeaf: number,
): number {
  fillHistogram(sample, ranked.bins, feature * ranked.rowCount);
  const { histogram, occupied, left, totals, totalWeight } = sample;
  const width = 1 + totals.length;
  let leftSquares = 0;
  let rightSquares = 0;
  for (let k = 0; k < totals.length; k++) {
    left[k] = 0;
    rightSquares += totals[k] * totals[k];
  }
  let leftWeight = 0;
  let best = -Infinity;
  let bestBin = -1;
  let bestNext = -1;
  let previous = -1;
  for (let word = 0; word < occupied.length; word++) {
    for (let bits = occupied[word]; bits !== 0; bits &= bits - 1) {
      const bin = 32 * word + 31 - Math.clz32(bits & -bits);
      const rightWeight = totalWeight - leftWeight;
      if (leftWeight >= minLeaf && rightWeight >= minLeaf) {
        const score = (leftSquares * rightWeight + rightSquares * leftWeight) / (leftWeight * rightWeight);
        if (score > best) {
          best = score;
          bestBin = previous;
          bestNext = bin;
        }
      }
      const start = bin * width;
      for (let k = 0; k < totals.length; k++) {
        const w = histogram[start + 1 + k];
        leftSquares += w * (2 * left[k] + w);
        rightSquares -= w * (2 * (totals[k] - left[k]) - w);
        left[k] += w;
        histogram[start + 1 + k] = 0;
      }
      leftWeight += histogram[start];
      histogram[start] = 0;
      previous = bin;
    }
    occupied[word] = 0;
  }
  if (bestBin >= 0) {
    sample.cut.low = ranked.binLastRank[feature * BIN_COUNT + bestBin];
    sample.cut.high = ranked.binFirstRank[feature * BIN_COUNT + bestNext];
  }
  return best;
}

function fillHistogram(sample: NodeSample, bins: Uint8Array, offset: number): void {
  const { histogram, occupied, rows, weight, label, count } = sample;
  const width = 1 + sample.totals.length;
  for (let i = 0; i < count; i++) {
    const bin = bins[offset + rows[i]];
    occupied[bin >> 5] |= 1 << (bin & 31);
    histogram[bin * width] += weight[i];
    histogram[bin * width + 1 + label[i]] += weight[i];
  }
}
