import { rangeError } from "../../core/index.ts";
import type { LayeredLattice } from "./lattice.ts";
import type { LayerStep } from "./stacking.ts";
import type { Rotation } from "./orientation.ts";

/** Outer form of a particle. */
export type ParticleShape = "sphere" | "ellipsoid" | "truncated octahedron";

/** A particle as it is cut out of a crystal. */
export interface Nanoparticle {
  readonly lattice: LayeredLattice;
  readonly shape: ParticleShape;
  /** Diameter of the sphere of the same volume, nearly [nm]. */
  readonly diameterNm: number;
  /** Long over short axis of an ellipsoid; 1 for the others. */
  readonly aspectRatio: number;
  /** Order of the layers; as many as `layerCountFor` says, less one. */
  readonly steps: readonly LayerStep[];
  /** Turns the crystal into the frame of the microscope, z along the beam. */
  readonly rotation: Rotation;
}

/** Atoms by element. */
export interface AtomGroup {
  readonly element: string;
  /** [atom, xyz] in nm. */
  readonly positionsNm: Float64Array;
}

/** How far a particle may reach beyond the sphere of its diameter, as a factor. */
const REACH = 1.35;

/**
 * Layers that a crystal must have so that a particle can be cut out of it.
 *
 * @param diameterNm diameter of the particle [nm]
 */
export function layerCountFor(lattice: LayeredLattice, diameterNm: number): number {
  return Math.ceil((REACH * diameterNm) / layerSpacingNm(lattice)) + 2;
}

/** Distance of two layers, a/sqrt(3). */
function layerSpacingNm({ latticeConstantNm }: LayeredLattice): number {
  return latticeConstantNm / Math.sqrt(3);
}

/**
 * Places the atoms of a particle about the origin.
 *
 * @throws RangeError when the steps are not as many as the layers need
 */
export function particleAtoms(particle: Nanoparticle): AtomGroup[] {
  const { lattice, diameterNm, steps } = particle;
  const layerCount = layerCountFor(lattice, diameterNm);
  if (steps.length !== layerCount - 1) {
    const wanted = `steps must be ${layerCount - 1} for ${diameterNm} nm`;
    throw rangeError({ action: "place atoms" }, wanted, String(steps.length));
  }
  const isInside = insideTest(particle);
  const positions = lattice.basis.map(() => [] as number[]);
  forEachSite(particle, (x, y, z) => {
    lattice.basis.forEach(({ heightNm }, index) => {
      const height = z + heightNm;
      if (isInside(x, y, height)) positions[index].push(...rotated(particle.rotation, x, y, height));
    });
  });
  return lattice.basis.map(({ element }, index) => ({
    element,
    positionsNm: Float64Array.from(positions[index]),
  }));
}

/** Visits the sites of all layers: hexagonal nets of edge a/sqrt(2), each shifted by a third of the cell's diagonal. */
function forEachSite(particle: Nanoparticle, visit: (x: number, y: number, z: number) => void): void {
  const { lattice, diameterNm, steps } = particle;
  const edge = lattice.latticeConstantNm / Math.SQRT2;
  const spacing = layerSpacingNm(lattice);
  const reach = (REACH * diameterNm) / 2;
  const rowDistance = (edge * Math.sqrt(3)) / 2;
  const rows = Math.ceil(reach / rowDistance) + 1;
  let shift = 0;
  for (let layer = 0; layer <= steps.length; layer++) {
    const z = (layer - steps.length / 2) * spacing;
    // (a1 + a2)/3 with a1 = (1, 0), a2 = (1/2, sqrt(3)/2) edges
    const [shiftX, shiftY] = [shift * (edge / 2), shift * (rowDistance / 3)];
    for (let row = -rows; row <= rows; row++) {
      const rowX = (((row % 2) + 2) % 2) * (edge / 2) + shiftX;
      const columns = Math.ceil(reach / edge) + 2;
      for (let column = -columns; column <= columns; column++) {
        visit(column * edge + rowX, row * rowDistance + shiftY, z);
      }
    }
    shift = (shift + (steps[layer] ?? 0) + 3) % 3;
  }
}

function insideTest({ shape, diameterNm, aspectRatio }: Nanoparticle) {
  const radius = diameterNm / 2;
  if (shape === "truncated octahedron") return octahedronTest(radius);
  const long = radius * aspectRatio ** (2 / 3);
  const short = radius / aspectRatio ** (1 / 3);
  return (x: number, y: number, z: number) => (x / long) ** 2 + (y / short) ** 2 + (z / short) ** 2 <= 1;
}

/** Faces {111} and {100} as in the Wulff form with equal edges: distances 1 to 2/sqrt(3); volume near the sphere's. */
function octahedronTest(radius: number) {
  const far111 = 0.9 * radius;
  const far100 = (2 / Math.sqrt(3)) * far111;
  return (x: number, y: number, z: number) => {
    // back to the axes of the cube: columns [1-10], [11-2], [111]
    const cubeX = x / Math.SQRT2 + y / Math.sqrt(6) + z / Math.sqrt(3);
    const cubeY = -x / Math.SQRT2 + y / Math.sqrt(6) + z / Math.sqrt(3);
    const cubeZ = (-2 * y) / Math.sqrt(6) + z / Math.sqrt(3);
    const [u, v, w] = [Math.abs(cubeX), Math.abs(cubeY), Math.abs(cubeZ)];
    return Math.max(u, v, w) <= far100 && u + v + w <= Math.sqrt(3) * far111;
  };
}

function rotated(rotation: Rotation, x: number, y: number, z: number): [number, number, number] {
  const [a, b, c] = rotation;
  return [a[0] * x + a[1] * y + a[2] * z, b[0] * x + b[1] * y + b[2] * z, c[0] * x + c[1] * y + c[2] * z];
}
