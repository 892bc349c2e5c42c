import type { z } from "zod";
import { failureText, type CheckContext } from "./checks.ts";
import { visibleText } from "./visible-text.ts";

/** Longest piece of a foreign value that an error repeats. */
const SHOWN = 60;

/**
 * Reads JSON that came from a file, and checks that it holds what it must: no value of a foreign file is used before.
 *
 * @param text the file's text
 * @param schema what it must hold; keys that the schema does not name are dropped unless it is loose
 * @param context action and file for the error
 * @returns the checked value
 * @throws SyntaxError where the text is no JSON; TypeError naming the first key that is wrong, with what was wanted and got
 * @example
 * import { parseJson } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * import { z } from "zod";
 * const schema = z.object({ count: z.number() });
 * const context = { action: "open corpus", where: "manifest.json" };
 * expect(parseJson('{"count": 3}', schema, context)).toEqual({ count: 3 });
 * expect(() => parseJson('{"count": "3"}', schema, context)).toThrow(
 *   'Cannot open corpus: count must be a number, got "3" (manifest.json)',
 * );
 */
export function parseJson<T>(text: string, schema: z.ZodType<T>, context: CheckContext): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const got = text.trim() === "" ? "nothing" : visibleText(text.slice(0, SHOWN));
    throw new SyntaxError(failureText(context, "wanted valid JSON", got), { cause });
  }
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  const key = issue.path.length === 0 ? "the whole" : issue.path.map(String).join(".");
  throw new TypeError(failureText(context, `${key} must be ${wantedBy(issue)}`, shown(value, issue.path)));
}

const ARTICLES: Readonly<Record<string, string>> = { array: "a list", object: "a record", string: "a text" };

function wantedBy(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_type") return ARTICLES[issue.expected] ?? `a ${issue.expected}`;
  if (issue.code === "invalid_value") return issue.values.map(String).join(" or ");
  if (issue.code === "invalid_union" && "options" in issue && Array.isArray(issue.options)) {
    // a kind that may be left out counts undefined among its options
    return issue.options.filter((option) => option !== undefined && option !== null).join(" or ");
  }
  // a schema's own words say more than its numbers
  const hasOwnWords = !/^Too (?:small|big): /.test(issue.message);
  if (issue.code === "too_small" && !hasOwnWords)
    return issue.inclusive === false
      ? `above ${issue.minimum}`
      : `${issue.origin === "number" ? "" : "of length "}${issue.minimum} or more`;
  if (issue.code === "too_big" && !hasOwnWords)
    return `${issue.origin === "number" ? "" : "of length "}${issue.maximum} or less`;
  return issue.message.replace(/^(?:Invalid input: )?(?:expected |must be )?/, "");
}

function shown(value: unknown, path: readonly PropertyKey[]): string {
  const found = path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | null)?.[key], value);
  return found === undefined ? "nothing" : visibleText(JSON.stringify(found).slice(0, SHOWN));
}
