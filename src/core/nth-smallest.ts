/** Below so many values the rest is sorted. */
const SORTED_COUNT = 24;

/**
 * Finds the value that would stand at an index if all were sorted, in time proportional to their number [hoare1961]: what is smaller moves to its left, what is larger to its right.
 *
 * @param values no NaN; their order changes
 * @param index 0 or more, below the length
 * @returns the value, at its place
 */
export function nthSmallestInPlace(values: Float32Array | Float64Array, index: number): number {
  let [left, right] = [0, values.length - 1];
  // pivots that part badly every time are possible: then what is left is sorted, and no order of values takes quadratic time
  let rounds = 2 * Math.ceil(Math.log2(values.length + 1));
  while (right - left >= SORTED_COUNT && rounds-- > 0) {
    const pivot = middleOf(values[left], values[(left + right) >> 1], values[right]);
    let [low, high] = [left, right];
    while (low <= high) {
      while (values[low] < pivot) low++;
      while (values[high] > pivot) high--;
      if (low > high) break;
      const swapped = values[low];
      values[low++] = values[high];
      values[high--] = swapped;
    }
    // between both lies what equals the pivot
    if (index <= high) right = high;
    else if (index >= low) left = low;
    else return values[index];
  }
  values.subarray(left, right + 1).sort();
  return values[index];
}

function middleOf(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
