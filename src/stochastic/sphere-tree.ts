/**
 * Spheres in boxes within boxes: the neighbours of a place are found in a number of steps that hardly grows with their number, however
 * the spheres differ in size and however far one of them strays. For the many near-equal spheres of growth, sphere-grid is faster.
 */
export interface SphereTree {
  /** Spheres by leaf: those of leaf k are `order[starts[k] .. starts[k + 1])`. */
  readonly order: Int32Array;
  readonly starts: Int32Array;
  /** Leaves; the nodes are 0 .. 2 leafCount - 2, the children of k are 2k + 1 and 2k + 2, the leaves come last. */
  readonly leafCount: number;
  /** [nodes, 6] lowest x, y, z, then highest x, y, z that any sphere of the node reaches. */
  readonly bounds: Float64Array;
}

/** Spheres of a leaf, at most. */
const LEAF_COUNT = 8;

/**
 * Sorts spheres into a tree, by halves along the longest edge of what their centres fill.
 *
 * @param positionsNm [count, 3] [nm]
 * @param radiiNm [count] [nm]
 * @param growth factor by which radii are taken longer
 */
export function buildSphereTree(
  positionsNm: Float64Array,
  radiiNm: ArrayLike<number>,
  growth = 1,
): SphereTree {
  const count = radiiNm.length;
  const leafCount = 2 ** Math.max(0, Math.ceil(Math.log2(count / LEAF_COUNT)));
  const order = Int32Array.from({ length: count }, (_, i) => i);
  const starts = new Int32Array(leafCount + 1);
  starts[leafCount] = count;
  const bounds = new Float64Array(6 * (2 * leafCount - 1));
  const split = (node: number, start: number, end: number): void => {
    boundsInto(bounds, node, { positionsNm, radiiNm, growth, order, start, end });
    if (node >= leafCount - 1) {
      starts[node - (leafCount - 1)] = start;
      return;
    }
    const middle = (start + end) >> 1;
    halveInPlace(order, start, middle, end, positionsNm, longestAxis(positionsNm, order, start, end));
    split(2 * node + 1, start, middle);
    split(2 * node + 2, middle, end);
  };
  split(0, 0, count);
  return { order, starts, leafCount, bounds };
}

interface Stretch {
  readonly positionsNm: Float64Array;
  readonly radiiNm: ArrayLike<number>;
  readonly growth: number;
  readonly order: Int32Array;
  readonly start: number;
  readonly end: number;
}

function boundsInto(
  bounds: Float64Array,
  node: number,
  { positionsNm: c, radiiNm: r, growth, order, start, end }: Stretch,
): Float64Array {
  const at = 6 * node;
  bounds.fill(Infinity, at, at + 3).fill(-Infinity, at + 3, at + 6);
  for (let k = start; k < end; k++) {
    const i = order[k];
    const radius = r[i] * growth;
    for (let axis = 0; axis < 3; axis++) {
      const x = c[3 * i + axis];
      if (x - radius < bounds[at + axis]) bounds[at + axis] = x - radius;
      if (x + radius > bounds[at + 3 + axis]) bounds[at + 3 + axis] = x + radius;
    }
  }
  return bounds;
}

/** Axis along which centres are farthest apart. */
function longestAxis(c: Float64Array, order: Int32Array, start: number, end: number): number {
  let [best, longest] = [0, -1];
  for (let axis = 0; axis < 3; axis++) {
    let [low, high] = [Infinity, -Infinity];
    for (let k = start; k < end; k++) {
      const x = c[3 * order[k] + axis];
      if (x < low) low = x;
      if (x > high) high = x;
    }
    if (high - low > longest) [best, longest] = [axis, high - low];
  }
  return best;
}

/** Brings the smaller half along an axis before `middle` (Hoare's selection). */
function halveInPlace(
  order: Int32Array,
  start: number,
  middle: number,
  end: number,
  c: Float64Array,
  axis: number,
): Int32Array {
  let [low, high] = [start, end - 1];
  while (low < high) {
    const pivot = c[3 * order[(low + high) >> 1] + axis];
    let [i, j] = [low, high];
    while (i <= j) {
      while (c[3 * order[i] + axis] < pivot) i++;
      while (c[3 * order[j] + axis] > pivot) j--;
      if (i > j) break;
      [order[i], order[j]] = [order[j], order[i]];
      i++;
      j--;
    }
    // what lies between j and i equals the pivot
    if (middle <= j) high = j;
    else if (middle >= i) low = i;
    else break;
  }
  return order;
}

/**
 * Calls back for every sphere that may come within `reachNm` of a place.
 *
 * @param x place [nm]
 * @param y place [nm]
 * @param z place [nm]
 * @param reachNm from the place to a surface [nm]; 0 for spheres that hold the place
 */
export function eachSphereNear(
  tree: SphereTree,
  x: number,
  y: number,
  z: number,
  reachNm: number,
  visit: (sphereIndex: number) => void,
): void {
  const { order, starts, leafCount, bounds } = tree;
  const firstLeaf = leafCount - 1;
  // deeper than any tree of spheres that fit into memory
  const stack = new Int32Array(64);
  let depth = 1;
  while (depth > 0) {
    const node = stack[--depth];
    const at = 6 * node;
    const dx = Math.max(bounds[at] - x, 0, x - bounds[at + 3]);
    const dy = Math.max(bounds[at + 1] - y, 0, y - bounds[at + 4]);
    const dz = Math.max(bounds[at + 2] - z, 0, z - bounds[at + 5]);
    // rounding must hide no neighbour
    if (dx * dx + dy * dy + dz * dz > reachNm * reachNm * (1 + 1e-12)) continue;
    if (node < firstLeaf) {
      stack[depth++] = 2 * node + 2;
      stack[depth++] = 2 * node + 1;
      continue;
    }
    const leaf = node - firstLeaf;
    for (let k = starts[leaf]; k < starts[leaf + 1]; k++) visit(order[k]);
  }
}
