import { CAP_NODE_COUNT, CAP_REACH_SIGMAS } from "./cap-quadrature.ts";
import { cutChordNm } from "./neck-planes.ts";
import type { NeckPlanes } from "./neck-planes.ts";
import type { ProjectedBodies } from "./project-bodies.ts";

/** One cap: the part of a ball where normal . v >= offset, less what earlier planes have taken. */
export interface CapShape {
  readonly cap: number;
  readonly planes: NeckPlanes;
  readonly nodesNm: Float64Array;
  readonly radiusNm: number;
  readonly normalX: number;
  readonly normalY: number;
  /** Component of the normal along the beam and across it. */
  readonly steep: number;
  readonly flat: number;
  readonly offsetNm: number;
  /** Variance of the blur along one axis [nm^2], and distance of its outermost node [nm]. */
  readonly variance: number;
  readonly reachNm: number;
  /** Only one plane cuts, and it does not stand upright: the chord beyond it has a closed form. */
  readonly isSimple: boolean;
}

/** Blur below this share of the radius is small enough for the smooth interior's second-order formula. */
const SMOOTH_REACH = 0.15;
const SMOOTH_INTERIOR = 0.7;

/**
 * Collects what the thickness of a cap depends on.
 *
 * @param bodies spheres and caps
 * @param cap index of the cap
 * @returns the cap
 */
export function capShape(bodies: ProjectedBodies, cap: number): CapShape {
  const { capPlanes, capNodesNm, capRadiiNm } = bodies;
  const nodesNm = capNodesNm.subarray(2 * CAP_NODE_COUNT * cap, 2 * CAP_NODE_COUNT * (cap + 1));
  // the plane that cuts the cap off comes first, stored the other way round
  const plane = capPlanes.firstPlane[cap];
  const [x, y, z] = capPlanes.normals.subarray(3 * plane, 3 * plane + 3);
  const reachNm = Math.hypot(nodesNm[0], nodesNm[1]);
  return {
    cap,
    planes: capPlanes,
    nodesNm,
    radiusNm: capRadiiNm[cap],
    normalX: -x,
    normalY: -y,
    steep: Math.abs(z),
    flat: Math.hypot(x, y),
    offsetNm: -capPlanes.offsetsNm[plane],
    variance: (reachNm / CAP_REACH_SIGMAS) ** 2,
    reachNm,
    isSimple: capPlanes.firstPlane[cap + 1] === plane + 1 && Math.abs(z) > 1e-3,
  };
}

/**
 * Thickness of a cap at a pixel, averaged over the Gaussian blur.
 *
 * Far from its edges a cap is smooth and the mean is the value at the pixel plus half the variance times the Laplacian of
 * the ball's surface; elsewhere the quadrature of cap-quadrature.ts is summed. Both agree within 1e-4 of a radius.
 *
 * @param shape the cap
 * @param x position relative to the centre of the ball [nm]
 * @param y the same along y
 * @returns mean thickness [nm]
 */
export function meanCapThicknessNm(shape: CapShape, x: number, y: number): number {
  const { radiusNm, normalX, normalY, steep, flat, offsetNm, reachNm } = shape;
  const distance = Math.sqrt(x * x + y * y);
  const tilt = normalX * x + normalY * y;
  // no node is further away than the reach: where even the best case misses the cap, nothing is sampled
  const inner = Math.max(0, distance - reachNm);
  const highest = radiusNm * radiusNm - inner * inner;
  if (highest <= 0 || tilt + steep * Math.sqrt(highest) + flat * reachNm < offsetNm) return 0;
  if (!shape.isSimple) return quadrature(shape, x, y);
  const outer = distance + reachNm;
  if (reachNm < SMOOTH_REACH * radiusNm && outer < SMOOTH_INTERIOR * radiusNm) {
    const lowest = Math.sqrt(radiusNm * radiusNm - outer * outer);
    const plane = (offsetNm - tilt) / steep;
    const swing = (flat * reachNm) / steep;
    if (plane + swing < lowest && plane - swing > -lowest) {
      const half = Math.sqrt(radiusNm * radiusNm - distance * distance);
      const laplacian = -2 / half - (distance * distance) / (half * half * half);
      return half + 0.5 * shape.variance * laplacian - plane;
    }
  }
  return simpleQuadrature(shape, x, y);
}

function quadrature({ planes, cap, nodesNm, radiusNm }: CapShape, x: number, y: number): number {
  let sum = 0;
  for (let k = 0; k < nodesNm.length; k += 2) {
    sum += cutChordNm(planes, cap, radiusNm, x + nodesNm[k], y + nodesNm[k + 1]);
  }
  return sum / CAP_NODE_COUNT;
}

/** The same for a single plane, without cutChordNm's loop. */
function simpleQuadrature(shape: CapShape, x: number, y: number): number {
  const { nodesNm, radiusNm, normalX, normalY, steep, offsetNm } = shape;
  let sum = 0;
  for (let k = 0; k < nodesNm.length; k += 2) {
    const xNode = x + nodesNm[k];
    const yNode = y + nodesNm[k + 1];
    const square = radiusNm * radiusNm - xNode * xNode - yNode * yNode;
    if (square <= 0) continue;
    const half = Math.sqrt(square);
    const beyond = half - (offsetNm - normalX * xNode - normalY * yNode) / steep;
    if (beyond > 0) sum += Math.min(beyond, 2 * half);
  }
  return sum / CAP_NODE_COUNT;
}
