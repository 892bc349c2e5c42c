import type { FieldGrid } from "./field-grid.ts";

/**
 * Spreads atoms over the four pixels about each, by area; the field is periodic.
 *
 * @param counts [side, side], added to
 * @param positionsNm [atom, xyz] [nm]; z is not looked at
 */
export function addAtoms(counts: Float64Array, grid: FieldGrid, positionsNm: Float64Array): Float64Array {
  const { side, pixelSizeNm } = grid;
  const wrap = side - 1;
  for (let atom = 0; atom < positionsNm.length; atom += 3) {
    const x = positionsNm[atom] / pixelSizeNm;
    const y = positionsNm[atom + 1] / pixelSizeNm;
    const [left, top] = [Math.floor(x), Math.floor(y)];
    const [shareX, shareY] = [x - left, y - top];
    // side is a power of two, so the mask wraps negative numbers as well
    const [column, nextColumn] = [left & wrap, (left + 1) & wrap];
    const [row, nextRow] = [(top & wrap) * side, ((top + 1) & wrap) * side];
    counts[row + column] += (1 - shareX) * (1 - shareY);
    counts[row + nextColumn] += shareX * (1 - shareY);
    counts[nextRow + column] += (1 - shareX) * shareY;
    counts[nextRow + nextColumn] += shareX * shareY;
  }
  return counts;
}

/**
 * Pixels that a particle covers in projection: within a radius of one of its atoms.
 *
 * @param positionsNm [atom, xyz] [nm]
 * @param radiusNm half the distance of neighbours and a little more, so that no holes stay [nm]
 * @returns places in [side, side], ascending
 */
export function coveredPixels(grid: FieldGrid, positionsNm: Float64Array, radiusNm: number): Uint32Array {
  const { side, pixelSizeNm } = grid;
  const isCovered = new Uint8Array(side * side);
  const reach = Math.ceil(radiusNm / pixelSizeNm);
  const disk: (readonly [number, number])[] = [];
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) {
      if (Math.hypot(dx, dy) * pixelSizeNm <= radiusNm) disk.push([dx, dy]);
    }
  }
  const wrap = side - 1;
  for (let atom = 0; atom < positionsNm.length; atom += 3) {
    const column = Math.round(positionsNm[atom] / pixelSizeNm);
    const row = Math.round(positionsNm[atom + 1] / pixelSizeNm);
    for (let k = 0; k < disk.length; k++) {
      isCovered[((row + disk[k][1]) & wrap) * side + ((column + disk[k][0]) & wrap)] = 1;
    }
  }
  const places = new Uint32Array(side * side);
  let count = 0;
  for (let place = 0; place < isCovered.length; place++) {
    places[count] = place;
    count += isCovered[place];
  }
  return places.slice(0, count);
}
