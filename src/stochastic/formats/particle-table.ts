import { failureText, findMaterial } from "../../core/index.ts";
import type { Material } from "../../core/index.ts";
import { sphereAggregate } from "../aggregate.ts";
import type { Aggregate } from "../aggregate.ts";

/** One line of a particle file, as text, with its number for error texts. */
export interface ParticleRow {
  readonly lineNumber: number;
  readonly x: string;
  readonly y: string;
  readonly z: string;
  readonly radius: string;
  /** Name of the material; omitted in files of one material. */
  readonly material?: string;
}

/** What a reader may be told beside the text. */
export interface ReadAggregateOptions {
  /** Name of the file, for error texts. */
  readonly where: string;
  /** First and second material; by default those that the file names, else TiO2-anatase and WO3. */
  readonly materials?: readonly [Material, Material];
}

/** Turns checked rows into an aggregate; errors name file, line, what was wanted and what came. */
export function aggregateOfRows(rows: readonly ParticleRow[], options: ReadAggregateOptions): Aggregate {
  if (rows.length === 0) throw readError(options.where, null, "file must hold at least one particle", "none");
  const names: string[] = [];
  const spheres = rows.map((row) => {
    const number = (name: string, text: string) => finiteNumber(name, text, row.lineNumber, options.where);
    const radiusNm = number("radius", row.radius);
    if (radiusNm <= 0)
      throw readError(options.where, row.lineNumber, "radius must be above 0 nm", row.radius);
    const name = row.material ?? "";
    if (!names.includes(name)) names.push(name);
    if (names.length > 2) {
      throw readError(
        options.where,
        row.lineNumber,
        `materials must be two at most, ${names[0]} and ${names[1]}`,
        name,
      );
    }
    return {
      x: number("x", row.x),
      y: number("y", row.y),
      z: number("z", row.z),
      radiusNm,
      name,
    };
  });
  const materials = options.materials ?? materialsNamed(names, options.where);
  const order = indexOrder(names, materials);
  return sphereAggregate(
    spheres.map(({ name, ...sphere }) => ({ ...sphere, materialIndex: order.get(name) ?? 0 })),
    materials,
  );
}

/** Names that are known materials keep their own index; others take the places in the order in which they appear. */
function indexOrder(names: readonly string[], materials: readonly [Material, Material]): Map<string, number> {
  const byName = names.map((name) => materials.findIndex((material) => material.name === name));
  const isKnown = byName.every((index) => index >= 0);
  return new Map(names.map((name, k) => [name, isKnown ? byName[k] : k]));
}

function materialsNamed(names: readonly string[], where: string): readonly [Material, Material] {
  const named = names.filter((name) => name !== "");
  if (named.length === 0) return [findMaterial("TiO2-anatase"), findMaterial("WO3")];
  const found = named.map((name) => {
    try {
      return findMaterial(name);
    } catch {
      throw readError(where, null, "materials must be known to the suite or given by the caller", name);
    }
  });
  const other = findMaterial(named[0] === "WO3" ? "TiO2-anatase" : "WO3");
  return [found[0], found[1] ?? other];
}

function finiteNumber(name: string, text: string, lineNumber: number, where: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value)) return value;
  throw readError(where, lineNumber, `${name} must be a number`, `"${text}"`);
}

/** A SyntaxError in the house's order; line numbers count from 1, null where no line is to blame. */
export function readError(
  where: string,
  lineNumber: number | null,
  wanted: string,
  got: string,
): SyntaxError {
  const place = lineNumber === null ? where : `${where}, line ${lineNumber}`;
  return new SyntaxError(failureText({ action: "read aggregate", where: place }, wanted, got));
}
