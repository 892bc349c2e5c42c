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

/**
 * Text of several lines as it can be printed: every line as by `visibleText`.
 *
 * @param text such as the result of a command, with names and metadata of foreign files in it
 * @returns the same lines
 */
export const visibleLines = (text: string): string => text.split("\n").map(visibleText).join("\n");

/**
 * JSON as it can be printed: control characters that JSON allows in texts (8-bit terminals act on them) become its escapes.
 *
 * @param json from JSON.stringify
 * @returns the same value as JSON
 */
export function visibleJson(json: string): string {
  return json.replace(CONTROLS, (control) => {
    if (control === "\n") return control;
    const units = Array.from({ length: control.length }, (_, i) => control.charCodeAt(i));
    return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
  });
}
