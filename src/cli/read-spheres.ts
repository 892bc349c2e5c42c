import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { findMaterial } from "../core/index.ts";
import type { Material } from "../core/index.ts";
import { sphereAggregate } from "../stochastic/index.ts";
import type { Aggregate, Sphere } from "../stochastic/index.ts";
import { UsageError } from "./usage-error.ts";

/**
 * Reads anyone's spheres: XYZ (count, comment, then lines "material x y z radius") or a table "x y z radius material"
 * with or without a header; lengths in nm, commas or spaces between columns.
 *
 * @param path file on disk
 * @returns the aggregate, its centre of volume at the origin
 * @throws UsageError naming file and line
 */
export function readSpheres(path: string): Aggregate {
  return parseSpheres(readText(path), path);
}

/**
 * Parses the text of a sphere file; see readSpheres.
 *
 * @param text XYZ or table
 * @param path name for the messages
 * @returns the aggregate
 * @throws UsageError naming file and line
 */
export function parseSpheres(text: string, path: string): Aggregate {
  const lines = text.split(/\r?\n/);
  const isXyz = /^\s*\d+\s*$/.test(lines[0] ?? "");
  const rows = lines
    .map((line, index) => ({ words: line.trim().split(/[\s,;]+/), number: index + 1 }))
    .slice(isXyz ? 2 : 0)
    .filter(({ words }) => words[0] !== "" && !words[0].startsWith("#"))
    .filter(({ words, number }) => isXyz || number > 1 || Number.isFinite(Number(words[0])));
  const read = rows.map(({ words, number }) => parseRow(isXyz, words, `${path}:${number}`));
  if (read.length === 0) throw problem("file must hold spheres", "none", path);
  if (isXyz && read.length !== Number(lines[0])) {
    throw problem(
      `file must hold the ${lines[0].trim()} spheres of its first line`,
      String(read.length),
      path,
    );
  }
  const names = [...new Set(read.map(({ material }) => material))];
  const spheres = read.map(({ material, ...sphere }) => ({
    ...sphere,
    materialIndex: names.indexOf(material),
  }));
  return sphereAggregate(spheres, twoMaterials(names, path));
}

type Row = Omit<Sphere, "materialIndex"> & { readonly material: string };

function parseRow(isXyz: boolean, words: readonly string[], where: string): Row {
  const order = isXyz ? "material x y z radius" : "x y z radius material";
  const material = isXyz ? words[0] : words[4];
  const [x, y, z, radiusNm] = (isXyz ? words.slice(1) : words).slice(0, 4).map(Number);
  const isComplete = words.length >= 5 && [x, y, z, radiusNm].every(Number.isFinite);
  if (!isComplete) throw problem(`line must be "${order}" in nm`, words.join(" "), where);
  if (radiusNm <= 0) throw problem("radius must be above 0 nm", String(radiusNm), where);
  return { x, y, z, radiusNm, material };
}

/** An aggregate has two materials; spheres of one material leave the second without particles. */
function twoMaterials(names: readonly string[], path: string): readonly [Material, Material] {
  if (names.length > 2) throw problem("spheres must be of one or two materials", names.join(", "), path);
  try {
    return [findMaterial(names[0]), findMaterial(names[1] ?? names[0])];
  } catch (error) {
    throw new UsageError(`${(error as Error).message} (${path})`, { cause: error });
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code === "ENOENT" ? "no such file" : String(cause);
    throw new UsageError(`Cannot read spheres: wanted a file, got ${reason} (${path})`, { cause });
  }
}

function problem(wanted: string, got: string, where: string): UsageError {
  return new UsageError(`Cannot read spheres: ${wanted}, got ${got} (${where})`);
}

/** Name of a file without folder and ending, for the files made from it. */
export function stem(path: string): string {
  return basename(path).replace(/\.[^.]*$/, "");
}
