import type { Material } from "../../core/index.ts";
import { atomicWeight } from "./atomic-weights.ts";

/** Avogadro constant [1/mol], exact since 2019. */
const AVOGADRO = 6.02214076e23;
const NM3_PER_CM3 = 1e21;

/**
 * Number of atoms of each element in a cubic nanometre of a material, n = rho N_A nu / M.
 *
 * @param material its mass density and formula unit
 * @returns atoms per nm^3 by element symbol
 * @throws RangeError for an unknown element
 * @example
 * import { findMaterial } from "../src/core/index.ts";
 * import { atomDensitiesPerNm3 } from "../src/stem-sim/index.ts";
 * import { expect } from "vitest";
 * // gold: four atoms in a cube of 0.4078 nm
 * expect(atomDensitiesPerNm3(findMaterial("Au")).Au).toBeCloseTo(4 / 0.4078 ** 3, 0);
 */
export function atomDensitiesPerNm3(material: Material): Record<string, number> {
  const atoms = Object.entries(material.composition);
  const formulaWeight = atoms.reduce((sum, [element, count]) => sum + count * atomicWeight(element), 0);
  const formulasPerNm3 = (material.densityGPerCm3 * AVOGADRO) / formulaWeight / NM3_PER_CM3;
  return Object.fromEntries(atoms.map(([element, count]) => [element, count * formulasPerNm3]));
}
