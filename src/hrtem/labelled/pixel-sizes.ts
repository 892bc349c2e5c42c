import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { readDelimited, type TableLine, UsageError, usageError } from "../../core/index.ts";

const COLUMNS = ["image", "pixel size [nm]"] as const;

/** The pixel size that a call states for an image file [nm]; undefined where that in the file holds. */
export type PixelSizeOf = (path: string) => number | undefined;

/** What the flags of a call say of pixel sizes. */
export interface PixelSizeFlags {
  /** One for all images [nm]. */
  readonly pixelSize: number | undefined;
  /** CSV file with the columns image and pixel size [nm]. */
  readonly pixelSizes: string | undefined;
}

/**
 * The pixel sizes that the flags state: one for all images, or a table by name.
 *
 * @returns pixel size by path; names of the table are those of the files
 * @throws UsageError naming the table and its line where it is not readable, or an image that it does not list
 */
export function pixelSizes({ pixelSize: one, pixelSizes: table }: PixelSizeFlags): PixelSizeOf {
  if (table === undefined) return () => one;
  if (one !== undefined) throw wrong("wanted --pixel-size or --pixel-sizes", "both", table);
  if (!existsSync(table)) throw wrong("wanted a CSV file", "nothing", table);
  const sizes = readSizes(table);
  return (path) => {
    const size = sizes.get(basename(path));
    if (size === undefined) throw wrong(`table must list ${basename(path)}`, `${sizes.size} others`, table);
    return size;
  };
}

function readSizes(fileName: string): Map<string, number> {
  const text = readFileSync(fileName, "utf8");
  try {
    const { lines } = readDelimited(text, { fileName, action: "read pixel sizes", columns: COLUMNS });
    return new Map(lines.map((line) => entryOf(line, fileName)));
  } catch (cause) {
    throw cause instanceof RangeError ? new UsageError(cause.message, { cause }) : cause;
  }
}

function entryOf({ line, cells }: TableLine, fileName: string): [string, number] {
  const [name, text] = COLUMNS.map((column) => cells.get(column) ?? "");
  const size = Number(text);
  if (name !== "" && Number.isFinite(size) && size > 0) return [name, size];
  throw wrong("line must be a name and a number above 0", `${name},${text}`, `${fileName}, line ${line}`);
}

function wrong(wanted: string, got: string, where: string): UsageError {
  return usageError({ action: "read pixel sizes", where }, wanted, got);
}
