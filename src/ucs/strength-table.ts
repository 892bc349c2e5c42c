import { rangeError, readDelimited, type TableLine } from "../core/index.ts";

/** One image of a specimen. */
export interface ImageEntry {
  /** Path as the table has it. */
  readonly image: string;
  /** Line of the table, from 1. */
  readonly line: number;
  /** Setting of the microscope, from the column of that name; null where there is none. */
  readonly setting: string | null;
}

/** A specimen: its images, its lot and what was measured on it. */
export interface SpecimenEntry {
  readonly name: string;
  /** Specimens of a lot resemble each other: they are held out together. */
  readonly lot: string;
  /** In the table's unit; NaN in a table to be predicted. */
  readonly strength: number;
  readonly images: readonly ImageEntry[];
}

/** Specimens as a user's table names them. */
export interface StrengthTable {
  readonly fileName: string;
  readonly target: string;
  /** As in brackets behind the column's name; null where there is none. */
  readonly unit: string | null;
  readonly specimens: readonly SpecimenEntry[];
}

/** How a table is read. */
export interface TableOptions {
  readonly fileName: string;
  readonly target?: string;
  readonly lot?: string;
  readonly isTargetNeeded?: boolean;
}

/**
 * Reads a table of images and strengths: columns image, strength (or another target), and where there are such, specimen, lot
 * and setting (of the microscope).
 *
 * Without a specimen column every image is a specimen; without a lot column every specimen is a lot.
 *
 * @param text CSV with a heading
 * @param options.fileName for error texts
 * @param options.target column that is learnt, "strength" by default
 * @param options.lot column whose values are held out together, "lot" by default; "image" holds out image by image
 * @param options.isTargetNeeded false for a table to be predicted: its strengths may be missing, and are NaN then
 * @returns specimens in order of appearance
 * @throws RangeError naming the line and image of a number that is missing or no number, of an image that comes twice, of a
 *   specimen with two lots or strengths
 * @example
 * import { readStrengthTable } from "../src/ucs/index.ts";
 * import { expect } from "vitest";
 * const text = "image,specimen,lot,strength [MPa]\na.png,s1,A,12\nb.png,s1,A,12\nc.png,s2,B,9\n";
 * const { specimens, unit } = readStrengthTable(text, { fileName: "strengths.csv" });
 * expect(unit).toBe("MPa");
 * expect(specimens[0].images.map(({ image }) => image)).toEqual(["a.png", "b.png"]);
 */
export function readStrengthTable(text: string, options: TableOptions): StrengthTable {
  const { fileName, target = "strength", isTargetNeeded = true } = options;
  const [column, lotColumn] = [target.toLowerCase(), (options.lot ?? "lot").toLowerCase()];
  const columns = [
    "image",
    ...(isTargetNeeded ? [column] : []),
    ...(options.lot === undefined ? [] : [lotColumn]),
  ];
  const { units, lines } = readDelimited(text, { fileName, action: "read strengths", columns });
  if (lines.length === 0) throw tableError(fileName, "table must have lines", "a heading alone");
  const specimens = new Map<string, SpecimenEntry>();
  const lineOfImage = new Map<string, number>();
  for (const entry of lines) {
    const { image, specimen, lot } = namesOf(entry, lotColumn, fileName);
    const where = `${fileName} line ${entry.line}, image ${image}`;
    const earlier = lineOfImage.get(image);
    if (earlier !== undefined) {
      throw tableError(where, "an image must come once", `it in line ${earlier} too`);
    }
    lineOfImage.set(image, entry.line);
    const strength =
      isTargetNeeded || (entry.cells.get(column) ?? "") !== "" ? numberOf(entry, column, where) : NaN;
    addTo(
      specimens,
      {
        name: specimen,
        lot,
        strength,
        images: [{ image, line: entry.line, setting: entry.cells.get("setting") ?? null }],
      },
      where,
    );
  }
  return { fileName, target: column, unit: units.get(column) ?? null, specimens: [...specimens.values()] };
}

function tableError(where: string, wanted: string, got: string): RangeError {
  return rangeError({ action: "read strengths", where }, wanted, got);
}

function namesOf({ line, cells }: TableLine, lotColumn: string, fileName: string) {
  const image = cells.get("image") ?? "";
  if (image === "") throw tableError(`${fileName} line ${line}`, "image must be a path", "nothing");
  const specimen = cells.get("specimen") || image;
  return { image, specimen, lot: cells.get(lotColumn) || specimen };
}

function numberOf({ cells }: TableLine, column: string, where: string): number {
  const text = cells.get(column) ?? "";
  const value = Number(text);
  if (text !== "" && Number.isFinite(value)) return value;
  throw tableError(where, `${column} must be a number`, text === "" ? "nothing" : JSON.stringify(text));
}

function addTo(specimens: Map<string, SpecimenEntry>, next: SpecimenEntry, where: string): void {
  const known = specimens.get(next.name);
  if (known !== undefined && known.lot !== next.lot) {
    throw tableError(where, `specimen ${next.name} must be of one lot`, `${known.lot} and ${next.lot}`);
  }
  if (known !== undefined && !Object.is(known.strength, next.strength)) {
    const got = `${known.strength} and ${next.strength}`;
    throw tableError(where, `specimen ${next.name} must have one measured value`, got);
  }
  specimens.set(
    next.name,
    known === undefined ? next : { ...known, images: [...known.images, ...next.images] },
  );
}
