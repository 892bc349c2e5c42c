import {
  ACROSS_NODES,
  acrossAxis,
  CAP_NODE_COUNT,
  CAP_REACH_SIGMAS,
  capNodesInto,
} from "./cap-quadrature.ts";
import { cutChordNm } from "./neck-planes.ts";
import type { NeckPlanes } from "./neck-planes.ts";
import type { ProjectedBodies } from "./project-bodies.ts";

/** One cap: the part of a ball where normal . v >= offset, less what earlier planes have taken. */
export interface CapShape {
  readonly cap: number;
  readonly planes: NeckPlanes;
  readonly nodesNm: Float64Array;
  /** Projected normal of the plane, of length sigma: the direction in which the nodes stand across the plane [nm]. */
  readonly nodeAxes: readonly [number, number];
  readonly radiusNm: number;
  readonly normalX: number;
  readonly normalY: number;
  /** Component of the normal along the beam and across it. */
  readonly steep: number;
  readonly flat: number;
  readonly offsetNm: number;
  /** Standard deviation of the blur along one axis, and distance of its outermost node [nm]. */
  readonly sigmaNm: number;
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
 * @param nodesNm receives the quadrature's nodes, 2 CAP_NODE_COUNT numbers; belongs to the shape from then on
 * @returns the cap
 */
export function capShape(bodies: ProjectedBodies, cap: number, nodesNm: Float64Array): CapShape {
  const { capPlanes, capSigmasNm, capRadiiNm } = bodies;
  // the plane that cuts the cap off comes first, stored the other way round
  const plane = capPlanes.firstPlane[cap];
  const x = capPlanes.normals[3 * plane];
  const y = capPlanes.normals[3 * plane + 1];
  const z = capPlanes.normals[3 * plane + 2];
  const [axisX, axisY] = acrossAxis(-x, -y, capSigmasNm[cap]);
  return {
    cap,
    planes: capPlanes,
    nodesNm: capNodesInto(nodesNm, -x, -y, capSigmasNm[cap]),
    nodeAxes: [axisX, axisY],
    radiusNm: capRadiiNm[cap],
    normalX: -x,
    normalY: -y,
    steep: Math.abs(z),
    flat: Math.sqrt(x * x + y * y),
    offsetNm: -capPlanes.offsetsNm[plane],
    sigmaNm: capSigmasNm[cap],
    reachNm: CAP_REACH_SIGMAS * capSigmasNm[cap],
    isSimple: capPlanes.firstPlane[cap + 1] === plane + 1 && Math.abs(z) > 1e-3,
  };
}

/** Points of one row of pixels, relative to the centre of a cap's ball. */
export interface PointRow {
  /** [count] x and y of each point [nm]. */
  readonly xNm: Float64Array;
  readonly yNm: Float64Array;
  readonly count: number;
}

/**
 * Thickness of a cap at the points of a row, averaged over the Gaussian blur.
 *
 * Far from its edges a cap is smooth and the mean is the value at the pixel plus half the variance times the Laplacian of
 * the ball's surface; elsewhere the quadrature of cap-quadrature.ts is summed. Both agree within 1e-4 of a radius.
 *
 * @param thicknessNm receives the mean thickness at each point [nm]
 * @param shape the cap
 * @param row the points
 * @returns `thicknessNm`
 */
export function capThicknessInto(thicknessNm: Float64Array, shape: CapShape, row: PointRow): Float64Array {
  const { radiusNm, normalX, normalY, steep, flat, offsetNm, sigmaNm, reachNm, isSimple } = shape;
  const perSteep = 1 / steep;
  const swing = flat * reachNm;
  const mayBeSmooth = isSimple && reachNm < SMOOTH_REACH * radiusNm;
  for (let i = 0; i < row.count; i++) {
    const x = row.xNm[i];
    const y = row.yNm[i];
    thicknessNm[i] = 0;
    // no node is further away than the reach: where even the best case misses the cap, nothing is sampled
    const tilt = normalX * x + normalY * y;
    const distance = Math.sqrt(x * x + y * y);
    const inner = Math.max(0, distance - reachNm);
    const highest = radiusNm * radiusNm - inner * inner;
    if (highest <= 0 || tilt + steep * Math.sqrt(highest) + swing < offsetNm) continue;
    if (!isSimple) {
      thicknessNm[i] = quadrature(shape, x, y);
      continue;
    }
    const planeNm = (offsetNm - tilt) * perSteep;
    const outer = distance + reachNm;
    if (mayBeSmooth && outer < SMOOTH_INTERIOR * radiusNm) {
      const lowest = Math.sqrt(radiusNm * radiusNm - outer * outer);
      if (planeNm + swing * perSteep < lowest && planeNm - swing * perSteep > -lowest) {
        const half = Math.sqrt(radiusNm * radiusNm - distance * distance);
        const laplacian = -2 / half - (distance * distance) / (half * half * half);
        thicknessNm[i] = half + 0.5 * sigmaNm * sigmaNm * laplacian - planeNm;
        continue;
      }
    }
    thicknessNm[i] = simpleQuadrature(shape, x, y);
  }
  return thicknessNm;
}

function quadrature({ planes, cap, nodesNm, radiusNm }: CapShape, x: number, y: number): number {
  let sum = 0;
  for (let k = 0; k < nodesNm.length; k += 2) {
    sum += cutChordNm(planes, cap, radiusNm, x + nodesNm[k], y + nodesNm[k + 1]);
  }
  return sum / CAP_NODE_COUNT;
}

/**
 * The same for a single plane, from the point's places along the normal and along the plane.
 *
 * A node at (a, b) standard deviations from the point p has |p + n|^2 = |p|^2 + 2 a p.n_a + 2 b p.n_b + (a^2 + b^2) sigma^2,
 * and the two nodes at b = +-1 share their distance from the plane.
 */
function simpleQuadrature(shape: CapShape, x: number, y: number): number {
  const { nodeAxes, radiusNm, normalX, normalY, steep, flat, offsetNm, sigmaNm } = shape;
  const alongNormal = 2 * (nodeAxes[0] * x + nodeAxes[1] * y);
  const alongPlane = 2 * (nodeAxes[0] * y - nodeAxes[1] * x);
  const base = radiusNm * radiusNm - x * x - y * y - sigmaNm * sigmaNm;
  const planeNm = (offsetNm - normalX * x - normalY * y) / steep;
  const planeStepNm = (flat * sigmaNm) / steep;
  let sum = 0;
  for (let k = 0; k < ACROSS_NODES.length; k++) {
    const across = ACROSS_NODES[k];
    const square = base - across * (alongNormal + across * sigmaNm * sigmaNm);
    const atPlaneNm = planeNm - across * planeStepNm;
    sum += chordBeyond(square - alongPlane, atPlaneNm) + chordBeyond(square + alongPlane, atPlaneNm);
  }
  return sum / CAP_NODE_COUNT;
}

/** Length of a ball's chord, of squared half-length `square`, above the height of the plane. */
function chordBeyond(square: number, planeNm: number): number {
  if (square <= 0) return 0;
  const half = Math.sqrt(square);
  const beyond = half - planeNm;
  if (beyond <= 0) return 0;
  return beyond < 2 * half ? beyond : 2 * half;
}
