/** The grid of a simulated field: periodic, so what leaves it on one side comes back on the other. */
export interface FieldGrid {
  /** A power of two [px]. */
  readonly side: number;
  readonly pixelSizeNm: number;
}

/**
 * Visits the frequencies of a grid in the order of its transform.
 *
 * @param visit place in the array, frequency along x and y [1/nm]
 */
export function forEachFrequency(
  { side, pixelSizeNm }: FieldGrid,
  visit: (i: number, qx: number, qy: number) => void,
): void {
  const step = 1 / (side * pixelSizeNm);
  for (let row = 0, i = 0; row < side; row++) {
    const qy = (row < side / 2 ? row : row - side) * step;
    for (let column = 0; column < side; column++, i++) {
      visit(i, (column < side / 2 ? column : column - side) * step, qy);
    }
  }
}
