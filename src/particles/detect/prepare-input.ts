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
  const [sums, squares] = [0, 1].map(() => new Float64Array((width + 1) * (height + 1)));
  const counts = mask === null ? null : new Float64Array((width + 1) * (height + 1));
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
      if (counts !== null) counts[below] = counts[below - width - 1] + count;
      sums[below] = sums[below - width - 1] + sum;
      squares[below] = squares[below - width - 1] + square;
    }
  }
  const result = new Float32Array(image.length);
  for (let row = 0; row < height; row++) {
    const [first, end] = [Math.max(0, row - WINDOW_PX), Math.min(height, row + WINDOW_PX + 1)];
    const [top, bottom] = [first * (width + 1), end * (width + 1)];
    for (let column = 0; column < width; column++) {
      const at = row * width + column;
      if (mask !== null && mask[at] !== 0) continue;
      // the window's corners in the tables
      const left = Math.max(0, column - WINDOW_PX);
      const right = Math.min(width, column + WINDOW_PX + 1);
      const [a, b, c, d] = [bottom + right, bottom + left, top + right, top + left];
      const count =
        counts === null ? (end - first) * (right - left) : counts[a] - counts[b] - counts[c] + counts[d];
      const mean = (sums[a] - sums[b] - sums[c] + sums[d]) / count;
      const square = (squares[a] - squares[b] - squares[c] + squares[d]) / count;
      const spread = Math.sqrt(Math.max(0, square - mean * mean));
      const value = spread > 0 ? (image[at] - level - mean) / spread : 0;
      result[at] = Math.max(-MOST, Math.min(MOST, value));
    }
  }
  return result;
}
