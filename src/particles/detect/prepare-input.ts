/** Half width of the window that an image is compared with [px of the network's input]: some five particles across. */
const WINDOW_PX = 40;
/** Values beyond this are cut [standard deviations]. */
const MOST = 6;

/**
 * Brings an image to what the network was trained on: each pixel relative to the mean and the standard deviation of its surroundings.
 *
 * So thick support, uneven light, and whether a picture is full or nearly empty make no difference.
 *
 * @param image [height, width], matter bright
 * @param size of the image [px]
 * @param mask not 0 where a pixel shows no specimen: it becomes 0 and counts in no window; null where all count
 * @returns a new image
 */
export function locallyStandardised(
  image: Float32Array,
  { width, height }: { readonly width: number; readonly height: number },
  mask: ArrayLike<number> | null = null,
): Float32Array {
  // the mean is taken out before squares are summed, for their precision
  const level = image.reduce((sum, value) => sum + value, 0) / image.length;
  const [counts, sums, squares] = [0, 1, 2].map(() => new Float64Array((width + 1) * (height + 1)));
  for (let row = 0; row < height; row++) {
    let [count, sum, square] = [0, 0, 0];
    for (let column = 0; column < width; column++) {
      const at = row * width + column;
      if (mask === null || mask[at] === 0) {
        const value = image[at] - level;
        count++;
        sum += value;
        square += value * value;
      }
      const below = (row + 1) * (width + 1) + column + 1;
      counts[below] = counts[below - width - 1] + count;
      sums[below] = sums[below - width - 1] + sum;
      squares[below] = squares[below - width - 1] + square;
    }
  }
  const result = new Float32Array(image.length);
  for (let row = 0; row < height; row++) {
    const top = Math.max(0, row - WINDOW_PX) * (width + 1);
    const bottom = Math.min(height, row + WINDOW_PX + 1) * (width + 1);
    for (let column = 0; column < width; column++) {
      const at = row * width + column;
      if (mask !== null && mask[at] !== 0) continue;
      const [left, right] = [Math.max(0, column - WINDOW_PX), Math.min(width, column + WINDOW_PX + 1)];
      const within = (table: Float64Array) =>
        table[bottom + right] - table[bottom + left] - table[top + right] + table[top + left];
      const count = within(counts);
      const mean = within(sums) / count;
      const spread = Math.sqrt(Math.max(0, within(squares) / count - mean * mean));
      const value = spread > 0 ? (image[at] - level - mean) / spread : 0;
      result[at] = Math.max(-MOST, Math.min(MOST, value));
    }
  }
  return result;
}
