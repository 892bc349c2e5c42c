import { expect, test } from "vitest";
import { segmentSchema } from "../../src/segment/segment-config.ts";
import { isNamePattern, openNamePattern } from "../../src/segment/data/name-pattern.ts";

/** As long as a name can be, and one character away from a match. */
const NAME = `${"a".repeat(254)}b`;
/** Of processor time, with the start of the engine [ms]; the language's own engine takes longer than a day. */
const LIMIT_MS = 500;

test("a pattern that backtracking never ends is answered in time linear in the name", () => {
  for (const pattern of ["^(a+)+$", "^(a|a)*$", "^(a*)*(a*)*$", "^((a|aa)+)+c", "(.*){400}c"]) {
    expect(isNamePattern(pattern), pattern).toBe(true);
    const before = process.cpuUsage();
    expect(openNamePattern(pattern)(NAME), pattern).toBeNull();
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000, pattern).toBeLessThan(LIMIT_MS);
  }
});

test("a name's group is the first parenthesis, or the whole match where that found nothing", () => {
  expect(openNamePattern("^(?:s|t)(\\d+)")("t12_3")).toBe("12");
  expect(openNamePattern("x(\\d+)?")("ax")).toBe("x");
  expect(openNamePattern("[a-z]+")("12ab3c")).toBe("ab");
  expect(openNamePattern("\\p{L}é$")("näé")).toBe("äé");
});

test("what a study may not bring is refused with what it may", () => {
  const data = { sets: [{ images: "a", labels: "b" }] };
  const patterns = ["(", "^(?!a)b", "(a)\\1", "(.*){1000}", "((a{100}){100}){100}", "a".repeat(251)];
  for (const pattern of patterns) {
    const read = segmentSchema.safeParse({ name: "x", data: { ...data, groups: { pattern } } });
    expect(read.error?.message, pattern).toContain(
      "wanted a regular expression of at most 250 characters and 2000 steps, without (?=...), (?!...) and \\\\1",
    );
  }
});
