const BIN_COUNT = 256;

/**
 * Otsu's threshold: the grey that parts a histogram into two classes with the largest variance between them [otsu1979].
 *
 * @param data intensities
 * @returns the threshold, in their unit; brighter pixels are above it
 */
export function otsuThreshold(data: ArrayLike<number>): number {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < data.length; i++) {
    if (data[i] < low) low = data[i];
    if (data[i] > high) high = data[i];
  }
  if (!(high > low)) return low;
  const scale = BIN_COUNT / (high - low);
  const histogram = new Float64Array(BIN_COUNT);
  for (let i = 0; i < data.length; i++)
    histogram[Math.min(BIN_COUNT - 1, Math.floor((data[i] - low) * scale))]++;
  let total = 0;
  for (let bin = 0; bin < BIN_COUNT; bin++) total += bin * histogram[bin];
  let [below, belowSum, bestBin, best] = [0, 0, 0, -1];
  for (let bin = 0; bin < BIN_COUNT - 1; bin++) {
    below += histogram[bin];
    belowSum += bin * histogram[bin];
    const above = data.length - below;
    if (below === 0 || above === 0) continue;
    const between = below * above * (belowSum / below - (total - belowSum) / above) ** 2;
    if (between > best) [best, bestBin] = [between, bin];
  }
  return low + (bestBin + 1) / scale;
}
