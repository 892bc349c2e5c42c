import type { RandomStream } from "../src/core/index.ts";
import { mutated } from "./mutate-bytes.ts";

/** What numbers, names and values of a text file like to break on. */
const VALUES = [
  "0",
  "-1",
  "-0",
  "1e309",
  "-1e309",
  "1e-320",
  "NaN",
  "Infinity",
  "9007199254740993",
  "4294967296",
  "1e8",
  "0.1.2",
  "0x10",
  "1,5",
  "",
  "null",
  "true",
  "[]",
  "{}",
  '""',
  '"../../x"',
  '"C:x"',
  '"\\u0000"',
  '"__proto__"',
  "~",
  "&a",
  "*a",
  "<<",
  "!!binary x",
  "|",
  "- -",
  "'",
  '"',
  "\\",
  "\t",
  "\r",
  "\u0000",
  "\ufeff",
  "\u2028",
  "ä",
  "😀",
  "#",
  ":",
  ";",
  "<script>",
] as const;

/**
 * Damages a text in one to four places: numbers and words replaced by edges, lines doubled, moved and taken out, brackets opened a
 * thousandfold, and, one time of four, its bytes.
 */
export function mutatedText(rng: RandomStream, original: Uint8Array): Uint8Array {
  if (rng.integerBelow(4) === 0) return mutated(rng, original);
  let text = Buffer.from(original).toString("utf8");
  const placeCount = 1 + rng.integerBelow(4);
  for (let place = 0; place < placeCount; place++) text = changed(rng, text);
  return Buffer.from(text, "utf8");
}

function changed(rng: RandomStream, text: string): string {
  const value = VALUES[rng.integerBelow(VALUES.length)];
  switch (rng.integerBelow(8)) {
    case 0:
    case 1:
      return replacedOne(rng, text, /-?\d+(?:\.\d+)?(?:e[-+]?\d+)?/gi, value);
    case 2:
      return replacedOne(rng, text, /"[^"\n]*"|\b[a-z_]+\b/gi, value);
    case 3:
      return linesChanged(rng, text);
    case 4:
      return nested(rng, text);
    case 5:
      return replacedOne(rng, text, /[{}[\]":,\s;|]/g, value);
    case 6: {
      const [from, length] = [rng.integerBelow(text.length + 1), rng.integerBelow(40)];
      return text.slice(0, from) + text.slice(from + length);
    }
    default: {
      const at = rng.integerBelow(text.length + 1);
      return text.slice(0, at) + value + text.slice(at);
    }
  }
}

function replacedOne(rng: RandomStream, text: string, pattern: RegExp, value: string): string {
  const found = [...text.matchAll(pattern)];
  if (found.length === 0) return text + value;
  const { index, 0: old } = found[rng.integerBelow(found.length)];
  return text.slice(0, index) + value + text.slice(index + old.length);
}

function linesChanged(rng: RandomStream, text: string): string {
  const lines = text.split("\n");
  const line = rng.integerBelow(lines.length);
  const kind = rng.integerBelow(3);
  if (kind === 0) lines.splice(line, 1);
  else if (kind === 1)
    lines.splice(line, 0, ...Array.from({ length: 1 + rng.integerBelow(5) }, () => lines[line]));
  else lines.splice(rng.integerBelow(lines.length), 0, ...lines.splice(line, 1));
  return lines.join("\n");
}

/** Brackets, one in the other, deeper than a stack. */
function nested(rng: RandomStream, text: string): string {
  const [open, close] = [
    ["[", "]"],
    ['{"a":', "}"],
    ["- ", ""],
    ["(", ")"],
  ][rng.integerBelow(4)];
  const depth = [3, 100, 20_000][rng.integerBelow(3)];
  const at = rng.integerBelow(text.length + 1);
  return text.slice(0, at) + open.repeat(depth) + close.repeat(rng.integerBelow(2) * depth) + text.slice(at);
}
