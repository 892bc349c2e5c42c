import type { ObjectMap } from "../metrics/instance-scores.ts";
import { convexHull, feretDiameters, polygonArea } from "./convex-hull.ts";
import type { Point } from "./convex-hull.ts";

/** One object in pixels; lengths become nm by the pixel size. */
export interface Particle {
  /** Its number in the object map. */
  readonly number: number;
  readonly areaPx: number;
  /** Centre of mass; (0.5, 0.5) is the middle of the first pixel. */
  readonly centerXPx: number;
  readonly centerYPx: number;
  /** 2 sqrt(A/pi). */
  readonly equivalentDiameterPx: number;
  /** Length of the outline by Crofton's formula in four directions [legland2007]. */
  readonly perimeterPx: number;
  /** 4 pi A/P^2, 1 for a disc; up to some hundredths above 1 for small ones. */
  readonly circularity: number;
  /** Share of the convex hull that is filled. */
  readonly solidity: number;
  readonly feretPx: number;
  readonly minFeretPx: number;
  /** Axes of the ellipse with the same second moments. */
  readonly majorAxisPx: number;
  readonly minorAxisPx: number;
  /** Of the major axis against the x axis, counter-clockwise as seen, -90 to 90 [degrees]. */
  readonly orientationDeg: number;
  /** Whether it touches the image's edge and so may go on beyond. */
  readonly isCut: boolean;
  /** From centre to the nearest other centre; NaN where it is alone. */
  readonly nearestNeighbourPx: number;
}

/** Where the objects lie. */
interface Frame {
  readonly width: number;
  readonly height: number;
}

/**
 * Measures every object of a map.
 *
 * @param map objects by number
 * @param frame width and height [px]
 * @param minAreaPx smaller objects are left out, before neighbours are looked for
 * @returns objects in the order of their numbers
 */
export function measureParticles(
  { objects, objectCount }: ObjectMap,
  frame: Frame,
  minAreaPx = 1,
): Particle[] {
  const pixels = Array.from({ length: objectCount + 1 }, (): number[] => []);
  for (let i = 0; i < objects.length; i++) if (objects[i] > 0) pixels[objects[i]].push(i);
  const found = pixels.flatMap((list, number) =>
    number > 0 && list.length >= minAreaPx ? [measureOne(list, number, objects, frame)] : [],
  );
  return found.map((particle) => ({ ...particle, nearestNeighbourPx: nearestDistance(particle, found) }));
}

function measureOne(
  pixels: readonly number[],
  number: number,
  objects: ArrayLike<number>,
  frame: Frame,
): Omit<Particle, "nearestNeighbourPx"> {
  const { width, height } = frame;
  const areaPx = pixels.length;
  const hull = convexHull(rowEnds(pixels, width));
  const { largest, smallest } = feretDiameters(hull);
  const perimeterPx = croftonPerimeter(pixels, number, objects, frame);
  return {
    number,
    areaPx,
    ...ellipseOf(pixels, width),
    equivalentDiameterPx: 2 * Math.sqrt(areaPx / Math.PI),
    perimeterPx,
    circularity: (4 * Math.PI * areaPx) / perimeterPx ** 2,
    solidity: areaPx / polygonArea(hull),
    feretPx: largest,
    minFeretPx: smallest,
    isCut: pixels.some((at) => {
      const [x, y] = [at % width, Math.floor(at / width)];
      return x === 0 || y === 0 || x === width - 1 || y === height - 1;
    }),
  };
}

/** Corners of the first and last pixel of every row: all that the hull can touch. */
function rowEnds(pixels: readonly number[], width: number): Point[] {
  const rows = new Map<number, [first: number, last: number]>();
  for (const at of pixels) {
    const [x, y] = [at % width, Math.floor(at / width)];
    const ends = rows.get(y);
    if (ends === undefined) rows.set(y, [x, x]);
    else rows.set(y, [Math.min(ends[0], x), Math.max(ends[1], x)]);
  }
  return [...rows].flatMap(([y, [first, last]]): Point[] => [
    [first, y],
    [first, y + 1],
    [last + 1, y],
    [last + 1, y + 1],
  ]);
}

/** P = pi/2 x mean over directions of (crossings x distance of the lines): 1 along the axes, 1/sqrt(2) along diagonals. */
function croftonPerimeter(
  pixels: readonly number[],
  number: number,
  objects: ArrayLike<number>,
  { width, height }: Frame,
): number {
  const isOutside = (x: number, y: number) =>
    x < 0 || y < 0 || x >= width || y >= height || objects[y * width + x] !== number;
  let [straight, diagonal] = [0, 0];
  for (const at of pixels) {
    const [x, y] = [at % width, Math.floor(at / width)];
    for (const [dx, dy] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ])
      if (isOutside(x + dx, y + dy)) straight++;
    for (const [dx, dy] of [
      [1, 1],
      [-1, -1],
      [1, -1],
      [-1, 1],
    ])
      if (isOutside(x + dx, y + dy)) diagonal++;
  }
  return (Math.PI / 8) * (straight + diagonal / Math.SQRT2);
}

/** Ellipse of equal second moments; 1/12 is what a pixel has in itself. */
function ellipseOf(pixels: readonly number[], width: number) {
  let [sumX, sumY] = [0, 0];
  for (const at of pixels) {
    sumX += at % width;
    sumY += Math.floor(at / width);
  }
  const [meanX, meanY] = [sumX / pixels.length, sumY / pixels.length];
  let [xx, yy, xy] = [0, 0, 0];
  for (const at of pixels) {
    const [dx, dy] = [(at % width) - meanX, Math.floor(at / width) - meanY];
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  [xx, yy, xy] = [xx / pixels.length + 1 / 12, yy / pixels.length + 1 / 12, xy / pixels.length];
  const spread = Math.hypot((xx - yy) / 2, xy);
  const middle = (xx + yy) / 2;
  return {
    centerXPx: meanX + 0.5,
    centerYPx: meanY + 0.5,
    majorAxisPx: 4 * Math.sqrt(middle + spread),
    minorAxisPx: 4 * Math.sqrt(Math.max(0, middle - spread)),
    // rows run downwards, angles are read upwards
    orientationDeg: (-0.5 * Math.atan2(2 * xy, xx - yy) * 180) / Math.PI,
  };
}

function nearestDistance(
  { number, centerXPx, centerYPx }: Omit<Particle, "nearestNeighbourPx">,
  all: readonly Omit<Particle, "nearestNeighbourPx">[],
): number {
  let nearest = Infinity;
  for (const other of all) {
    if (other.number === number) continue;
    nearest = Math.min(nearest, Math.hypot(other.centerXPx - centerXPx, other.centerYPx - centerYPx));
  }
  return nearest === Infinity ? NaN : nearest;
}
