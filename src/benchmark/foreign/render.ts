import { detectedShareInto, type PreparedMicroscope } from "../../stem-sim/index.ts";
import { chordInto, type Form } from "./bodies.ts";

/** A body in the specimen. */
export interface Body {
  readonly form: Form;
  /** [x, y, z] [nm]; the beam goes along z. */
  readonly centerNm: readonly number[];
  readonly material: 0 | 1;
  /** Scattering over that of the material's tables. */
  readonly strength: number;
}

/** What the beam meets. */
export interface Specimen {
  readonly bodies: readonly Body[];
  /** The same bodies with whatever has grown on them; none where nothing has. */
  readonly shells: readonly Body[];
  /** [edge, edge] thickness of the film under every subpixel [nm]. */
  readonly filmNm: Float32Array;
}

/** Rays an edge of a pixel. */
export const RAYS_PER_PIXEL = 4;

/** A square of rays about the origin; x grows with the column, y falls with the row. */
export interface RayGrid {
  /** Rays along an edge. */
  readonly edge: number;
  readonly stepNm: number;
}

/** How the rays of a probe converge. */
export interface Convergence {
  readonly semiAngleMrad: number;
  /** Height of the focus above the aggregate's centre [nm]. */
  readonly focusNm: number;
  /** Directions that every subpixel is crossed in, 1 to 16; neighbours always take different ones. */
  readonly passes: number;
}

/**
 * The share of the beam that the detector counts, ray by ray.
 *
 * A ray leans as one of sixteen points of the aperture does, which moves it sideways by angle times height: what is out of focus is
 * met elsewhere.
 *
 * @returns [edge, edge] fraction of the incident beam
 */
export function castRays(
  { bodies, shells, filmNm }: Specimen,
  grid: RayGrid,
  { semiAngleMrad, focusNm, passes }: Convergence,
  { intensity }: Pick<PreparedMicroscope, "intensity">,
): Float32Array {
  const size = grid.edge ** 2;
  const sum = new Float32Array(size);
  const share = new Float32Array(size);
  const columns = { firstNm: new Float32Array(size), secondNm: new Float32Array(size), filmNm };
  for (let pass = 0; pass < passes; pass++) {
    const lean = { slopes: slopesOf(semiAngleMrad * 1e-3, pass), focusNm };
    const crossings = crossBodies(bodies, grid, lean);
    fillColumns(columns.firstNm, columns.secondNm, crossings, bodies);
    if (shells.length > 0) {
      const covered = unionLengths(crossBodies(shells, grid, lean), size);
      const bare = unionLengths(crossings, size);
      columns.filmNm = filmNm.map((film, ray) => film + Math.max(0, covered[ray] - bare[ray]));
    }
    detectedShareInto(share, intensity, columns);
    for (let ray = 0; ray < size; ray++) sum[ray] += share[ray] / passes;
  }
  return sum;
}

/** Points of the aperture, by equal areas on a spiral. */
const DIRECTIONS = RAYS_PER_PIXEL ** 2;
const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));
/** Which subpixel takes which: neighbours take far ones (the matrix of ordered dithering). */
const ORDER = [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5];

/** [16, 2] slopes of the rays of a pixel's subpixels. */
function slopesOf(semiAngle: number, pass: number): Float64Array {
  return Float64Array.from(
    ORDER.flatMap((place) => {
      const k = (place + pass) % DIRECTIONS;
      const radius = semiAngle * Math.sqrt((k + 0.5) / DIRECTIONS);
      return [radius * Math.cos(k * GOLDEN_ANGLE), radius * Math.sin(k * GOLDEN_ANGLE)];
    }),
  );
}

interface Lean {
  readonly slopes: Float64Array;
  readonly focusNm: number;
}

/** Where rays enter and leave bodies: a chain of crossings for every ray. */
interface Crossings {
  /** [rays] last crossing of each ray, -1 for none; `next` leads on. */
  readonly heads: Int32Array;
  readonly next: readonly number[];
  readonly body: readonly number[];
  readonly enterNm: readonly number[];
  readonly leaveNm: readonly number[];
}

function crossBodies(
  bodies: readonly Body[],
  { edge, stepNm }: RayGrid,
  { slopes, focusNm }: Lean,
): Crossings {
  const heads = new Int32Array(edge * edge).fill(-1);
  const [next, body, enterNm, leaveNm]: number[][] = [[], [], [], []];
  const chord = new Float64Array(2);
  const middle = (edge - 1) / 2;
  const steepest = slopes.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0);
  bodies.forEach(({ form, centerNm: [cx, cy, cz] }, index) => {
    const height = cz - focusNm;
    const reach = form.reachNm + steepest * Math.abs(height);
    const [left, right] = [cx - reach, cx + reach].map((x) => x / stepNm + middle);
    const [top, bottom] = [cy + reach, cy - reach].map((y) => middle - y / stepNm);
    for (let row = Math.max(0, Math.ceil(top)); row <= Math.min(edge - 1, bottom); row++) {
      for (let column = Math.max(0, Math.ceil(left)); column <= Math.min(edge - 1, right); column++) {
        const subpixel = RAYS_PER_PIXEL * (row % RAYS_PER_PIXEL) + (column % RAYS_PER_PIXEL);
        const x = (column - middle) * stepNm + slopes[2 * subpixel] * height - cx;
        const y = (middle - row) * stepNm + slopes[2 * subpixel + 1] * height - cy;
        if (!chordInto(chord, form, x, y)) continue;
        const ray = row * edge + column;
        next.push(heads[ray]);
        heads[ray] = body.length;
        body.push(index);
        enterNm.push(cz + chord[0]);
        leaveNm.push(cz + chord[1]);
      }
    }
  });
  return { heads, next, body, enterNm, leaveNm };
}

/** The crossings of one ray, by where they enter. */
function crossingsOf({ heads, next, enterNm }: Crossings, ray: number): number[] {
  const found: number[] = [];
  for (let k = heads[ray]; k >= 0; k = next[k]) found.push(k);
  return found.sort((a, b) => enterNm[a] - enterNm[b]);
}

function unionLengths(crossings: Crossings, size: number): Float32Array {
  const { enterNm, leaveNm } = crossings;
  const lengths = new Float32Array(size);
  for (let ray = 0; ray < size; ray++) {
    if (crossings.heads[ray] < 0) continue;
    let end = -Infinity;
    for (const k of crossingsOf(crossings, ray)) {
      lengths[ray] += Math.max(0, leaveNm[k] - Math.max(end, enterNm[k]));
      end = Math.max(end, leaveNm[k]);
    }
  }
  return lengths;
}

/** Thickness of both materials along every ray, in units of their own strength; matter of a neck belongs to one body. */
function fillColumns(
  firstNm: Float32Array,
  secondNm: Float32Array,
  crossings: Crossings,
  bodies: readonly Body[],
): void {
  firstNm.fill(0);
  secondNm.fill(0);
  const { heads, next, body, enterNm, leaveNm } = crossings;
  const addTo = (ray: number, k: number, lengthNm: number) => {
    const { material, strength } = bodies[body[k]];
    (material === 0 ? firstNm : secondNm)[ray] += strength * lengthNm;
  };
  for (let ray = 0; ray < firstNm.length; ray++) {
    const only = heads[ray];
    if (only < 0) continue;
    if (next[only] < 0) {
      addTo(ray, only, leaveNm[only] - enterNm[only]);
      continue;
    }
    const own = crossingsOf(crossings, ray);
    // runs of bodies that overlap along this ray are shared out together
    for (let start = 0; start < own.length;) {
      let end = start + 1;
      for (let far = leaveNm[own[start]]; end < own.length && enterNm[own[end]] < far; end++) {
        far = Math.max(far, leaveNm[own[end]]);
      }
      if (end === start + 1) addTo(ray, own[start], leaveNm[own[start]] - enterNm[own[start]]);
      else shareOut(own.slice(start, end), crossings, (k, lengthNm) => addTo(ray, k, lengthNm));
      start = end;
    }
  }
}

/**
 * Shares the run of a ray through overlapping bodies among them: every point goes to the body of the least (z - enter)(z - leave).
 *
 * Of spheres that is their power, so that the border is the plane through the circle in which they meet.
 */
function shareOut(
  own: readonly number[],
  { enterNm, leaveNm }: Crossings,
  add: (k: number, lengthNm: number) => void,
): void {
  const cuts = own.flatMap((k) => [enterNm[k], leaveNm[k]]);
  for (const a of own) {
    for (const b of own) {
      // z^2 cancels: the two are equal at one height
      const slope = enterNm[a] + leaveNm[a] - enterNm[b] - leaveNm[b];
      if (a < b && slope !== 0) cuts.push((enterNm[a] * leaveNm[a] - enterNm[b] * leaveNm[b]) / slope);
    }
  }
  cuts.sort((a, b) => a - b);
  for (let cut = 1; cut < cuts.length; cut++) {
    const [low, high] = [cuts[cut - 1], cuts[cut]];
    const z = (low + high) / 2;
    let [owner, least] = [-1, 0];
    for (const k of own) {
      const power = (z - enterNm[k]) * (z - leaveNm[k]);
      if (power < least) [owner, least] = [k, power];
    }
    if (owner >= 0) add(owner, high - low);
  }
}
