import type { ListedSphere } from "./list-image.ts";

/** What trees of contacts are weighed by. */
export interface TreeSettings {
  /** Overlap of touching particles, as a share of the sum of their radii. */
  readonly necking: number;
  /** Standard error of a distance across the beam [px]: how exactly particles are spheres. */
  readonly errorPx: number;
  /** How much rather like touches like, ln: within the first and within the second material. */
  readonly preference: readonly [number, number];
}

/** Standard errors beyond which a contact does not fall off any more: parts that nothing joins are joined by gaps, at a price. */
const MOST_ERRORS = 5;

/**
 * ln of the density of places across the beam, a pixel squared for every particle but one, that the trees of contacts give a list:
 *
 *   p(places | n) = sum over trees of prod q(i, j) / sum over trees of prod 1,   q = e^u/(2 pi D |dz|)
 *
 * where q is the density of a contact of length D = (1 - necking)(r_i + r_j) whose direction is even over the sphere, seen along the beam, of both signs
 * of dz, and e^u its weight by the materials. Both sums are determinants (matrix-tree theorem): the first of the reduced Laplacian of q, the second in
 * closed form. What depths the exclusion of overlaps allows does not enter.
 *
 * @param spheres of the list, in any order; one at least
 * @param settings necking, error, preference
 * @returns ln of the density [px^(2 - 2n)]; 0 for a single particle
 */
export function logTreeWeight(spheres: readonly ListedSphere[], settings: TreeSettings): number {
  const size = spheres.length - 1;
  if (size === 0) return 0;
  const matrix = new Float64Array(size * size);
  for (let i = 0; i <= size; i++) {
    for (let j = 0; j < i; j++) {
      const weight = contactDensity(spheres[i], spheres[j], settings);
      matrix[j * size + j] += weight;
      if (i === size) continue;
      matrix[i * size + i] += weight;
      matrix[i * size + j] = -weight;
    }
  }
  return logDeterminantInPlace(matrix, size) - logTreeSum(spheres, settings.preference);
}

function contactDensity(
  a: ListedSphere,
  b: ListedSphere,
  { necking, errorPx, preference }: TreeSettings,
): number {
  const contact = (1 - necking) * (a.radiusPx + b.radiusPx);
  const square = (a.x - b.x) ** 2 + (a.y - b.y) ** 2;
  const depth = Math.sqrt(Math.max(contact * contact - square, 2 * contact * errorPx));
  const beyond = square <= contact * contact ? 0 : (Math.sqrt(square) - contact) / errorPx;
  const log = a.material !== b.material ? 0 : preference[a.material];
  return Math.exp(log - Math.min(MOST_ERRORS, beyond) ** 2 / 2) / (2 * Math.PI * contact * depth);
}

/** ln of the sum over all trees of the weights of their contacts: (a n_A + n_B)^(n_A - 1) (b n_B + n_A)^(n_B - 1), and n^(n - 2) for one material. */
function logTreeSum(spheres: readonly ListedSphere[], [a, b]: TreeSettings["preference"]): number {
  const second = spheres.reduce((sum, { material }) => sum + material, 0);
  const first = spheres.length - second;
  const alone = (count: number, own: number) => (count - 1) * own + (count - 2) * Math.log(count);
  if (second === 0) return alone(first, a);
  if (first === 0) return alone(second, b);
  return (
    (first - 1) * Math.log(first * Math.exp(a) + second) +
    (second - 1) * Math.log(second * Math.exp(b) + first)
  );
}

/** ln of the determinant of a symmetric positive definite matrix, of which the lower triangle is read and overwritten (L D L^T). */
function logDeterminantInPlace(matrix: Float64Array, size: number): number {
  let log = 0;
  for (let column = 0; column < size; column++) {
    const pivot = matrix[column * size + column];
    log += Math.log(pivot);
    for (let row = column + 1; row < size; row++) {
      const factor = matrix[row * size + column] / pivot;
      if (factor === 0) continue;
      for (let k = column + 1; k <= row; k++) matrix[row * size + k] -= factor * matrix[k * size + column];
    }
  }
  return log;
}
