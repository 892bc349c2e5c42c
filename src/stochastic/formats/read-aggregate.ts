import type { Aggregate } from "../aggregate.ts";
import { readCsv } from "./csv.ts";
import type { ReadAggregateOptions } from "./particle-table.ts";
import { readXyz } from "./xyz.ts";

/**
 * Reads an aggregate from text, by the ending of its file's name: .xyz or .extxyz, anything else as a table.
 *
 * @param text the file's text; lengths in nm
 * @param options name of the file; materials where the file does not name them
 * @returns the aggregate about its centre of volume
 * @throws SyntaxError with file, line, wanted and got
 * @example
 * import { readAggregate } from "../src/stochastic/index.ts";
 * import { expect } from "vitest";
 * expect(readAggregate("x,y,z,r\n1,2,3,4\n", { where: "one.csv" }).radiiNm[0]).toBe(4);
 */
export function readAggregate(text: string, options: ReadAggregateOptions): Aggregate {
  return /\.(ext)?xyz$/i.test(options.where) ? readXyz(text, options) : readCsv(text, options);
}
