import { extremes } from "../core/index.ts";

/** A point in the plane [px]. */
interface Center {
  readonly centerXPx: number;
  readonly centerYPx: number;
}

/**
 * Distance of every point to the nearest other one.
 *
 * Points are sorted into square cells that hold one each on average; a point looks into rings of cells around its own
 * until no cell beyond can hold a nearer one.
 *
 * @param points any number
 * @returns distances [px]; NaN for a single point
 */
export function nearestDistances(points: readonly Center[]): Float64Array {
  if (points.length < 2) return new Float64Array(points.length).fill(NaN);
  const cells = sortIntoCells(points);
  return Float64Array.from(points, (point, index) => nearestOf(point, index, points, cells));
}

interface Cells {
  readonly edge: number;
  readonly columns: number;
  readonly rows: number;
  readonly place: (point: Center) => readonly [column: number, row: number];
  /** Indices of points by row x columns + column. */
  readonly members: ReadonlyMap<number, readonly number[]>;
}

function sortIntoCells(points: readonly Center[]): Cells {
  const [left, right] = extremes(points.map(({ centerXPx }) => centerXPx));
  const [top, bottom] = extremes(points.map(({ centerYPx }) => centerYPx));
  const edge = Math.max(1, Math.sqrt(((right - left) * (bottom - top)) / points.length));
  const place = ({ centerXPx, centerYPx }: Center) =>
    [Math.floor((centerXPx - left) / edge), Math.floor((centerYPx - top) / edge)] as const;
  const columns = Math.floor((right - left) / edge) + 1;
  const members = new Map<number, number[]>();
  points.forEach((point, index) => {
    const [column, row] = place(point);
    const key = row * columns + column;
    const list = members.get(key);
    if (list === undefined) members.set(key, [index]);
    else list.push(index);
  });
  return { edge, columns, rows: Math.floor((bottom - top) / edge) + 1, place, members };
}

function nearestOf(point: Center, index: number, points: readonly Center[], cells: Cells): number {
  const { edge, columns, rows, place, members } = cells;
  const [column, row] = place(point);
  const lastRing = Math.max(columns, rows);
  let nearest = Infinity;
  // cells of ring r are at least r - 1 cells away
  const mayHoldNearer = (ring: number) => (ring - 1) * edge <= nearest;
  for (let ring = 0; ring <= lastRing && mayHoldNearer(ring); ring++) {
    for (const [x, y] of ringOfCells(column, row, ring)) {
      if (x < 0 || x >= columns) continue;
      for (const other of members.get(y * columns + x) ?? []) {
        if (other === index) continue;
        const { centerXPx, centerYPx } = points[other];
        nearest = Math.min(nearest, Math.hypot(centerXPx - point.centerXPx, centerYPx - point.centerYPx));
      }
    }
  }
  return nearest;
}

/** Cells whose larger coordinate distance from a cell is the ring's number: the outline of a square. */
function* ringOfCells(column: number, row: number, ring: number): Generator<readonly [x: number, y: number]> {
  for (let y = row - ring; y <= row + ring; y++) {
    const isWholeRow = Math.abs(y - row) === ring;
    for (let x = column - ring; x <= column + ring; x += isWholeRow ? 1 : 2 * ring) yield [x, y];
  }
}
