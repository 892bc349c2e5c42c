/**
 * The entries of a record that have a value, for options that must be absent where nobody gave them.
 *
 * @param values values by name, undefined where there is none
 * @returns the same without the undefined ones
 * @example
 * import { definedPart } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * expect(Object.keys(definedPart({ dose: 3000, energy: undefined }))).toEqual(["dose"]);
 */
export function definedPart<Values extends object>(values: Values): DefinedPart<Values> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as DefinedPart<Values>;
}

type DefinedPart<Values> = { readonly [Name in keyof Values]?: Exclude<Values[Name], undefined> };
