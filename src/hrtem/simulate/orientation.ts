import type { RandomStream } from "../../core/index.ts";
import { cubicPlanes, type LayeredLattice } from "./lattice.ts";

/** A direction of length 1. */
export type Direction = readonly [number, number, number];

/** Rows of a rotation from the crystal's frame to the microscope's; the last row is the beam in the crystal's frame. */
export type Rotation = readonly [Direction, Direction, Direction];

/** What is seen of a crystal's planes along the beam. */
export type FringeView = "fault edge-on" | "fringes" | "no fringes";

/**
 * Excitation error times thickness below which fringes are called visible, and above which invisible: sinc(pi/2) = 0.64, and
 * side lobes of at most 1/(2 pi) = 0.16.
 */
const VISIBLE_BELOW = 0.5;
const INVISIBLE_ABOVE = 2;
/** How far the beam may be off a zone axis when it is looked for [rad]. */
const ZONE_TILT_RAD = 0.03;
const MAX_TRIES = 10_000;

/** Zone axes in the crystal's frame: <110> in the layers (stacking is seen), and some more. */
const LAYER_ZONE: Direction = [1, 0, 0];
const OTHER_ZONES: readonly Direction[] = [
  // [001], [110] across the layers, [112] across them
  [0, -2 / Math.sqrt(6), 1 / Math.sqrt(3)],
  [0, 1 / Math.sqrt(3), Math.sqrt(2 / 3)],
  [Math.sqrt(3) / 2, 1 / 2, 0],
];

/**
 * Visibility of a lattice's fringes: the smallest product of excitation error and thickness over its planes.
 *
 * Kinematic and with a flat Ewald sphere: a plane tilted by theta from the beam has the excitation error s = sin(theta)/d, and
 * a crystal of thickness t diffracts into it as sinc(pi s t) [fultz2013]. Below 1 the spot is inside the central maximum.
 *
 * @param thicknessNm length of the crystal along the beam [nm]
 */
export function fringeMismatch(lattice: LayeredLattice, beam: Direction, thicknessNm: number): number {
  const products = cubicPlanes(lattice.latticeConstantNm).map(({ normal, spacingNm }) => {
    const sine = Math.abs(normal[0] * beam[0] + normal[1] * beam[1] + normal[2] * beam[2]);
    return (sine / spacingNm) * thicknessNm;
  });
  return Math.min(...products);
}

/**
 * Draws an orientation from which the stacking, only fringes, or nothing of a crystal is seen.
 *
 * Views between visible and invisible are not drawn: people who label images leave them out, too.
 *
 * @param options.thicknessNm length of the crystal along the beam [nm]
 * @returns rotation into the microscope's frame; null where no such view was found: small crystals show fringes from every side
 */
export function drawOrientation(
  rng: RandomStream,
  lattice: LayeredLattice,
  { view, thicknessNm }: { readonly view: FringeView; readonly thicknessNm: number },
): Rotation | null {
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const beam = drawBeam(rng, view);
    const mismatch = fringeMismatch(lattice, beam, thicknessNm);
    if (view === "no fringes" ? mismatch > INVISIBLE_ABOVE : mismatch < VISIBLE_BELOW) {
      return rotationAlong(beam, 2 * Math.PI * rng.uniform());
    }
  }
  return null;
}

function drawBeam(rng: RandomStream, view: FringeView): Direction {
  if (view === "no fringes") return randomDirection(rng);
  const zone = view === "fault edge-on" ? LAYER_ZONE : OTHER_ZONES[rng.integerBelow(OTHER_ZONES.length)];
  const tilt = ZONE_TILT_RAD * Math.sqrt(rng.uniform());
  const [sideways] = rotationAlong(zone, 2 * Math.PI * rng.uniform());
  return normalised(zone.map((value, axis) => value + tilt * sideways[axis]) as unknown as Direction);
}

function randomDirection(rng: RandomStream): Direction {
  return normalised([rng.normal(), rng.normal(), rng.normal()]);
}

function normalised([x, y, z]: Direction): Direction {
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}

/** A rotation that puts the direction on z, turned about it by an angle. */
function rotationAlong(beam: Direction, angleRad: number): Rotation {
  const helper: Direction = Math.abs(beam[0]) < 0.9 ? [1, 0, 0] : [0, 1, 0];
  const first = normalised(cross(helper, beam));
  const second = cross(beam, first);
  const [c, s] = [Math.cos(angleRad), Math.sin(angleRad)];
  const mix = (a: number, b: number) => first.map((value, axis) => a * value + b * second[axis]);
  return [mix(c, s) as unknown as Direction, mix(-s, c) as unknown as Direction, beam];
}

function cross(a: Direction, b: Direction): Direction {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
