import { rangeError } from "../../core/index.ts";

/** A crystal of close-packed layers: cubic or hexagonal is only a matter of how the layers follow each other. */
export interface LayeredLattice {
  readonly name: string;
  /** Edge of the cubic cell [nm]; a hexagonal crystal has that of its cubic sister with the same bond length. */
  readonly latticeConstantNm: number;
  /** Atoms over each site of a layer: element and height above it [nm]. */
  readonly basis: readonly { readonly element: string; readonly heightNm: number }[];
  /** How a perfect crystal is stacked: ABCABC or ABAB. */
  readonly stacking: "cubic" | "hexagonal";
}

/** Fcc gold; a from [wyckoff1963]. */
const GOLD: LayeredLattice = {
  name: "Au",
  latticeConstantNm: 0.40782,
  basis: [{ element: "Au", heightNm: 0 }],
  stacking: "cubic",
};

/** CdSe: selenium a bond length, a sqrt(3)/4, above cadmium; a from [wyckoff1963]. */
const CDSE_CONSTANT_NM = 0.6052;
const CDSE_BASIS = [
  { element: "Cd", heightNm: 0 },
  { element: "Se", heightNm: (CDSE_CONSTANT_NM * Math.sqrt(3)) / 4 },
];

/** Crystals the simulator knows. */
export const LATTICES: readonly LayeredLattice[] = [
  GOLD,
  { name: "CdSe zinc blende", latticeConstantNm: CDSE_CONSTANT_NM, basis: CDSE_BASIS, stacking: "cubic" },
  { name: "CdSe wurtzite", latticeConstantNm: CDSE_CONSTANT_NM, basis: CDSE_BASIS, stacking: "hexagonal" },
];

/**
 * Finds a crystal by its name.
 *
 * @throws RangeError listing the known ones
 */
export function findLattice(name: string): LayeredLattice {
  const found = LATTICES.find((lattice) => lattice.name === name);
  if (found !== undefined) return found;
  const wanted = `lattice must be one of ${LATTICES.map((lattice) => lattice.name).join(", ")}`;
  throw rangeError({ action: "find lattice" }, wanted, name);
}

/** A family of lattice planes: unit normal in the crystal frame and spacing [nm]. */
export interface LatticePlane {
  readonly normal: readonly [number, number, number];
  readonly spacingNm: number;
}

/**
 * The planes {111}, {200} and {220} of a cubic lattice in the frame of its layers: x along [1-10], y along [11-2],
 * z along [111], the normal of the layers.
 *
 * @param latticeConstantNm edge of the cubic cell [nm]
 */
export function cubicPlanes(latticeConstantNm: number): LatticePlane[] {
  const indices = [
    [1, 1, 1],
    [1, 1, -1],
    [1, -1, 1],
    [-1, 1, 1],
    [2, 0, 0],
    [0, 2, 0],
    [0, 0, 2],
    [2, 2, 0],
    [2, -2, 0],
    [2, 0, 2],
    [2, 0, -2],
    [0, 2, 2],
    [0, 2, -2],
  ];
  return indices.map(([h, k, l]) => {
    const length = Math.hypot(h, k, l);
    const normal = [
      (h - k) / (Math.SQRT2 * length),
      (h + k - 2 * l) / (Math.sqrt(6) * length),
      (h + k + l) / (Math.sqrt(3) * length),
    ] as const;
    return { normal, spacingNm: latticeConstantNm / length };
  });
}
