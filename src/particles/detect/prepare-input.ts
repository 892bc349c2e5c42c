/** Values beyond these are cut [standard deviations]. */
const RANGE = [-6, 8] as const;

/**
 * Brings an image to what the network was trained on: mean 0 and standard deviation 1 over what counts.
 *
 * @param image matter bright
 * @param isMasked pixels that show no specimen; they become 0; none where null
 * @returns a new image
 */
export function standardised(image: Float32Array, isMasked: ArrayLike<number> | null = null): Float32Array {
  let [count, sum, squares] = [0, 0, 0];
  for (let i = 0; i < image.length; i++) {
    if (isMasked !== null && isMasked[i] !== 0) continue;
    count++;
    sum += image[i];
    squares += image[i] * image[i];
  }
  const mean = count === 0 ? 0 : sum / count;
  const spread = Math.sqrt(Math.max(1e-20, squares / Math.max(1, count) - mean * mean));
  return image.map((value, i) =>
    isMasked !== null && isMasked[i] !== 0
      ? 0
      : Math.max(RANGE[0], Math.min(RANGE[1], (value - mean) / spread)),
  );
}
