import { checkNumber } from "../core/index.ts";
import type { RandomStream } from "../core/index.ts";
import type { Aggregate } from "./aggregate.ts";
import { connectedComponents, findContacts } from "./contact-graph.ts";
import type { ContactGraph } from "./contact-graph.ts";
import { completeFrame, randomDirection, wrapped } from "./rotation.ts";
import type { Vector } from "./rotation.ts";

/** A rigid part of an aggregate that can turn about an axis without breaking its contacts. */
interface Hinge {
  readonly moving: readonly number[];
  readonly resting: readonly number[];
  /** A point of the axis [nm]. */
  readonly pivot: Vector;
  readonly axis: Vector;
}

/** Contacts of hard cores are made to round-off; this is far above it and far below any gap that matters. */
const TOUCHING = 1e-7;
/** Turns without a new contact before restructuring gives up. */
const FUTILE_TURNS = 300;

/**
 * Lets an aggregate settle: parts turn about their contacts until they touch again, as capillary forces and
 * sintering make them do, so that the mean coordination rises above that of a tree.
 *
 * A branch that hangs on a single contact turns about the centre of the particle it hangs on; a particle with exactly two contacts
 * rolls about the line through its two neighbours. Each turn stops at the first new contact, the way round with the
 * smaller angle, and breaks none. The aggregate becomes more compact: the scaling law of its growth no longer holds.
 *
 * @throws RangeError for a coordination outside 0 to 6
 */
export function restructureAggregate(
  rng: RandomStream,
  aggregate: Aggregate,
  options: { readonly meanCoordination: number; readonly necking?: number },
): Aggregate {
  const { meanCoordination, necking = 0 } = options;
  checkNumber("meanCoordination", meanCoordination, { min: 0, max: 6, action: "restructure aggregate" });
  checkNumber("necking", necking, { min: 0, max: 0.5, action: "restructure aggregate" });
  // hard cores touch where spheres overlap by the necking
  const cores = aggregate.radiiNm.map((radius) => radius * (1 - necking));
  let current: Aggregate = { ...aggregate, radiiNm: cores };
  let futile = 0;
  while (futile < FUTILE_TURNS) {
    const graph = findContacts(current, TOUCHING);
    if ((2 * graph.contactCount) / graph.particleCount >= meanCoordination) break;
    const hinge = drawHinge(rng, current, graph);
    const angle = hinge === null ? null : smallestTurn(current, hinge);
    if (hinge === null || angle === null) futile++;
    else {
      current = turned(current, hinge, angle);
      futile = 0;
    }
  }
  return centered({ ...current, radiiNm: aggregate.radiiNm });
}

/** Picks a particle: a single contact or a bridge gives a free axis, two contacts give the line through them. */
function drawHinge(rng: RandomStream, aggregate: Aggregate, graph: ContactGraph): Hinge | null {
  const moverIndex = rng.integerBelow(aggregate.particleCount);
  const neighbours = neighboursOf(graph, moverIndex);
  if (neighbours.length === 2 && rng.uniform() < 0.5) {
    const [a, b] = neighbours.map((i) => centerOf(aggregate, i));
    return hingeOf(aggregate, [moverIndex], a, unit([b[0] - a[0], b[1] - a[1], b[2] - a[2]]));
  }
  if (neighbours.length === 0) return null;
  const pivotIndex = neighbours[rng.integerBelow(neighbours.length)];
  // the contact is a bridge when cutting it parts the two particles
  const labels = connectedComponents(graph, (k) => !joins(graph, k, moverIndex, pivotIndex));
  if (labels[moverIndex] === labels[pivotIndex]) return null;
  const moving = Array.from(labels.keys()).filter((i) => labels[i] === labels[moverIndex]);
  return hingeOf(aggregate, moving, centerOf(aggregate, pivotIndex), randomDirection(rng));
}

function neighboursOf(graph: ContactGraph, index: number): number[] {
  const neighbours: number[] = [];
  for (let k = 0; k < graph.contactCount; k++) {
    if (graph.first[k] === index) neighbours.push(graph.second[k]);
    if (graph.second[k] === index) neighbours.push(graph.first[k]);
  }
  return neighbours;
}

function joins(graph: ContactGraph, k: number, a: number, b: number): boolean {
  return (graph.first[k] === a && graph.second[k] === b) || (graph.first[k] === b && graph.second[k] === a);
}

function hingeOf(aggregate: Aggregate, moving: readonly number[], pivot: Vector, axis: Vector): Hinge {
  const isMoving = new Set(moving);
  const resting = Array.from(aggregate.radiiNm.keys()).filter((i) => !isMoving.has(i));
  return { moving, resting, pivot, axis };
}

/** Signed angle to the first new contact, the nearer way round; null when the turn is free or already blocked. */
function smallestTurn({ centersNm: c, radiiNm: r }: Aggregate, hinge: Hinge): number | null {
  const frame = [...completeFrame(hinge.axis), hinge.axis];
  const place = (i: number) => {
    const d = [0, 1, 2].map((axis) => c[3 * i + axis] - hinge.pivot[axis]);
    const [u, v, w] = frame.map((e) => d[0] * e[0] + d[1] * e[1] + d[2] * e[2]);
    return { rho: Math.hypot(u, v), phi: Math.atan2(v, u), along: w, radius: r[i] };
  };
  const resting = hinge.resting.map(place);
  let forward = Infinity;
  let backward = Infinity;
  for (const b of hinge.moving.map(place)) {
    for (const a of resting) {
      const h = (a.radius + b.radius) ** 2 - (a.along - b.along) ** 2;
      if (h <= (a.rho - b.rho) ** 2 || a.rho * b.rho < 1e-9) continue;
      // the pair touches where rho_a^2 + rho_b^2 - 2 rho_a rho_b cos = h; never, or always, for |cos| > 1
      const cosine = (a.rho ** 2 + b.rho ** 2 - h) / (2 * a.rho * b.rho);
      if (cosine <= -1) continue;
      const gap = wrapped(a.phi - b.phi);
      const half = Math.acos(cosine);
      // a pair in contact now stops the turn that would press it together
      forward = Math.min(forward, angleTo(gap, half));
      backward = Math.min(backward, angleTo(-gap, half));
    }
  }
  const nearer = Math.min(forward, backward);
  if (nearer === Infinity || nearer < 1e-6) return null;
  return forward <= backward ? forward : -backward;
}

/** Turn, from 0 up to a full circle, after which a pair `gap` ahead is `half` ahead. */
function angleTo(gap: number, half: number): number {
  const turn = gap - half;
  if (Math.abs(turn) < 1e-6) return 0;
  return turn < 0 ? turn + 2 * Math.PI : turn;
}

/** Rodrigues' formula about the hinge's axis. */
function turned(aggregate: Aggregate, { moving, pivot, axis }: Hinge, angle: number): Aggregate {
  const centersNm = aggregate.centersNm.slice();
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  for (const i of moving) {
    const d = [0, 1, 2].map((k) => centersNm[3 * i + k] - pivot[k]);
    const along = (1 - cosine) * (d[0] * axis[0] + d[1] * axis[1] + d[2] * axis[2]);
    const cross = [
      axis[1] * d[2] - axis[2] * d[1],
      axis[2] * d[0] - axis[0] * d[2],
      axis[0] * d[1] - axis[1] * d[0],
    ];
    for (let k = 0; k < 3; k++) {
      centersNm[3 * i + k] = pivot[k] + cosine * d[k] + sine * cross[k] + along * axis[k];
    }
  }
  return { ...aggregate, centersNm };
}

function centerOf({ centersNm: c }: Aggregate, i: number): Vector {
  return [c[3 * i], c[3 * i + 1], c[3 * i + 2]];
}

function unit([x, y, z]: Vector): Vector {
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}

function centered(aggregate: Aggregate): Aggregate {
  const { radiiNm: r, centersNm: c } = aggregate;
  const volume = r.reduce((sum, radius) => sum + radius ** 3, 0);
  const center = [0, 1, 2].map(
    (axis) => r.reduce((sum, radius, i) => sum + radius ** 3 * c[3 * i + axis], 0) / volume,
  );
  return { ...aggregate, centersNm: c.map((x, k) => x - center[k % 3]) };
}
