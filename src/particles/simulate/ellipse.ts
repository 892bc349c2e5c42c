/**
 * How far an outline is from a circle, as one vector that turns smoothly with it: half of ln(long axis over short axis), times the cosine
 * and the sine of twice the long axis' direction. [0, 0] is a circle.
 */
export type Elongation = readonly [number, number];

/** An ellipse that stands for a primary particle; a circle without elongation. */
export interface Ellipse {
  /** Centre; the centre of the first pixel lies at 0.5 [px]. */
  readonly x: number;
  readonly y: number;
  /** Radius of the circle of the same area [px]. */
  readonly radiusPx: number;
  readonly elongation?: Elongation | undefined;
}

/**
 * The elongation of a shape by its second moments: that of the ellipse which has the same.
 *
 * @param xx variance along x
 * @param yy variance along y
 * @param xy covariance
 * @returns the elongation; [0, 0] where the moments are those of a circle
 */
export function elongationOfMoments(xx: number, yy: number, xy: number): Elongation {
  const [mean, along, across] = [(xx + yy) / 2, (xx - yy) / 2, xy];
  const size = Math.hypot(along, across);
  if (size === 0) return [0, 0];
  // the variances along the axes are a^2/4 and b^2/4
  const half = Math.log((mean + size) / Math.max(mean - size, 1e-6 * mean)) / 4;
  return [(half * along) / size, (half * across) / size];
}

/**
 * The axes of an ellipse.
 *
 * @param ellipse in any unit
 * @returns semi-axes in the unit of the radius, and the direction of the long one [rad], from x towards y, 0 to pi
 */
export function axesOf({ radiusPx, elongation = [0, 0] }: Pick<Ellipse, "radiusPx" | "elongation">) {
  const half = Math.hypot(...elongation);
  const angle = Math.atan2(elongation[1], elongation[0]) / 2;
  return {
    long: radiusPx * Math.exp(half),
    short: radiusPx * Math.exp(-half),
    direction: angle < 0 ? angle + Math.PI : angle,
  };
}

/** x^T M x of the matrix M whose ellipse is x^T M x = 1: M = exp(-2 S)/r^2 with S = [[e1, e2], [e2, -e1]]. */
function matrixOf({ radiusPx, elongation = [0, 0] }: Ellipse): readonly [xx: number, xy: number, yy: number] {
  const size = Math.hypot(...elongation);
  const [even, odd] = [Math.cosh(2 * size), size === 0 ? 2 : Math.sinh(2 * size) / size];
  const area = radiusPx ** 2;
  return [
    (even - odd * elongation[0]) / area,
    (-odd * elongation[1]) / area,
    (even + odd * elongation[0]) / area,
  ];
}

/**
 * How far out a point lies.
 *
 * @param ellipse in pixels
 * @returns a function of a point [px]: 0 at the centre, 1 on the outline
 */
export function distanceInto(ellipse: Ellipse): (x: number, y: number) => number {
  const [xx, xy, yy] = matrixOf(ellipse);
  return (x, y) => {
    const [dx, dy] = [x - ellipse.x, y - ellipse.y];
    return Math.sqrt(xx * dx * dx + 2 * xy * dx * dy + yy * dy * dy);
  };
}

/**
 * The box around an ellipse.
 *
 * @param ellipse in pixels
 * @returns half of its width and height [px]
 */
export function reachOf(ellipse: Ellipse): readonly [x: number, y: number] {
  const [xx, xy, yy] = matrixOf(ellipse);
  const determinant = xx * yy - xy * xy;
  return [Math.sqrt(yy / determinant), Math.sqrt(xx / determinant)];
}

/**
 * Where a row of pixels enters and leaves an ellipse.
 *
 * @param ellipse in pixels
 * @returns a function of the height of the row's middle [px]: from and to along x [px]; null where the row misses it
 */
export function rowSpanOf(ellipse: Ellipse): (y: number) => readonly [from: number, to: number] | null {
  const [xx, xy, yy] = matrixOf(ellipse);
  return (y) => {
    const dy = y - ellipse.y;
    const root = (xy * dy) ** 2 - xx * (yy * dy * dy - 1);
    if (root < 0) return null;
    const middle = ellipse.x - (xy * dy) / xx;
    const half = Math.sqrt(root) / xx;
    return [middle - half, middle + half];
  };
}
