import { PLACE_BITS, sortByRankInto, type NodeSample } from "./node-sample.ts";
import { BIN_COUNT, type RankedFeatures } from "./rank-features.ts";

// Variance splitting [breiman1984]: with weights w and targets y, the weighted squares that a cut leaves are
// sum(w y^2) - L^2/wL - R^2/wR, where L and R are sum(w y) on either side; so L^2/wL + R^2/wR is made largest.

/** Best cut of a small node between the sorted values of a feature. */
export function cutMeansExactly(
  sample: NodeSample,
  ranked: RankedFeatures,
  feature: number,
  minLeaf: number,
): number {
  if (!sortByRankInto(sample, ranked.ranks, feature)) return -Infinity;
  const { keys, weight, moment, count, totalWeight } = sample;
  const total = sample.totals[0];
  const mask = (1 << PLACE_BITS) - 1;
  let best = -Infinity;
  let bestPlace = -1;
  let leftWeight = 0;
  let left = 0;
  for (let place = 0; place < count - 1; place++) {
    const key = keys[place];
    leftWeight += weight[key & mask];
    left += moment[key & mask];
    if (key >> PLACE_BITS === keys[place + 1] >> PLACE_BITS) continue;
    const rightWeight = totalWeight - leftWeight;
    if (leftWeight < minLeaf || rightWeight < minLeaf) continue;
    const right = total - left;
    const score = (left * left * rightWeight + right * right * leftWeight) / (leftWeight * rightWeight);
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
export function cutMeansByHistogram(
  sample: NodeSample,
  ranked: RankedFeatures,
  feature: number,
  minLeaf: number,
): number {
  fillHistogram(sample, ranked.bins, feature * ranked.rowCount);
  const { histogram, occupied, totalWeight } = sample;
  const total = sample.totals[0];
  let best = -Infinity;
  let bestBin = -1;
  let bestNext = -1;
  let previous = -1;
  let leftWeight = 0;
  let left = 0;
  for (let word = 0; word < occupied.length; word++) {
    for (let bits = occupied[word]; bits !== 0; bits &= bits - 1) {
      const bin = 32 * word + 31 - Math.clz32(bits & -bits);
      const rightWeight = totalWeight - leftWeight;
      if (leftWeight >= minLeaf && rightWeight >= minLeaf) {
        const right = total - left;
        const score = (left * left * rightWeight + right * right * leftWeight) / (leftWeight * rightWeight);
        if (score > best) {
          best = score;
          bestBin = previous;
          bestNext = bin;
        }
      }
      leftWeight += histogram[2 * bin];
      left += histogram[2 * bin + 1];
      histogram[2 * bin] = 0;
      histogram[2 * bin + 1] = 0;
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
  const { histogram, occupied, rows, weight, moment, count } = sample;
  for (let i = 0; i < count; i++) {
    const bin = bins[offset + rows[i]];
    occupied[bin >> 5] |= 1 << (bin & 31);
    histogram[2 * bin] += weight[i];
    histogram[2 * bin + 1] += moment[i];
  }
}
