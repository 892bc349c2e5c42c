import type { PixelArray } from "../micrograph.ts";

/**
 * Undoes horizontal differencing (predictor 2): each sample is the sum of all before it in its row and channel.
 *
 * @param values [rows, rowLength] samples of whole rows
 */
export function integrateRowsInPlace(values: PixelArray, rowLength: number, step: number): PixelArray {
  for (let row = 0; row + rowLength <= values.length; row += rowLength) {
    for (let i = step; i < rowLength; i++) values[row + i] += values[row + i - step];
  }
  return values;
}

/**
 * Undoes the floating-point predictor (3): bytes are differenced along the row and sorted by significance, highest first.
 */
export function mergeFloatBytes(
  bytes: Uint8Array,
  rowBytes: number,
  step: number,
  sampleBytes: number,
): Uint8Array {
  const result = new Uint8Array(bytes.length);
  const count = rowBytes / sampleBytes;
  const sums = new Uint8Array(rowBytes);
  for (let row = 0; row + rowBytes <= bytes.length; row += rowBytes) {
    sums.set(bytes.subarray(row, row + rowBytes));
    for (let i = step; i < rowBytes; i++) sums[i] += sums[i - step];
    for (let i = 0; i < count; i++) {
      for (let byte = 0; byte < sampleBytes; byte++) {
        result[row + i * sampleBytes + byte] = sums[(sampleBytes - 1 - byte) * count + i];
      }
    }
  }
  return result;
}
