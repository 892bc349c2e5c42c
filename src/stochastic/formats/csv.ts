import { cellsOfLine, csvText } from "../../core/index.ts";
import type { Aggregate } from "../aggregate.ts";
import { aggregateOfRows, readError } from "./particle-table.ts";
import type { ReadAggregateOptions } from "./particle-table.ts";

/**
 * Writes an aggregate as CSV with units in the header.
 *
 * @param aggregate spheres of two materials
 * @returns the file's text: x_nm, y_nm, z_nm, radius_nm, material
 * @example
 * import { sphereAggregate } from "../src/stochastic/aggregate.ts";
 * import { writeCsv } from "../src/stochastic/index.ts";
 * import { expect } from "vitest";
 * const text = writeCsv(sphereAggregate([{ x: 0, y: 0, z: 0, radiusNm: 5, materialIndex: 1 }]));
 * expect(text).toBe("x_nm,y_nm,z_nm,radius_nm,material\n0,0,0,5,WO3\n");
 */
export function writeCsv(aggregate: Aggregate): string {
  const { centersNm: c, radiiNm: r, materialIndices, materials } = aggregate;
  const rows = Array.from(r, (radius, i) => [
    ...c.slice(3 * i, 3 * i + 3),
    radius,
    materials[materialIndices[i]].name,
  ]);
  return csvText([["x_nm", "y_nm", "z_nm", "radius_nm", "material"], ...rows]);
}

/** Column names that are understood, without unit suffix. */
const COLUMN_NAMES: Readonly<Record<string, readonly string[]>> = {
  x: ["x"],
  y: ["y"],
  z: ["z"],
  radius: ["radius", "r"],
  material: ["material", "species", "type"],
};

/**
 * Reads particles from a table: comma, semicolon or blank separated, with a header or as x y z r [material].
 *
 * Headers may carry the unit, as in radius_nm or "radius [nm]"; FracVAL's .dat files have no header. Lines
 * that start with # are skipped.
 *
 * @throws SyntaxError with file, line, wanted and got
 * @example
 * import { readCsv } from "../src/stochastic/formats/csv.ts";
 * import { expect } from "vitest";
 * expect(readCsv("0 0 0 5\n10 0 0 5\n", { where: "fracval.dat" }).particleCount).toBe(2);
 */
export function readCsv(text: string, options: ReadAggregateOptions): Aggregate {
  const lines = text
    .split(/\r?\n/)
    .map((line, k) => ({ lineNumber: k + 1, line: line.trim() }))
    .filter(({ line }) => line !== "" && !line.startsWith("#"));
  const [first] = lines;
  if (first === undefined)
    throw readError(options.where, null, "file must hold at least one particle", "none");
  const hasHeader = cellsOfLine(first.line).some((field) => /^[a-z]/i.test(field) && /^[xyzr]/i.test(field));
  const header = hasHeader ? headerColumns(first.line, first.lineNumber, options.where) : null;
  const columns = header ?? { x: 0, y: 1, z: 2, radius: 3, material: 4 };
  const rows = lines.slice(hasHeader ? 1 : 0).map(({ line, lineNumber }) => {
    const fields = cellsOfLine(line);
    if (fields.length <= Math.max(columns.x, columns.y, columns.z, columns.radius)) {
      throw readError(options.where, lineNumber, "particle must have x, y, z and radius", `"${line}"`);
    }
    const material = fields[columns.material];
    return {
      lineNumber,
      x: fields[columns.x],
      y: fields[columns.y],
      z: fields[columns.z],
      radius: fields[columns.radius],
      ...(material === undefined ? {} : { material }),
    };
  });
  return aggregateOfRows(rows, options);
}

interface CsvColumns {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly radius: number;
  readonly material: number;
}

function headerColumns(line: string, lineNumber: number, where: string): CsvColumns {
  const names = cellsOfLine(line).map((name) => name.toLowerCase().replace(/(_nm|\s*\[.*\])$/, ""));
  const indexOf = (key: string) => names.findIndex((name) => COLUMN_NAMES[key].includes(name));
  const columns = {
    x: indexOf("x"),
    y: indexOf("y"),
    z: indexOf("z"),
    radius: indexOf("radius"),
    material: indexOf("material"),
  };
  for (const key of ["x", "y", "z", "radius"] as const) {
    if (columns[key] < 0) throw readError(where, lineNumber, `header must name ${key}`, `"${line}"`);
  }
  return columns;
}
