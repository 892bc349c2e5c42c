import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { UsageError } from "../../core/index.ts";

/** The pixel size that a call states for an image file [nm]; undefined where that in the file holds. */
export type PixelSizeOf = (path: string) => number | undefined;

/**
 * The pixel sizes that the flags state: one for all images, or a table by name.
 *
 * @param flags "pixel-size" [nm] or "pixel-sizes", a CSV with the columns image and pixel size [nm]
 * @returns pixel size by path; names of the table are those of the files
 * @throws UsageError naming the table and its line where it is not readable, or an image that it does not list
 */
export function pixelSizes(flags: Readonly<Record<string, unknown>>): PixelSizeOf {
  const one = flags["pixel-size"] as number | undefined;
  const table = flags["pixel-sizes"] as string | undefined;
  if (table === undefined) return () => one;
  if (one !== undefined) throw wrong("wanted --pixel-size or --pixel-sizes", "both", table);
  if (!existsSync(table)) throw wrong("wanted a CSV file", "nothing", table);
  const [heading, ...lines] = readFileSync(table, "utf8").trim().split(/\r?\n/);
  if (heading !== "image,pixel size [nm]") {
    throw wrong("first line must be image,pixel size [nm]", heading, table);
  }
  const sizes = new Map(lines.map((line, i) => entryOf(line, `${table}, line ${i + 2}`)));
  return (path) => {
    const size = sizes.get(basename(path));
    if (size === undefined) throw wrong(`table must list ${basename(path)}`, `${sizes.size} others`, table);
    return size;
  };
}

function entryOf(line: string, where: string): [string, number] {
  const comma = line.lastIndexOf(",");
  const size = Number(line.slice(comma + 1));
  if (comma > 0 && Number.isFinite(size) && size > 0) return [line.slice(0, comma), size];
  throw wrong("line must be a name and a number above 0", line, where);
}

function wrong(wanted: string, got: string, where: string): UsageError {
  return new UsageError(`Cannot read pixel sizes: ${wanted}, got ${got} (${where})`);
}
