import type { RandomStream } from "../../core/index.ts";

/** Bright strokes that are no object: lamellae, scratches, edges of terraces. */
export interface StrokeAugmentation {
  /** Largest share of a crop under strokes, each counted as four standard deviations wide; one stroke at least, in half of the crops none. */
  readonly cover: number;
  /** Largest brightness of one stroke above what lies below, in the unit of the input; where strokes cross they add up. */
  readonly brightness: number;
}

/** Range of the length of a stroke [px], drawn log-uniformly for a cut. */
const LENGTH_PX = [5, 60] as const;
/** Range of the standard deviation of its cross-section, in its length. */
const SLENDERNESS = [0.04, 0.1] as const;
/** Farthest centre of curvature from the middle of the cut along each axis, in edges: 0.5 gives rings, more nearly straight lines. */
const CENTRE_REACH = 1.5;
/** Standard deviation, along each axis, of a stroke's own centre about the common one, in its distance from it: 0.3 is 17 degrees. */
const CENTRE_SCATTER = 0.3;

/**
 * Lays bright strokes over a cut, so that brightness alone does not make an object.
 *
 * The strokes of a cut are arcs about nearly one centre, like the lamellae of a spherulite or, where the centre is far, the scratches of
 * polishing; each has a Gaussian cross-section and fades towards its ends.
 *
 * @param x [edge, edge], changed in place
 * @param edge edge [px]
 */
export function layStrokesInPlace(
  rng: RandomStream,
  x: Float32Array,
  edge: number,
  { cover, brightness }: StrokeAugmentation,
): Float32Array {
  if (cover === 0 || rng.uniform() < 0.5) return x;
  const within = ([low, high]: readonly [number, number]) => low + (high - low) * rng.uniform();
  const reach = CENTRE_REACH * edge;
  const common = [edge / 2 + within([-reach, reach]), edge / 2 + within([-reach, reach])] as const;
  const length = LENGTH_PX[0] * (LENGTH_PX[1] / LENGTH_PX[0]) ** rng.uniform();
  const [sigma, peak] = [length * within(SLENDERNESS), brightness * within([0.2, 1])];
  // four standard deviations wide
  const count = Math.ceil((cover * rng.uniform() * edge ** 2) / (4 * sigma * length));
  for (let stroke = 0; stroke < count; stroke++) {
    const middle = [edge * rng.uniform(), edge * rng.uniform()] as const;
    const scatter = CENTRE_SCATTER * Math.hypot(middle[0] - common[0], middle[1] - common[1]);
    const centre = [common[0] + scatter * rng.normal(), common[1] + scatter * rng.normal()] as const;
    layArcInPlace(x, edge, { middle, centre, length, sigma, peak: peak * within([0.3, 1]) });
  }
  return x;
}

interface Arc {
  readonly middle: readonly [number, number];
  readonly centre: readonly [number, number];
  readonly length: number;
  readonly sigma: number;
  readonly peak: number;
}

/** peak exp(-d^2 / 2 sigma^2) (1 - (2 s / length)^2), d across the arc and s along it. */
function layArcInPlace(x: Float32Array, edge: number, { middle, centre, length, sigma, peak }: Arc): void {
  const radius = Math.hypot(middle[0] - centre[0], middle[1] - centre[1]);
  const bearing = Math.atan2(middle[1] - centre[1], middle[0] - centre[0]);
  const half = Math.ceil(length / 2 + 3 * sigma);
  const [fromRow, toRow] = boundsOf(middle[1], half, edge);
  const [fromColumn, toColumn] = boundsOf(middle[0], half, edge);
  for (let row = fromRow; row < toRow; row++) {
    for (let column = fromColumn; column < toColumn; column++) {
      const [dx, dy] = [column + 0.5 - centre[0], row + 0.5 - centre[1]];
      const across = Math.hypot(dx, dy) - radius;
      if (Math.abs(across) > 3 * sigma) continue;
      const turn = Math.atan2(dy, dx) - bearing;
      // the nearer way around: bearings jump by a turn behind the centre
      const along = (2 * radius * Math.atan2(Math.sin(turn), Math.cos(turn))) / length;
      if (Math.abs(along) >= 1) continue;
      x[row * edge + column] += peak * Math.exp(-((across / sigma) ** 2) / 2) * (1 - along * along);
    }
  }
}

function boundsOf(middle: number, half: number, edge: number): [number, number] {
  return [Math.max(0, Math.floor(middle - half)), Math.min(edge, Math.ceil(middle + half))];
}
