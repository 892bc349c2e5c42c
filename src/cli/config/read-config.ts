import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { z } from "zod";
import { failureText, UsageError, visibleText } from "../../core/index.ts";
import type { CommandContext } from "../command.ts";
import { readYaml } from "./read-yaml.ts";

/** Where recipes are that ship with the package, and where a note is printed. */
export type ConfigContext = Pick<CommandContext, "packageFolder" | "progress">;

/**
 * Reads a recipe of any kind: a file, else one that ships with the package, by its name or path there, with a note.
 *
 * @throws UsageError with file, line and column of each problem; for a missing file with the names of those that ship
 */
export function readConfig<T>(path: string, schema: z.ZodType<T>, context: ConfigContext): T {
  return readYaml(findConfig(path, context, schema), schema);
}

/**
 * The path of a recipe: its own where a file is there, else that of one that ships, with a note.
 *
 * @param schema what the recipe must be, for the list of those that ship
 * @throws UsageError naming those that ship
 */
export function findConfig(
  path: string,
  { packageFolder, progress }: ConfigContext,
  schema: z.ZodType,
): string {
  if (isFile(path)) return path;
  const shipped = shippedConfig(path, packageFolder);
  if (shipped !== null) {
    progress.write(`Note: no file ${path} here, taking the one that ships with the package (${shipped})\n`);
    return shipped;
  }
  const failure = failureText(
    { action: "read recipe", where: visibleText(path) },
    "wanted a YAML file",
    "no such file",
  );
  throw new UsageError(`${failure}; ${shippedHint(path, packageFolder, schema)}`);
}

/** The names of recipes that ship, of those that fit a schema, and which of them was probably meant. */
export function shippedHint(path: string, packageFolder: string, schema: z.ZodType): string {
  const files = shippedNames(packageFolder);
  const names = files.filter((name) => isOfKind(join(packageFolder, "configs", name), schema)).map(shortName);
  const meant = names.filter((name) => editDistance(shortName(path), name) <= 3);
  const question = meant.length === 0 ? "" : `; did you mean ${meant.join(" or ")}?`;
  return `recipes that ship are ${names.join(", ")}${question}`;
}

/** The path of a recipe that ships, by its name, or its path from the package on; null where none is meant. */
export function shippedConfig(path: string, packageFolder: string): string | null {
  const name = shippedNames(packageFolder).find((file) => shortName(file) === shortName(path));
  return name === undefined ? null : join(packageFolder, "configs", name);
}

function shippedNames(packageFolder: string): string[] {
  const names = readdirSync(join(packageFolder, "configs"), { recursive: true, encoding: "utf8" });
  return names.filter((name) => /\.ya?ml$/.test(name)).sort();
}

/** "tio2-wo3" of "configs/tio2-wo3.yaml", "segment/ebc" of "./configs/segment/ebc.yaml". */
function shortName(path: string): string {
  return path
    .replaceAll("\\", "/")
    .replace(/^(?:\.\/)?(?:configs\/)?/, "")
    .replace(/\.ya?ml$/, "");
}

/** Names that no file can have, by their length or a NUL in them, are those of none. */
function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function isOfKind(path: string, schema: z.ZodType): boolean {
  return schema.safeParse(parse(readFileSync(path, "utf8"))).success;
}

/** Letters to put in, take out or change to make one word of another (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (const [i, letter] of [...a].entries()) {
    const above = row;
    row = [i + 1];
    for (let j = 0; j < b.length; j++) {
      row.push(Math.min(above[j + 1] + 1, row[j] + 1, above[j] + (letter === b[j] ? 0 : 1)));
    }
  }
  return row[b.length];
}
