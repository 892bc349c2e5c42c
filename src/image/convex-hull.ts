/** A point [px]. */
export type Point = readonly [x: number, y: number];

/**
 * Convex hull by Andrew's monotone chain [andrew1979].
 *
 * @param points any order
 * @returns corners in order around the hull, without those on its sides
 */
export function convexHull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  if (sorted.length < 3) return sorted;
  const chain = (ordered: readonly Point[]) => {
    const kept: Point[] = [];
    for (const point of ordered) {
      while (kept.length >= 2 && turn(kept[kept.length - 2], kept[kept.length - 1], point) <= 0) kept.pop();
      kept.push(point);
    }
    return kept.slice(0, -1);
  };
  return [...chain(sorted), ...chain(sorted.toReversed())];
}

const turn = (a: Point, b: Point, c: Point) => (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);

/**
 * Area of a polygon, by the shoelace formula.
 *
 * @param polygon corners in order
 * @returns area [px^2]
 */
export function polygonArea(polygon: readonly Point[]): number {
  let twice = 0;
  polygon.forEach(([x, y], i) => {
    const [nextX, nextY] = polygon[(i + 1) % polygon.length];
    twice += x * nextY - nextX * y;
  });
  return Math.abs(twice) / 2;
}

/**
 * Feret diameters: the largest distance between parallel tangents, and the smallest.
 *
 * @param hull convex corners in order, three or more
 * @returns largest and smallest caliper width [px]
 */
export function feretDiameters(hull: readonly Point[]): {
  readonly largest: number;
  readonly smallest: number;
} {
  let [largest, smallest] = [0, Infinity];
  for (const a of hull)
    for (const b of hull) largest = Math.max(largest, Math.hypot(a[0] - b[0], a[1] - b[1]));
  // the smallest width is reached with one side of the hull on a tangent
  hull.forEach((a, i) => {
    const b = hull[(i + 1) % hull.length];
    const side = Math.hypot(b[0] - a[0], b[1] - a[1]);
    const width = Math.max(...hull.map((point) => Math.abs(turn(a, b, point)) / side));
    smallest = Math.min(smallest, width);
  });
  return { largest, smallest };
}
