import { RE2JS } from "re2js";

/** Steps of a compiled pattern, each tried once at each character of a name: 10 ms for a name of 255 characters. */
const MAX_STEPS = 2000;
/** Characters of a pattern: longer ones take time to compile, before their steps can be counted. */
const MAX_LENGTH = 250;

/** What a pattern that a study brings must be, for the error of its schema. */
export const PATTERN_WORDS = `wanted a regular expression of at most ${MAX_LENGTH} characters and ${MAX_STEPS} steps, without (?=...), (?!...) and \\1`;

/** Whether a text is a pattern that `openNamePattern` takes. */
export function isNamePattern(text: string): boolean {
  if (text.length > MAX_LENGTH) return false;
  try {
    return RE2JS.compile(text).programSize() <= MAX_STEPS;
  } catch {
    return false;
  }
}

/**
 * A regular expression that finds names in time linear in their length, whatever it is: the language's own take years for
 * (a+)+$ and 60 characters. So it knows no looking ahead and no repetition of what was found.
 *
 * @param pattern that passed `isNamePattern`
 * @returns what was found in a name: its first parenthesis, or all of it where that found nothing; null without a match
 * @example
 * import { openNamePattern } from "../src/segment/data/name-pattern.ts";
 * import { expect } from "vitest";
 * expect(openNamePattern("^(spot\\d+)")("spot3_180d_2")).toBe("spot3");
 */
export function openNamePattern(pattern: string): (name: string) => string | null {
  const compiled = RE2JS.compile(pattern);
  return (name) => {
    const match = compiled.matcher(name);
    if (!match.find()) return null;
    return (match.groupCount() > 0 ? match.group(1) : null) ?? match.group(0);
  };
}
