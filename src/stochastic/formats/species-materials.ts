import { findMaterial, isMaterial, type Material } from "../../core/index.ts";
import { readError } from "./read-error.ts";

/** What is known of the materials beside the file. */
export interface KnownMaterials {
  /** One or two materials that the particles are of; by default those that the file names. */
  readonly materials?: readonly Material[] | undefined;
  /** The user's additions to the library. */
  readonly ownMaterials?: readonly Material[] | undefined;
}

/** Which material each species of a file is. */
export interface SpeciesMaterials {
  readonly materials: readonly [Material, Material];
  /** Index into `materials` by the species' name in the file; "" where the file has none. */
  readonly indexOf: ReadonlyMap<string, number>;
  readonly notes: readonly string[];
}

/**
 * Finds the materials of a file's species: those that the caller states, in their order, else those that the file names.
 *
 * @param species at most two different names, in the order in which the file has them; [""] where it names none
 * @throws SyntaxError for names that are unknown, and for bare type numbers, without stated materials
 */
export function materialsOfSpecies(
  species: readonly string[],
  known: KnownMaterials,
  where: string,
): SpeciesMaterials {
  // one's own materials are meant where nothing else is said, if there are no more than two
  const { ownMaterials: own = [], materials = own.length === 1 || own.length === 2 ? own : undefined } =
    known;
  if (species.every((name) => name === "")) return oneMaterial(materials);
  const stated = known.materials ?? (species.every(isTypeNumber) ? materials : undefined);
  if (stated !== undefined) return statedMaterials(species, stated, where);
  const found = species.map((name) => materialNamed(name, known, where));
  return { materials: paired(found), indexOf: new Map(species.map((name, k) => [name, k])), notes: [] };
}

function oneMaterial(materials: readonly Material[] | undefined): SpeciesMaterials {
  const [first, second] = materials ?? [findMaterial("TiO2-anatase")];
  const assumed = `file names no material: taken for ${first.name}, which sets mass, specific surface and intensities; name it with --materials`;
  const all = `file names no material: all particles are ${first.name}`;
  const notes = materials === undefined ? [assumed] : second === undefined ? [] : [all];
  return { materials: paired(materials ?? [first]), indexOf: new Map([["", 0]]), notes };
}

/** Two materials, the second without particles where there is one. */
function paired([first, second]: readonly Material[]): readonly [Material, Material] {
  return [first, second ?? findMaterial(first.name === "WO3" ? "TiO2-anatase" : "WO3")];
}

function materialNamed(name: string, { ownMaterials = [] }: KnownMaterials, where: string): Material {
  if (isTypeNumber(name)) {
    throw readError(where, null, "types must be named, such as --materials TiO2-anatase,WO3", `type ${name}`);
  }
  try {
    return findMaterial(name, ownMaterials);
  } catch (error) {
    const wanted = "materials must be known, or named in the file's order with --materials";
    const hint = /; known as .*$/.exec((error as Error).message)?.[0] ?? "";
    const remedy = hint === "" ? '; "heterostem materials" lists those known' : hint;
    throw readError(where, null, wanted, `${name === "" ? "no name" : name}${remedy}`);
  }
}

const isTypeNumber = (name: string) => /^\d+$/.test(name);

function statedMaterials(
  species: readonly string[],
  stated: readonly Material[],
  where: string,
): SpeciesMaterials {
  if (species.length > stated.length) {
    const wanted = `--materials must name one for each of ${species.join(" and ")}`;
    throw readError(where, null, wanted, stated.map(({ name }) => name).join(", "));
  }
  const indexOf = species.every(isTypeNumber) ? orderOfTypes(species, stated) : orderOfNames(species, stated);
  const pairs = [...indexOf]
    .sort(([, a], [, b]) => a - b)
    .map(([name, k]) => [name, stated[k].name] as const);
  const isExact = pairs.every(([name, material]) => name === material);
  const note = pairs.map(([name, material]) => `${name} is taken as ${material}`).join(", ");
  return { materials: paired(stated), indexOf, notes: isExact ? [] : [note] };
}

/** Type numbers rise with the order of the materials; a lone 2 of two is the second. */
function orderOfTypes(species: readonly string[], stated: readonly Material[]): Map<string, number> {
  const sorted = species.toSorted((a, b) => Number(a) - Number(b));
  if (species.length === 1 && stated.length === 2)
    return new Map([[species[0], Number(species[0]) === 2 ? 1 : 0]]);
  return new Map(sorted.map((name, k) => [name, k]));
}

/** Names that mean a material keep its place; the others take the places that are left, in their order. */
function orderOfNames(species: readonly string[], stated: readonly Material[]): Map<string, number> {
  const indexOf = new Map<string, number>();
  for (const isMeant of [(m: Material, name: string) => m.name === name, isMaterial]) {
    for (const name of species) {
      const meant = stated.flatMap((material, k) => (isMeant(material, name) ? [k] : []));
      const isTaken = [...indexOf.values()].includes(meant[0]);
      if (!indexOf.has(name) && meant.length === 1 && !isTaken) indexOf.set(name, meant[0]);
    }
  }
  const free = stated.map((_, k) => k).filter((k) => ![...indexOf.values()].includes(k));
  for (const name of species) if (!indexOf.has(name)) indexOf.set(name, free.shift() ?? 0);
  return indexOf;
}
