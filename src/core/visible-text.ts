/** Control and format characters: they move a terminal's cursor, colour it, hide text or turn it around. */
const CONTROLS = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/**
 * Text of a foreign file as it can be printed: control characters become visible escapes.
 *
 * @param text from metadata, a name, or a file that was not what it should be
 * @returns the same text on one line, with \n, \t and \u{1b} for what a terminal would act on
 * @example
 * import { visibleText } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * expect(visibleText("a\u001b[31mb\n")).toBe("a\\u{1b}[31mb\\n");
 */
export function visibleText(text: string): string {
  return text.replace(CONTROLS, (control) => {
    if (control === "\n") return "\\n";
    if (control === "\t") return "\\t";
    return `\\u{${control.codePointAt(0)?.toString(16)}}`;
  });
}
