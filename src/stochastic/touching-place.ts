import { completeFrame } from "./rotation.ts";
import type { Vector } from "./rotation.ts";
import { walkToFreeAngle } from "./spin-contact.ts";
import type { BlockedArc } from "./spin-contact.ts";

/** Spheres that are placed one after another; only the first `count` stand already. */
export interface Packing {
  readonly count: number;
  /** [capacity, 3] [nm] */
  readonly positionsNm: Float64Array;
  /** [capacity] [nm] */
  readonly radiiNm: Float64Array;
}

/** Where a sphere may stand that touches two others: a circle about the line through their centres. */
export interface TouchingCircle {
  readonly center: Vector;
  readonly axis: Vector;
  readonly radiusNm: number;
}

/** A sphere that touches two others is not blocked by them, however the last bit falls. */
const TOUCHING = 1 - 1e-9;

/**
 * The circle on which a sphere touches two placed ones; null where the gap between them is too wide, or where one
 * of them leaves no way round the other.
 */
export function touchingCircle(
  { positionsNm: p, radiiNm }: Packing,
  i: number,
  j: number,
  radiusNm: number,
): TouchingCircle | null {
  const toI = radiiNm[i] + radiusNm;
  const toJ = radiiNm[j] + radiusNm;
  const between: Vector = [p[3 * j] - p[3 * i], p[3 * j + 1] - p[3 * i + 1], p[3 * j + 2] - p[3 * i + 2]];
  const d = Math.hypot(...between);
  if (d >= toI + toJ) return null;
  // sphere-sphere intersection: foot of the circle's plane on the line, by the law of cosines
  const foot = (toI * toI - toJ * toJ + d * d) / (2 * d);
  const squared = toI * toI - foot * foot;
  if (squared <= 0) return null;
  const axis: Vector = [between[0] / d, between[1] / d, between[2] / d];
  return {
    center: [p[3 * i] + foot * axis[0], p[3 * i + 1] + foot * axis[1], p[3 * i + 2] + foot * axis[2]],
    axis,
    radiusNm: Math.sqrt(squared),
  };
}

/** A place in the coordinates of a circle: height above its plane, distance from its axis, angle about it. */
interface CircleCoordinates {
  readonly height: number;
  readonly rho: number;
  readonly angle: number;
}

/**
 * The free place on a circle whose distance from a point comes nearest to a wanted one.
 *
 * Every other sphere forbids one arc of the circle, so that the place is either at the wanted distance or at the end of an
 * arc, where the sphere touches a third one.
 *
 * @param radiusNm radius of the sphere to be placed [nm]
 * @param from point that distances are measured from [nm]
 * @param wantedNm wanted distance [nm]
 * @returns the place [nm] and its distance from the point, or null when the whole circle is blocked
 */
export function nearestFreePlace(
  packing: Packing,
  circle: TouchingCircle,
  radiusNm: number,
  from: Vector,
  wantedNm: number,
): { readonly place: Vector; readonly distanceNm: number } | null {
  const [u, v] = completeFrame(circle.axis);
  const point = circleCoordinates(circle, u, v, from[0], from[1], from[2]);
  const arcs = blockedArcs(packing, circle, u, v, radiusNm);
  if (arcs === null) return null;
  const turn = Math.acos(Math.max(-1, Math.min(1, cosineAt(circle, point, wantedNm))));
  let best: { readonly angle: number; readonly distanceNm: number } | null = null;
  for (const start of [point.angle + turn, point.angle - turn]) {
    for (const sense of [1, -1] as const) {
      const angle = walkToFreeAngle(arcs, start, sense);
      if (angle === null) return null;
      const distanceNm = distanceAt(circle, point, angle);
      if (best === null || Math.abs(distanceNm - wantedNm) < Math.abs(best.distanceNm - wantedNm))
        best = { angle, distanceNm };
    }
  }
  return best === null ? null : { place: placeAt(circle, u, v, best.angle), distanceNm: best.distanceNm };
}

/** How far the places of a circle are from a wanted distance, at the least, were all of them free [nm]. */
export function smallestMissNm(circle: TouchingCircle, from: Vector, wantedNm: number): number {
  const [dx, dy, dz] = [from[0] - circle.center[0], from[1] - circle.center[1], from[2] - circle.center[2]];
  const height = dx * circle.axis[0] + dy * circle.axis[1] + dz * circle.axis[2];
  const rho = Math.sqrt(Math.max(0, dx * dx + dy * dy + dz * dz - height * height));
  const nearest = Math.hypot(height, rho - circle.radiusNm);
  const farthest = Math.hypot(height, rho + circle.radiusNm);
  return Math.max(0, nearest - wantedNm, wantedNm - farthest);
}

function circleCoordinates(
  { center, axis }: TouchingCircle,
  u: Vector,
  v: Vector,
  x: number,
  y: number,
  z: number,
): CircleCoordinates {
  const [dx, dy, dz] = [x - center[0], y - center[1], z - center[2]];
  const across = dx * u[0] + dy * u[1] + dz * u[2];
  const up = dx * v[0] + dy * v[1] + dz * v[2];
  return {
    height: dx * axis[0] + dy * axis[1] + dz * axis[2],
    rho: Math.hypot(across, up),
    angle: Math.atan2(up, across),
  };
}

/** Cosine of the angle from a point's own direction at which the circle is at a distance from that point. */
function cosineAt(circle: TouchingCircle, { height, rho }: CircleCoordinates, distanceNm: number): number {
  if (rho === 0) return 1;
  const { radiusNm } = circle;
  return (height * height + rho * rho + radiusNm * radiusNm - distanceNm * distanceNm) / (2 * rho * radiusNm);
}

function distanceAt(circle: TouchingCircle, point: CircleCoordinates, angle: number): number {
  const { height, rho } = point;
  const r = circle.radiusNm;
  return Math.sqrt(height * height + rho * rho + r * r - 2 * rho * r * Math.cos(angle - point.angle));
}

function placeAt({ center, radiusNm }: TouchingCircle, u: Vector, v: Vector, angle: number): Vector {
  const across = radiusNm * Math.cos(angle);
  const up = radiusNm * Math.sin(angle);
  return [
    center[0] + across * u[0] + up * v[0],
    center[1] + across * u[1] + up * v[1],
    center[2] + across * u[2] + up * v[2],
  ];
}

/** One arc per sphere that comes near; null when one of them blocks the whole circle. */
function blockedArcs(
  { count, positionsNm: p, radiiNm }: Packing,
  circle: TouchingCircle,
  u: Vector,
  v: Vector,
  radiusNm: number,
): BlockedArc[] | null {
  const arcs: BlockedArc[] = [];
  const [cx, cy, cz] = circle.center;
  for (let k = 0; k < count; k++) {
    const contact = (radiiNm[k] + radiusNm) * TOUCHING;
    const reach = contact + circle.radiusNm;
    const squared = (p[3 * k] - cx) ** 2 + (p[3 * k + 1] - cy) ** 2 + (p[3 * k + 2] - cz) ** 2;
    if (squared >= reach * reach) continue;
    const sphere = circleCoordinates(circle, u, v, p[3 * k], p[3 * k + 1], p[3 * k + 2]);
    // on the axis itself every angle is as far: the two touched spheres, and any other that stands in line with them
    const onAxis = sphere.rho < 1e-9 * radiusNm;
    if (onAxis && squared + circle.radiusNm ** 2 < contact * contact) return null;
    if (onAxis) continue;
    const cosine = cosineAt(circle, sphere, contact);
    if (cosine >= 1) continue;
    if (cosine <= -1) return null;
    arcs.push({ middle: sphere.angle, halfWidth: Math.acos(cosine) });
  }
  return arcs;
}
