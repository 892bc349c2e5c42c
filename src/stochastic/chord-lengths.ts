import type { RandomStream } from "../core/index.ts";
import type { Aggregate } from "./aggregate.ts";
import { randomDirection } from "./rotation.ts";

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
