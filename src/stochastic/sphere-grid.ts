/** Spheres sorted into cubic cells, so that the neighbours of a place are found without asking all spheres. */
export interface SphereGrid {
  readonly positionsNm: Float64Array;
  readonly radiiNm: Float64Array;
  readonly maxRadiusNm: number;
  readonly edgeNm: number;
  readonly originNm: readonly [number, number, number];
  readonly shape: readonly [number, number, number];
  /** [cells + 1]: the spheres of cell c are `order[cellStart[c] .. cellStart[c + 1])`. */
  readonly cellStart: Int32Array;
  readonly order: Int32Array;
}

/** Cells per sphere that a grid may have: aggregates are mostly empty space, and empty cells cost memory. */
const CELLS_PER_SPHERE = 64;

/** Up to this many spheres are asked one by one sooner than cells are looked up. */
const ONE_CELL_COUNT = 12;

/**
 * Sorts spheres into cells at least one largest diameter wide (counting sort).
 *
 * @param positionsNm [count, 3] [nm]
 * @param radiiNm [count] [nm]
 */
export function buildSphereGrid(positionsNm: Float64Array, radiiNm: Float64Array): SphereGrid {
  const count = radiiNm.length;
  let maxRadiusNm = 0;
  for (let i = 0; i < count; i++) if (radiiNm[i] > maxRadiusNm) maxRadiusNm = radiiNm[i];
  const { originNm, sizeNm } = boundingBox(positionsNm);
  const volume = sizeNm.reduce((product, size) => product * (size + maxRadiusNm), 1);
  const edgeNm =
    count <= ONE_CELL_COUNT
      ? Math.max(...sizeNm) + maxRadiusNm
      : Math.max(2 * maxRadiusNm, Math.cbrt(volume / (CELLS_PER_SPHERE * count)));
  const [nx, ny, nz] = sizeNm.map((size) => Math.floor(size / edgeNm) + 1);
  const cellOf = new Int32Array(count);
  const cellStart = new Int32Array(nx * ny * nz + 1);
  for (let i = 0; i < count; i++) {
    const ix = Math.floor((positionsNm[3 * i] - originNm[0]) / edgeNm);
    const iy = Math.floor((positionsNm[3 * i + 1] - originNm[1]) / edgeNm);
    const iz = Math.floor((positionsNm[3 * i + 2] - originNm[2]) / edgeNm);
    cellOf[i] = (iz * ny + iy) * nx + ix;
    cellStart[cellOf[i] + 1]++;
  }
  for (let c = 1; c < cellStart.length; c++) cellStart[c] += cellStart[c - 1];
  const order = new Int32Array(count);
  const filled = cellStart.slice(0, -1);
  for (let i = 0; i < count; i++) order[filled[cellOf[i]]++] = i;
  return { positionsNm, radiiNm, maxRadiusNm, edgeNm, originNm, shape: [nx, ny, nz], cellStart, order };
}

function boundingBox(positionsNm: Float64Array): {
  readonly originNm: [number, number, number];
  readonly sizeNm: [number, number, number];
} {
  const low: [number, number, number] = [Infinity, Infinity, Infinity];
  const high: [number, number, number] = [-Infinity, -Infinity, -Infinity];
  for (let i = 0; i < positionsNm.length; i++) {
    const axis = i % 3;
    if (positionsNm[i] < low[axis]) low[axis] = positionsNm[i];
    if (positionsNm[i] > high[axis]) high[axis] = positionsNm[i];
  }
  return { originNm: low, sizeNm: [high[0] - low[0], high[1] - low[1], high[2] - low[2]] };
}

function clampCell(value: number, cells: number): number {
  return value < 0 ? 0 : value >= cells ? cells - 1 : value;
}

/**
 * Calls back for every sphere whose centre may lie within `reachNm` of a place.
 *
 * @param x place [nm], in the frame of the grid
 * @param y place [nm]
 * @param z place [nm]
 * @param reachNm radius of the search [nm]
 */
export function someSphereNear(
  grid: SphereGrid,
  x: number,
  y: number,
  z: number,
  reachNm: number,
  visit: (sphereIndex: number) => boolean,
): boolean {
  const { edgeNm, originNm, shape, cellStart, order } = grid;
  const [nx, ny, nz] = shape;
  const x0 = clampCell(Math.floor((x - reachNm - originNm[0]) / edgeNm), nx);
  const x1 = clampCell(Math.floor((x + reachNm - originNm[0]) / edgeNm), nx);
  const y0 = clampCell(Math.floor((y - reachNm - originNm[1]) / edgeNm), ny);
  const y1 = clampCell(Math.floor((y + reachNm - originNm[1]) / edgeNm), ny);
  const z0 = clampCell(Math.floor((z - reachNm - originNm[2]) / edgeNm), nz);
  const z1 = clampCell(Math.floor((z + reachNm - originNm[2]) / edgeNm), nz);
  for (let iz = z0; iz <= z1; iz++) {
    for (let iy = y0; iy <= y1; iy++) {
      const row = (iz * ny + iy) * nx;
      // cells of one row lie side by side in the sorted order
      const end = cellStart[row + x1 + 1];
      for (let k = cellStart[row + x0]; k < end; k++) if (visit(order[k])) return true;
    }
  }
  return false;
}

/**
 * Whether a sphere would come nearer than contact to any sphere of the grid.
 *
 * The hot loop of growth: the same walk as someSphereNear, without a callback.
 *
 * @param x centre of the asking sphere [nm]
 * @param y centre [nm]
 * @param z centre [nm]
 * @param radiusNm its radius [nm]
 */
export function isBlocked(grid: SphereGrid, x: number, y: number, z: number, radiusNm: number): boolean {
  const { edgeNm, originNm, shape, cellStart, order, positionsNm, radiiNm } = grid;
  const reachNm = radiusNm + grid.maxRadiusNm;
  const nx = shape[0];
  const ny = shape[1];
  const x0 = clampCell(Math.floor((x - reachNm - originNm[0]) / edgeNm), nx);
  const x1 = clampCell(Math.floor((x + reachNm - originNm[0]) / edgeNm), nx);
  const y0 = clampCell(Math.floor((y - reachNm - originNm[1]) / edgeNm), ny);
  const y1 = clampCell(Math.floor((y + reachNm - originNm[1]) / edgeNm), ny);
  const z0 = clampCell(Math.floor((z - reachNm - originNm[2]) / edgeNm), shape[2]);
  const z1 = clampCell(Math.floor((z + reachNm - originNm[2]) / edgeNm), shape[2]);
  // a touching pair may come out 1e-16 short of contact; invariants are checked at 1e-6
  const touching = 1 - 1e-9;
  for (let iz = z0; iz <= z1; iz++) {
    for (let iy = y0; iy <= y1; iy++) {
      const row = (iz * ny + iy) * nx;
      const end = cellStart[row + x1 + 1];
      for (let k = cellStart[row + x0]; k < end; k++) {
        const i = order[k];
        const dx = positionsNm[3 * i] - x;
        const dy = positionsNm[3 * i + 1] - y;
        const dz = positionsNm[3 * i + 2] - z;
        const contact = (radiiNm[i] + radiusNm) * touching;
        if (dx * dx + dy * dy + dz * dz < contact * contact) return true;
      }
    }
  }
  return false;
}
