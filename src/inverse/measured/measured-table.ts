import {
  checkFileName,
  rangeError,
  readDelimited,
  usageError,
  type TableLine,
  type TextTable,
} from "../../core/index.ts";
import { quantityOfColumn, type MeasuredQuantity } from "./measured-quantity.ts";

/** An image of a table, and what was measured on it. */
export interface MeasuredRow {
  /** Path below the table's folder, as the table has it. */
  readonly image: string;
  /** Line of the table, from 1. */
  readonly line: number;
  /** Images of one specimen stay on one side of a split; the image's own path where the table has no groups. */
  readonly group: string;
  /** Over the one in the file; null where the table has none. */
  readonly pixelSizeNm: number | null;
  /** One number for each quantity, in their order. */
  readonly values: readonly number[];
}

/** Images with measured truths, as a table names them. */
export interface MeasuredTable {
  readonly fileName: string;
  readonly quantities: readonly MeasuredQuantity[];
  readonly hasGroups: boolean;
  readonly rows: readonly MeasuredRow[];
}

/** Columns that are no quantities. */
const IMAGE = "image";
const GROUP = "group";
const PIXEL_SIZE = "pixel_size_nm";

const ACTION = "read table of images";

/**
 * Reads a table of images and numbers: the column image, with paths below the table's folder, and a column for each number; where there are
 * such, group (the specimen) and pixel_size_nm.
 *
 * @param text CSV with a heading
 * @param options.fileName for error texts
 * @param options.targets columns of the quantities; all that are neither image, group nor pixel_size_nm by default
 * @returns quantities and rows, in the order of the table
 * @throws UsageError where a column is missing, comes twice or is no quantity
 * @throws RangeError naming line and column of a path that leads out of the folder, of an image that comes twice, and of what is no number
 * @example
 * import { readMeasuredTable } from "../src/inverse/index.ts";
 * import { expect } from "vitest";
 * const text = "image,radius_nm,group\na.png,4.5,s1\nb.png,6,s2\n";
 * const { quantities, rows } = readMeasuredTable(text, { fileName: "images.csv" });
 * expect(quantities.map(({ label, unit }) => `${label} [${unit}]`)).toEqual(["radius [nm]"]);
 * expect(rows[1]).toEqual({ image: "b.png", line: 3, group: "s2", pixelSizeNm: null, values: [6] });
 */
export function readMeasuredTable(
  text: string,
  { fileName, targets }: { readonly fileName: string; readonly targets?: readonly string[] | undefined },
): MeasuredTable {
  const table = readDelimited(text, { fileName, action: ACTION, columns: [IMAGE] });
  const keys = targetsOf(table, fileName, targets);
  const quantities = keys.map((key) => quantityOfColumn(key, table.units.get(key) ?? null));
  const lineOfImage = new Map<string, number>();
  const rows = table.lines.map((entry) => {
    const row = rowOf(entry, keys, fileName);
    const earlier = lineOfImage.get(row.image);
    if (earlier !== undefined) {
      throw wrongCell(
        { fileName, line: row.line, column: IMAGE },
        "an image must come once",
        `${row.image} in line ${earlier} too`,
      );
    }
    lineOfImage.set(row.image, row.line);
    return row;
  });
  return { fileName, quantities, hasGroups: table.columns.includes(GROUP), rows };
}

function targetsOf(
  { columns }: TextTable,
  fileName: string,
  wanted: readonly string[] | undefined,
): readonly string[] {
  const possible = columns.filter((name) => ![IMAGE, GROUP, PIXEL_SIZE].includes(name));
  const keys = wanted?.map((name) => name.toLowerCase()) ?? possible;
  const isOnce = (key: string) => possible.filter((name) => name === key).length === 1;
  const odd = keys.find((key) => !isOnce(key) || keys.indexOf(key) !== keys.lastIndexOf(key));
  if (keys.length > 0 && odd === undefined) return keys;
  throw usageError(
    { action: ACTION, where: fileName },
    `every quantity must be one column, of ${possible.join(", ") || "which the table has none"}`,
    odd ?? "no column of numbers",
  );
}

/** A cell, for errors. */
interface Cell {
  readonly fileName: string;
  readonly line: number;
  readonly column: string;
}

function rowOf({ line, cells }: TableLine, keys: readonly string[], fileName: string): MeasuredRow {
  const at = (column: string): Cell => ({ fileName, line, column });
  const image = checkFileName(cells.get(IMAGE) ?? "", {
    action: ACTION,
    where: whereOf(at(IMAGE)),
    allowsFolders: true,
  });
  const pixels = cells.get(PIXEL_SIZE);
  return {
    image,
    line,
    group: groupOf(cells.get(GROUP), image, at(GROUP)),
    pixelSizeNm: pixels === undefined ? null : lengthIn(pixels, at(PIXEL_SIZE)),
    values: keys.map((key) => numberIn(cells.get(key) ?? "", at(key))),
  };
}

function groupOf(text: string | undefined, image: string, cell: Cell): string {
  if (text === undefined) return image;
  if (text !== "") return text;
  throw wrongCell(cell, "every image must have a group", "nothing");
}

function numberIn(text: string, cell: Cell): number {
  const value = Number(text);
  if (text !== "" && Number.isFinite(value)) return value;
  throw wrongCell(cell, "must be a number", text === "" ? "nothing" : JSON.stringify(text));
}

function lengthIn(text: string, cell: Cell): number {
  const value = numberIn(text, cell);
  if (value > 0) return value;
  throw wrongCell(cell, "must be above 0 nm", text);
}

const whereOf = ({ fileName, line, column }: Cell) => `${fileName} line ${line}, column ${column}`;

function wrongCell(cell: Cell, wanted: string, got: string): RangeError {
  return rangeError({ action: ACTION, where: whereOf(cell) }, wanted, got);
}
