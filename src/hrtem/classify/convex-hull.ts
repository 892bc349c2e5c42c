/**
 * Share of its convex hull that a set of pixels fills: less than 1 where it has bays.
 *
 * Hull by Andrew's monotone chain [andrew1979] over the corners of the first and last pixel of each row.
 *
 * @param width of the image [px]
 */
export function solidity(pixels: Uint32Array, width: number): number {
  const rows = new Map<number, [number, number]>();
  for (const place of pixels) {
    const [x, y] = [place % width, Math.floor(place / width)];
    const row = rows.get(y);
    if (row === undefined) rows.set(y, [x, x]);
    else row[1] = Math.max(row[1], x);
  }
  const corners = [...rows].flatMap(([y, [from, to]]) => [
    [from, y],
    [from, y + 1],
    [to + 1, y],
    [to + 1, y + 1],
  ]);
  const points = corners.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const hull = [...halfHull(points), ...halfHull(points.toReversed())];
  let doubled = 0;
  hull.forEach(([x, y], i) => {
    const [nextX, nextY] = hull[(i + 1) % hull.length];
    doubled += x * nextY - nextX * y;
  });
  return Math.min(1, pixels.length / (Math.abs(doubled) / 2));
}

/** One side of the hull, without its last point, which begins the other side. */
function halfHull(points: readonly number[][]): number[][] {
  const chain: number[][] = [];
  for (const point of points) {
    while (chain.length > 1 && turn(chain[chain.length - 2], chain[chain.length - 1], point) <= 0)
      chain.pop();
    chain.push(point);
  }
  return chain.slice(0, -1);
}

function turn(a: readonly number[], b: readonly number[], c: readonly number[]): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}
