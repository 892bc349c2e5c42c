import type { Aggregate } from "../stochastic/index.ts";

/** How an aggregate lies under the beam: Euler angles about z, y, z, then the tilt of the holder about x, then a shift. */
export interface View {
  readonly eulerAlphaDeg: number;
  readonly eulerBetaDeg: number;
  readonly eulerGammaDeg: number;
  readonly tiltDeg: number;
  readonly offsetXNm: number;
  readonly offsetYNm: number;
}

/**
 * Turns an aggregate into the frame of the microscope, whose beam runs along z.
 *
 *   x' = Rx(tilt) Rz(gamma) Ry(beta) Rz(alpha) x + (offset x, offset y, 0)
 *
 * @param aggregate spheres in their own frame
 * @param view angles [degrees] and shift [nm]
 * @returns a new aggregate; radii and materials are shared with the old one
 * @example
 * import { findMaterial } from "../src/core/index.ts";
 * import { viewAggregate } from "../src/stem-sim/index.ts";
 * import { expect } from "vitest";
 * const sphere = {
 *   particleCount: 1,
 *   centersNm: Float64Array.of(10, 0, 0),
 *   radiiNm: Float64Array.of(5),
 *   materialIndices: Uint8Array.of(0),
 *   materials: [findMaterial("Au"), findMaterial("C")] as const,
 * };
 * const turned = viewAggregate(sphere, {
 *   eulerAlphaDeg: 90, eulerBetaDeg: 0, eulerGammaDeg: 0, tiltDeg: 90, offsetXNm: 0, offsetYNm: 0,
 * });
 * // x to y by the turn about z, y to z by the tilt about x
 * expect(turned.centersNm[2]).toBeCloseTo(10, 12);
 */
export function viewAggregate(aggregate: Aggregate, view: View): Aggregate {
  const matrix = viewMatrix(view);
  const { particleCount, centersNm } = aggregate;
  const turned = new Float64Array(3 * particleCount);
  const shift = [view.offsetXNm, view.offsetYNm, 0];
  for (let i = 0; i < particleCount; i++) {
    for (let axis = 0; axis < 3; axis++) {
      turned[3 * i + axis] =
        shift[axis] +
        matrix[axis][0] * centersNm[3 * i] +
        matrix[axis][1] * centersNm[3 * i + 1] +
        matrix[axis][2] * centersNm[3 * i + 2];
    }
  }
  return { ...aggregate, centersNm: turned };
}

/**
 * An aggregate after a further turn of the holder about x.
 *
 * @param aggregate as it lies under the beam
 * @param tiltDeg angle [degrees]
 */
export function tiltAggregate(aggregate: Aggregate, tiltDeg: number): Aggregate {
  const still = { eulerAlphaDeg: 0, eulerBetaDeg: 0, eulerGammaDeg: 0, offsetXNm: 0, offsetYNm: 0 };
  return viewAggregate(aggregate, { ...still, tiltDeg });
}

/**
 * The turn of the holder about x as a matrix, row by row: x' = R x.
 *
 * @param tiltDeg angle [degrees]
 */
export function tiltMatrix(tiltDeg: number): readonly number[] {
  return about(0, tiltDeg).flat();
}

/**
 * A direction of the image in the frame of the aggregate: the view's turns undone.
 *
 * @param view angles [degrees]
 * @param direction x, y, z under the beam
 * @returns x, y, z in the aggregate's own frame
 */
export function directionInAggregate(view: View, direction: readonly number[]): readonly number[] {
  const matrix = viewMatrix(view);
  return [0, 1, 2].map((axis) => direction.reduce((sum, value, row) => sum + matrix[row][axis] * value, 0));
}

function viewMatrix(view: View): number[][] {
  const turns = [
    about(2, view.eulerAlphaDeg),
    about(1, view.eulerBetaDeg),
    about(2, view.eulerGammaDeg),
    about(0, view.tiltDeg),
  ];
  return turns.reduce((product, turn) => multiply(turn, product));
}

const RADIANS = Math.PI / 180;

/** A turn about an axis of the right-handed frame (0: x, 1: y, 2: z). */
function about(axis: number, deg: number): number[][] {
  const [c, s] = [Math.cos(deg * RADIANS), Math.sin(deg * RADIANS)];
  const [first, second] = [(axis + 1) % 3, (axis + 2) % 3];
  const turn = [0, 1, 2].map((row) => [0, 1, 2].map((column) => Number(row === column)));
  [turn[first][first], turn[first][second]] = [c, -s];
  [turn[second][first], turn[second][second]] = [s, c];
  return turn;
}

function multiply(left: number[][], right: number[][]): number[][] {
  return left.map((row) =>
    [0, 1, 2].map((column) => row.reduce((sum, value, k) => sum + value * right[k][column], 0)),
  );
}
