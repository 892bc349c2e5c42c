import { rangeError } from "./checks.ts";
/** A solid as the suite needs it: its composition scatters electrons, its density sets mass and atoms per volume. */
export interface Material {
  readonly name: string;
  /** Mass density [g/cm3]. */
  readonly densityGPerCm3: number;
  /** Atoms per formula unit by element symbol, such as { Ti: 1, O: 2 }. */
  readonly composition: Readonly<Record<string, number>>;
}

/** A material that ships with the suite. */
export interface LibraryMaterial extends Material {
  /** Where its density is from. */
  readonly source: string;
}

/** [crc2016] */
const CRYSTAL = "X-ray density of the crystal, CRC Handbook 2016";

/** The materials that ship with the suite. */
export const MATERIALS: readonly LibraryMaterial[] = [
  { name: "TiO2-anatase", densityGPerCm3: 3.89, composition: { Ti: 1, O: 2 }, source: CRYSTAL },
  { name: "TiO2-rutile", densityGPerCm3: 4.24, composition: { Ti: 1, O: 2 }, source: CRYSTAL },
  { name: "WO3", densityGPerCm3: 7.16, composition: { W: 1, O: 3 }, source: CRYSTAL },
  { name: "Al2O3", densityGPerCm3: 3.95, composition: { Al: 2, O: 3 }, source: CRYSTAL },
  {
    name: "SiO2",
    densityGPerCm3: 2.2,
    composition: { Si: 1, O: 2 },
    source: "density of the glass, as flames give it",
  },
  { name: "ZrO2", densityGPerCm3: 6.1, composition: { Zr: 1, O: 2 }, source: CRYSTAL },
  { name: "CeO2", densityGPerCm3: 7.22, composition: { Ce: 1, O: 2 }, source: CRYSTAL },
  { name: "ZnO", densityGPerCm3: 5.61, composition: { Zn: 1, O: 1 }, source: CRYSTAL },
  { name: "Au", densityGPerCm3: 19.3, composition: { Au: 1 }, source: CRYSTAL },
  { name: "Pt", densityGPerCm3: 21.45, composition: { Pt: 1 }, source: CRYSTAL },
  { name: "C", densityGPerCm3: 2.0, composition: { C: 1 }, source: "amorphous, as support films are" },
];

/**
 * Finds a material by its name among the shipped ones and the user's own, which come first.
 *
 * @param name exact name, such as "WO3"
 * @param ownMaterials the user's additions; one with a shipped name replaces it
 * @returns the material
 * @throws RangeError naming the materials that were probably meant, or all
 * @example
 * import { findMaterial } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * expect(findMaterial("WO3").densityGPerCm3).toBe(7.16);
 * expect(() => findMaterial("TiO2")).toThrow("got TiO2; known as TiO2: TiO2-anatase, TiO2-rutile");
 */
export function findMaterial(name: string, ownMaterials: readonly Material[] = []): Material {
  const known = [...ownMaterials, ...MATERIALS];
  const found = known.find((material) => material.name === name);
  if (found) return found;
  const names = [...new Set(known.map((material) => material.name))].join(", ");
  const meant = known.filter((material) => isMaterial(material, name)).map((material) => material.name);
  const hint = meant.length === 0 ? "" : `; known as ${name}: ${[...new Set(meant)].join(", ")}`;
  throw rangeError({ action: "find material" }, `name must be one of ${names}`, `${name}${hint}`);
}

/**
 * Whether a word names a material, if not exactly: its formula, its name in other capitals, or one of its elements but oxygen.
 *
 * @param material a material
 * @param word what somebody called it
 * @returns true where it could be meant
 */
export function isMaterial(material: Material, word: string): boolean {
  const isElement = word !== "O" && Object.hasOwn(material.composition, word);
  return formulaOf(material) === word || material.name.toLowerCase() === word.toLowerCase() || isElement;
}

/**
 * The formula of a material, such as "TiO2".
 *
 * @param material a material
 * @returns elements in the order of its composition, with their numbers where these are not 1
 */
export function formulaOf({ composition }: Material): string {
  return Object.entries(composition)
    .map(([element, count]) => (count === 1 ? element : `${element}${count}`))
    .join("");
}
