import { checkNumber } from "../core/index.ts";
import type { RandomStream } from "../core/index.ts";
import type { Aggregate } from "./aggregate.ts";
import { randomDirection } from "./rotation.ts";
import { buildSphereGrid, someSphereNear } from "./sphere-grid.ts";
import type { SphereGrid } from "./sphere-grid.ts";

/** Two-point statistics at one distance: chances that a point at this distance lies in a phase. */
export interface PhaseCovariance {
  readonly distanceNm: number;
  /** P(x + r in first | x in first). */
  readonly firstGivenFirst: number;
  /** P(x + r in second | x in first); times the first volume it equals the reverse times the second volume. */
  readonly secondGivenFirst: number;
  readonly firstGivenSecond: number;
  readonly secondGivenSecond: number;
}

/**
 * Estimates the covariances of the two phases and their cross-covariance, averaged over directions.
 *
 * C_AB(r) = V_A P(x + r in B | x in A), x uniform in A: points are drawn in the phase and looked up at distance r. A
 * point in a lens belongs to the sphere on whose side of the radical plane it lies.
 *
 * @param rng stream of points and directions
 * @param aggregate spheres of two materials
 * @param options distances [nm]; points per phase and distance (standard error sqrt(p (1 - p) / points))
 * @returns one record per distance; NaN where a phase is missing
 * @throws RangeError for fewer than one point
 */
export function phaseCovariances(
  rng: RandomStream,
  aggregate: Aggregate,
  options: { readonly distancesNm: readonly number[]; readonly points: number },
): PhaseCovariance[] {
  checkNumber("points", options.points, { min: 1, integer: true, action: "estimate covariances" });
  const grid = buildSphereGrid(aggregate.centersNm, aggregate.radiiNm);
  const samplers = [0, 1].map((phase) => phaseSampler(rng, aggregate, grid, phase));
  return options.distancesNm.map((distanceNm) => {
    const [first, second] = samplers.map((sample) => {
      const hits = [0, 0];
      if (sample === null) return [NaN, NaN];
      for (let k = 0; k < options.points; k++) {
        const [x, y, z] = sample();
        const [u, v, w] = randomDirection(rng);
        const phase = phaseAt(aggregate, grid, x + distanceNm * u, y + distanceNm * v, z + distanceNm * w);
        if (phase !== null) hits[phase]++;
      }
      return hits.map((count) => count / options.points);
    });
    return {
      distanceNm,
      firstGivenFirst: first[0],
      secondGivenFirst: first[1],
      firstGivenSecond: second[0],
      secondGivenSecond: second[1],
    };
  });
}

/**
 * The phase at a place: 0 or 1, or null in the void.
 *
 * Where spheres overlap, the one with the smallest power d^2 - r^2 owns the place: lenses are cut by radical planes.
 */
export function phaseAt(
  aggregate: Aggregate,
  grid: SphereGrid,
  x: number,
  y: number,
  z: number,
): number | null {
  const owner = ownerAt(aggregate, grid, x, y, z);
  return owner === null ? null : aggregate.materialIndices[owner];
}

function ownerAt(
  { centersNm: c, radiiNm: r }: Aggregate,
  grid: SphereGrid,
  x: number,
  y: number,
  z: number,
): number | null {
  let owner: number | null = null;
  let lowest = 0;
  someSphereNear(grid, x, y, z, grid.maxRadiusNm, (i) => {
    const power = (c[3 * i] - x) ** 2 + (c[3 * i + 1] - y) ** 2 + (c[3 * i + 2] - z) ** 2 - r[i] ** 2;
    if (power < lowest) {
      lowest = power;
      owner = i;
    }
    return false;
  });
  return owner;
}

/** Draws points uniformly in a phase: a sphere by its volume, a point in it, kept where the sphere owns it. */
function phaseSampler(
  rng: RandomStream,
  aggregate: Aggregate,
  grid: SphereGrid,
  phase: number,
): (() => readonly [number, number, number]) | null {
  const { centersNm: c, radiiNm: r, materialIndices } = aggregate;
  const members = Array.from(r.keys()).filter((i) => materialIndices[i] === phase);
  if (members.length === 0) return null;
  const cumulative: number[] = [];
  members.forEach((i, k) => cumulative.push((cumulative[k - 1] ?? 0) + r[i] ** 3));
  const total = cumulative[cumulative.length - 1];
  return () => {
    for (;;) {
      const i = members[lowerBound(cumulative, rng.uniform() * total)];
      const radius = r[i] * Math.cbrt(rng.uniform());
      const [u, v, w] = randomDirection(rng);
      const [x, y, z] = [c[3 * i] + radius * u, c[3 * i + 1] + radius * v, c[3 * i + 2] + radius * w];
      if (ownerAt(aggregate, grid, x, y, z) === i) return [x, y, z];
    }
  };
}

/** Index of the first element above a value. */
function lowerBound(cumulative: readonly number[], value: number): number {
  let low = 0;
  let high = cumulative.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cumulative[middle] > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Lengths of the chords that random lines cut out of each phase.
 *
 * Lines are isotropic and uniform (a random direction through a random point of the enclosing ball's cross-section).
 *
 * @param rng stream of the lines
 * @param aggregate spheres of two materials about the origin
 * @param lineCount lines to draw
 * @returns [first, second]: chord lengths [nm] in the order found
 */
export function chordLengthsNm(
  rng: RandomStream,
  aggregate: Aggregate,
  lineCount: number,
): readonly [number[], number[]] {
  const { centersNm: c, radiiNm: r } = aggregate;
  const reach = r.reduce(
    (largest, radius, i) => Math.max(largest, Math.hypot(c[3 * i], c[3 * i + 1], c[3 * i + 2]) + radius),
    0,
  );
  const chords: [number[], number[]] = [[], []];
  for (let line = 0; line < lineCount; line++) {
    const direction = randomDirection(rng);
    const offset = perpendicularOffset(rng, direction, reach);
    for (const piece of piecesAlong(aggregate, direction, offset)) {
      chords[piece.phase].push(piece.end - piece.start);
    }
  }
  return chords;
}

/** Uniform point of a disc of radius `reach` perpendicular to a direction, by rejection from the ball's shadow. */
function perpendicularOffset(
  rng: RandomStream,
  [dx, dy, dz]: readonly [number, number, number],
  reach: number,
): readonly [number, number, number] {
  for (;;) {
    const [a, b, e] = randomDirection(rng);
    const along = a * dx + b * dy + e * dz;
    const [x, y, z] = [a - along * dx, b - along * dy, e - along * dz];
    const length = Math.hypot(x, y, z);
    if (length < 1e-9) continue;
    const radius = (reach * Math.sqrt(rng.uniform())) / length;
    return [x * radius, y * radius, z * radius];
  }
}

interface Piece {
  readonly start: number;
  readonly end: number;
  readonly phase: number;
}

/** Maximal pieces of one phase along a line: intervals of spheres, lenses halved, touching pieces joined. */
function piecesAlong(
  { centersNm: c, radiiNm: r, materialIndices }: Aggregate,
  [dx, dy, dz]: readonly [number, number, number],
  [ox, oy, oz]: readonly [number, number, number],
): Piece[] {
  const cuts: { start: number; end: number; phase: number }[] = [];
  for (let i = 0; i < r.length; i++) {
    const [x, y, z] = [c[3 * i] - ox, c[3 * i + 1] - oy, c[3 * i + 2] - oz];
    const along = x * dx + y * dy + z * dz;
    const half = r[i] ** 2 - (x * x + y * y + z * z - along * along);
    if (half <= 0) continue;
    const root = Math.sqrt(half);
    cuts.push({ start: along - root, end: along + root, phase: materialIndices[i] });
  }
  cuts.sort((a, b) => a.start - b.start);
  const pieces: Piece[] = [];
  for (const cut of cuts) {
    const last = pieces[pieces.length - 1];
    if (last === undefined || cut.start > last.end) pieces.push(cut);
    else if (cut.end <= last.end) continue;
    else if (cut.phase === last.phase) pieces[pieces.length - 1] = { ...last, end: cut.end };
    else {
      const middle = (cut.start + last.end) / 2;
      pieces[pieces.length - 1] = { ...last, end: middle };
      pieces.push({ ...cut, start: middle });
    }
  }
  return pieces;
}

/** Mean number density of centres of one material about centres of another. */
export interface PairDensity {
  readonly innerNm: number;
  readonly outerNm: number;
  /** First about first, second about first, first about second, second about second [1/nm3]. */
  readonly firstFirst: number;
  readonly firstSecond: number;
  readonly secondFirst: number;
  readonly secondSecond: number;
}

/**
 * Pair correlation of particle centres by material: number density of centres in shells about a centre.
 *
 * A finite aggregate has no bulk density to divide by, so densities are given as they are.
 *
 * @param aggregate spheres of two materials
 * @param edgesNm edges of the shells, rising [nm]
 * @returns one record per shell; NaN where a material is missing
 */
export function pairDensities(aggregate: Aggregate, edgesNm: readonly number[]): PairDensity[] {
  const { centersNm: c, materialIndices: m, particleCount } = aggregate;
  const shellCount = edgesNm.length - 1;
  const counts = [0, 1, 2, 3].map(() => new Float64Array(shellCount));
  for (let i = 0; i < particleCount; i++) {
    for (let j = 0; j < particleCount; j++) {
      if (i === j) continue;
      const d = Math.hypot(c[3 * i] - c[3 * j], c[3 * i + 1] - c[3 * j + 1], c[3 * i + 2] - c[3 * j + 2]);
      const shell = edgesNm.findIndex((edge) => edge > d) - 1;
      if (shell >= 0) counts[2 * m[i] + m[j]][shell]++;
    }
  }
  const second = m.reduce((sum, material) => sum + material, 0);
  const centers = [particleCount - second, second];
  return counts[0].reduce<PairDensity[]>((shells, _, k) => {
    const volume = (4 / 3) * Math.PI * (edgesNm[k + 1] ** 3 - edgesNm[k] ** 3);
    const density = (about: number, of: number) =>
      centers[about] === 0 ? NaN : counts[2 * about + of][k] / centers[about] / volume;
    shells.push({
      innerNm: edgesNm[k],
      outerNm: edgesNm[k + 1],
      firstFirst: density(0, 0),
      firstSecond: density(0, 1),
      secondFirst: density(1, 0),
      secondSecond: density(1, 1),
    });
    return shells;
  }, []);
}
