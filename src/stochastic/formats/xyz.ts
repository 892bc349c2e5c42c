import type { Aggregate } from "../aggregate.ts";
import { aggregateOfRows, readError } from "./particle-table.ts";
import type { ReadAggregateOptions } from "./particle-table.ts";

/**
 * Writes an aggregate as extended XYZ, as OVITO and ASE read it; lengths in nm.
 *
 * @param aggregate spheres of two materials
 * @returns the file's text
 * @example
 * import { sphereAggregate } from "../src/stochastic/aggregate.ts";
 * import { writeXyz } from "../src/stochastic/index.ts";
 * import { expect } from "vitest";
 * const text = writeXyz(sphereAggregate([{ x: 0, y: 0, z: 0, radiusNm: 5, materialIndex: 1 }]));
 * expect(text.split("\n")[2]).toBe("WO3 0 0 0 5");
 */
export function writeXyz(aggregate: Aggregate): string {
  const { centersNm: c, radiiNm: r, materialIndices, materials, particleCount } = aggregate;
  const lines = [String(particleCount), 'Properties=species:S:1:pos:R:3:radius:R:1 pbc="F F F" units="nm"'];
  for (let i = 0; i < particleCount; i++) {
    const { name } = materials[materialIndices[i]];
    lines.push(`${name} ${c[3 * i]} ${c[3 * i + 1]} ${c[3 * i + 2]} ${r[i]}`);
  }
  return `${lines.join("\n")}\n`;
}

/** Where the columns of an XYZ line are. */
interface XyzColumns {
  readonly species: number;
  readonly position: number;
  readonly radius: number;
  readonly count: number;
}

/**
 * Reads extended XYZ, or plain XYZ with the radius as fifth column; the first frame of several.
 *
 * @throws SyntaxError with file, line, wanted and got
 * @example
 * import { readXyz } from "../src/stochastic/formats/xyz.ts";
 * import { expect } from "vitest";
 * const read = () => readXyz("2\n\nWO3 0 0 0 5\nWO3 0 0 x 5\n", { where: "pair.xyz" });
 * expect(read).toThrow('Cannot read aggregate: z must be a number, got "x" (pair.xyz, line 4)');
 */
export function readXyz(text: string, options: ReadAggregateOptions): Aggregate {
  const lines = text.split(/\r?\n/);
  const count = Number(lines[0]);
  if (!Number.isInteger(count) || count < 1) {
    throw readError(options.where, 1, "first line must be the number of particles", `"${lines[0]}"`);
  }
  const columns = columnsOf(lines[1] ?? "", options.where);
  const rows = Array.from({ length: count }, (_, k) => {
    const lineNumber = k + 3;
    const line = lines[lineNumber - 1];
    if (line === undefined || line.trim() === "") {
      throw readError(options.where, lineNumber, `${count} particles must follow`, `${k}`);
    }
    const fields = line.trim().split(/\s+/);
    if (fields.length < columns.count) {
      const wanted = `particle must have ${columns.count} columns with species, x, y, z and radius`;
      throw readError(options.where, lineNumber, wanted, `${fields.length}`);
    }
    const [x, y, z] = fields.slice(columns.position);
    return { lineNumber, x, y, z, radius: fields[columns.radius], material: fields[columns.species] };
  });
  return aggregateOfRows(rows, options);
}

/** Properties=name:type:width triples of the comment line; species, position, radius in this order without. */
function columnsOf(comment: string, where: string): XyzColumns {
  const properties = /Properties="?([^\s"]+)/i.exec(comment)?.[1];
  if (properties === undefined) return { species: 0, position: 1, radius: 4, count: 5 };
  const starts = new Map<string, number>();
  const fields = properties.split(":");
  let next = 0;
  for (let k = 0; k + 2 < fields.length; k += 3) {
    starts.set(fields[k].toLowerCase(), next);
    next += Number(fields[k + 2]);
  }
  const [species, position, radius] = [starts.get("species"), starts.get("pos"), starts.get("radius")];
  if (species === undefined || position === undefined || radius === undefined) {
    throw readError(where, 2, "Properties must name species, pos and radius", properties);
  }
  return { species, position, radius, count: next };
}
