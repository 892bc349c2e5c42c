/**
 * Directions spread evenly over the unit sphere: a Fibonacci lattice.
 *
 * @returns [count, 3], unit vectors
 */
export function evenDirections(count: number): Float64Array {
  const golden = Math.PI * (3 - Math.sqrt(5));
  const directions = new Float64Array(3 * count);
  for (let k = 0; k < count; k++) {
    const z = 1 - (2 * k + 1) / count;
    const rho = Math.sqrt(1 - z * z);
    directions[3 * k] = rho * Math.cos(golden * k);
    directions[3 * k + 1] = rho * Math.sin(golden * k);
    directions[3 * k + 2] = z;
  }
  return directions;
}
