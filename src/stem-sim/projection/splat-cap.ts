import {
  ACROSS_NODES,
  acrossAxis,
  CAP_NODE_COUNT,
  CAP_REACH_SIGMAS,
  capNodesInto,
} from "./cap-quadrature.ts";
import { cutChordNm } from "./neck-planes.ts";
import type { ProjectedBodies } from "./project-bodies.ts";
import type { SplatTarget } from "./splat-target.ts";

/** Blur below this share of the radius is small enough for the smooth interior's second-order formula. */
const SMOOTH_REACH = 0.15;
const SMOOTH_INTERIOR = 0.7;
/** Planes that stand more upright than this have no closed form for the chord beyond them. */
const UPRIGHT = 1e-3;

/**
 * Adds a cap, the part of a ball beyond a plane and on this side of earlier ones: the mean of its sharp chords over the blur.
 */
export function addCapInto(target: SplatTarget, bodies: ProjectedBodies, body: number): void {
  const { firstPlane, normals } = bodies.capPlanes;
  const cap = body - bodies.sphereCount;
  const plane = firstPlane[cap];
  const isSimple = firstPlane[cap + 1] === plane + 1 && Math.abs(normals[3 * plane + 2]) > UPRIGHT;
  if (isSimple) addSimpleCapInto(target, bodies, body);
  else addCutCapInto(target, bodies, body);
}

/**
 * Adds a cap of a single plane, whose chords have a closed form.
 *
 * Far from its edges such a cap is smooth and its mean is the value at the pixel plus half the variance times the Laplacian
 * of the ball's surface; elsewhere the quadrature of cap-quadrature.ts is summed. Both agree within 1e-4 of a radius.
 *
 * A node at (a, b) standard deviations from the point p has |p + n|^2 = |p|^2 + 2 a p.n_a + 2 b p.n_b + (a^2 + b^2) sigma^2,
 * and the two nodes at b = +-1 share their distance from the plane. One loop over all pixels, because what is passed to
 * functions a thousand times an image costs more than the arithmetic.
 */
function addSimpleCapInto(target: SplatTarget, bodies: ProjectedBodies, body: number): void {
  const { map, weight, box, shifts } = target;
  const { widthPx, heightPx, pixelSizeNm } = target.grid;
  const cap = body - bodies.sphereCount;
  const plane = bodies.capPlanes.firstPlane[cap];
  // the plane that cuts the cap off is stored the other way round
  const normalX = -bodies.capPlanes.normals[3 * plane];
  const normalY = -bodies.capPlanes.normals[3 * plane + 1];
  const steep = Math.abs(bodies.capPlanes.normals[3 * plane + 2]);
  const flat = Math.sqrt(normalX * normalX + normalY * normalY);
  const offsetNm = -bodies.capPlanes.offsetsNm[plane];
  const radiusNm = bodies.capRadiiNm[cap];
  const sigmaNm = bodies.capSigmasNm[cap];
  const reachNm = CAP_REACH_SIGMAS * sigmaNm;
  const [axisX, axisY] = acrossAxis(normalX, normalY, sigmaNm);
  const squareRadius = radiusNm * radiusNm;
  const variance = sigmaNm * sigmaNm;
  const perSteep = 1 / steep;
  const swingNm = flat * reachNm;
  const planeStepNm = (flat * sigmaNm) / steep;
  const smoothBelowNm = reachNm < SMOOTH_REACH * radiusNm ? SMOOTH_INTERIOR * radiusNm : 0;
  const x0 = -((widthPx - 1) / 2) * pixelSizeNm - bodies.centersNm[2 * body];
  const y0 = ((heightPx - 1) / 2) * pixelSizeNm - bodies.centersNm[2 * body + 1];
  for (let row = box.firstRow; row <= box.lastRow; row++) {
    for (let column = box.firstColumn; column <= box.lastColumn; column++) {
      const pixel = row * widthPx + column;
      let x = x0 + column * pixelSizeNm;
      let y = y0 - row * pixelSizeNm;
      if (shifts !== null) {
        x += shifts.xNm[pixel];
        y += shifts.yNm[pixel];
      }
      // no node is further away than the reach: where even the best case misses the cap, nothing is sampled
      const tilt = normalX * x + normalY * y;
      const distance = Math.sqrt(x * x + y * y);
      const inner = distance > reachNm ? distance - reachNm : 0;
      const highest = squareRadius - inner * inner;
      const missing = offsetNm - swingNm - tilt;
      if (highest <= 0 || (missing > 0 && steep * steep * highest < missing * missing)) continue;
      const outer = distance + reachNm;
      if (outer < smoothBelowNm) {
        const planeNm = (offsetNm - tilt) * perSteep;
        const lowest = Math.sqrt(squareRadius - outer * outer);
        if (planeNm + swingNm * perSteep < lowest && planeNm - swingNm * perSteep > -lowest) {
          const half = Math.sqrt(squareRadius - distance * distance);
          const laplacian = -2 / half - (distance * distance) / (half * half * half);
          map[pixel] += weight * (half + 0.5 * variance * laplacian - planeNm);
          continue;
        }
      }
      const alongNormal = 2 * (axisX * x + axisY * y);
      const alongPlane = 2 * (axisX * y - axisY * x);
      const base = squareRadius - x * x - y * y - variance;
      const middleNm = (offsetNm - normalX * x - normalY * y) / steep;
      let sum = 0;
      for (let k = 0; k < ACROSS_NODES.length; k++) {
        const across = ACROSS_NODES[k];
        const square = base - across * (alongNormal + across * variance);
        const planeNm = middleNm - across * planeStepNm;
        // squares that reach above neither the ball's middle nor the plane have no chord, and need no root
        const lowest = planeNm > 0 ? planeNm * planeNm : 0;
        let both = 0;
        if (square - alongPlane > lowest) {
          const half = Math.sqrt(square - alongPlane);
          both = half + planeNm > 0 ? half - planeNm : 2 * half;
        }
        if (square + alongPlane > lowest) {
          const half = Math.sqrt(square + alongPlane);
          both += half + planeNm > 0 ? half - planeNm : 2 * half;
        }
        sum += both;
      }
      map[pixel] += (weight * sum) / CAP_NODE_COUNT;
    }
  }
}

/** Adds a cap of several planes, or of one that stands upright: every chord of the quadrature is cut by every plane. */
function addCutCapInto(target: SplatTarget, bodies: ProjectedBodies, body: number): void {
  const { map, weight, box, shifts } = target;
  const { widthPx, heightPx, pixelSizeNm } = target.grid;
  const { capPlanes, capRadiiNm, capSigmasNm } = bodies;
  const cap = body - bodies.sphereCount;
  const plane = capPlanes.firstPlane[cap];
  const nodesNm = capNodesInto(
    new Float64Array(2 * CAP_NODE_COUNT),
    -capPlanes.normals[3 * plane],
    -capPlanes.normals[3 * plane + 1],
    capSigmasNm[cap],
  );
  const x0 = -((widthPx - 1) / 2) * pixelSizeNm - bodies.centersNm[2 * body];
  const y0 = ((heightPx - 1) / 2) * pixelSizeNm - bodies.centersNm[2 * body + 1];
  for (let row = box.firstRow; row <= box.lastRow; row++) {
    for (let column = box.firstColumn; column <= box.lastColumn; column++) {
      const pixel = row * widthPx + column;
      const x = x0 + column * pixelSizeNm + (shifts === null ? 0 : shifts.xNm[pixel]);
      const y = y0 - row * pixelSizeNm + (shifts === null ? 0 : shifts.yNm[pixel]);
      let sum = 0;
      for (let k = 0; k < nodesNm.length; k += 2) {
        sum += cutChordNm(capPlanes, cap, capRadiiNm[cap], x + nodesNm[k], y + nodesNm[k + 1]);
      }
      map[pixel] += (weight * sum) / CAP_NODE_COUNT;
    }
  }
}
