import { rangeError } from "../core/index.ts";

/** Rows of named numbers: one row a specimen, one column a feature. */
export interface FeatureTable {
  /** Names of the columns, all different. */
  readonly names: readonly string[];
  readonly rowCount: number;
  /** [row, feature], row-major; single precision, as ONNX Runtime will see it. */
  readonly values: Float32Array;
}

/**
 * Makes a feature table from rows of numbers.
 *
 * @param names names of the columns, all different
 * @param rows one array a row, as long as `names`; finite
 * @returns the table, numbers rounded to single precision
 * @throws RangeError naming row and column of a number that is missing or not finite
 * @example
 * import { featureTable } from "../src/forest/index.ts";
 * import { expect } from "vitest";
 * expect(featureTable(["area", "contrast"], [[1, 2], [3, 4]]).values[2]).toBe(3);
 * expect(() => featureTable(["area"], [[1], [NaN]])).toThrow(
 *   "Cannot make feature table: values must be finite, got NaN (row 1, area)");
 */
export function featureTable(names: readonly string[], rows: readonly ArrayLike<number>[]): FeatureTable {
  const action = "make feature table";
  const values = new Float32Array(rows.length * names.length);
  rows.forEach((row, index) => {
    if (row.length !== names.length) {
      const wanted = `a row must have ${names.length} values`;
      throw rangeError({ action, where: `row ${index}` }, wanted, String(row.length));
    }
    values.set(row, index * names.length);
  });
  const table = { names, rowCount: rows.length, values };
  checkFeatureTable(table, action);
  return table;
}

/**
 * Checks that a table is complete: as many finite numbers as rows times columns, names all different.
 *
 * @throws RangeError naming row and column at fault
 */
export function checkFeatureTable(table: FeatureTable, action: string): void {
  const { names, rowCount, values } = table;
  const doubled = names.find((name, index) => names.indexOf(name) !== index);
  if (doubled !== undefined) {
    throw rangeError({ action }, "names of features must differ", `${doubled} twice`);
  }
  if (names.length === 0 || rowCount * names.length !== values.length) {
    const wanted = `values must be ${rowCount} rows of ${names.length} features, at least one`;
    throw rangeError({ action }, wanted, `${values.length} numbers`);
  }
  // numbers beyond single precision became infinite when they were stored
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong < 0) return;
  const where = `row ${Math.floor(wrong / names.length)}, ${names[wrong % names.length]}`;
  throw rangeError({ action, where }, "values must be finite", String(values[wrong]));
}
