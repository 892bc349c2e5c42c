import { cellsOfLine, failureText, rangeError } from "../../core/index.ts";

/**
 * Reads the measured sensitivity of a detector: one line an angle, "mrad, relative sensitivity".
 *
 * Commas, semicolons, tabs or spaces separate; lines that begin with # and a header of words are skipped.
 *
 * @param text contents of the file
 * @param where name of the file, for the error text
 * @returns points [angle in mrad, sensitivity 0 to 1], angles rising
 * @throws SyntaxError for a line that is not two numbers, RangeError for angles that do not rise or a sensitivity outside
 *   0 to 1
 * @example
 * import { parseSensitivityCsv } from "../src/stem-sim/index.ts";
 * import { expect } from "vitest";
 * expect(parseSensitivityCsv("mrad,relative\n52,0\n61,0.5\n", "curve.csv")).toEqual([[52, 0], [61, 0.5]]);
 */
export function parseSensitivityCsv(text: string, where: string): readonly (readonly [number, number])[] {
  const points: (readonly [number, number])[] = [];
  text.split(/\r?\n/).forEach((line, index) => {
    const isHeader = points.length === 0 && /^\s*[a-zA-Z"]/.test(line);
    if (line.trim() === "" || line.trimStart().startsWith("#") || isHeader) return;
    points.push(parsePoint(line, { where: `${where}, line ${index + 1}`, before: points.at(-1) }));
  });
  if (points.length >= 2) return points;
  throw new SyntaxError(
    failureText(context(where), "curve must have at least two points", String(points.length)),
  );
}

const context = (where: string) => ({ action: "read sensitivity curve", where });

function parsePoint(
  line: string,
  { where, before }: { readonly where: string; readonly before: readonly [number, number] | undefined },
): readonly [number, number] {
  const [angle, relative, ...rest] = cellsOfLine(line).map(Number);
  if (rest.length > 0 || !Number.isFinite(angle) || !Number.isFinite(relative)) {
    throw new SyntaxError(
      failureText(context(where), "line must be two numbers, mrad and sensitivity", line.trim()),
    );
  }
  if (relative < 0 || relative > 1) {
    throw rangeError(context(where), "sensitivity must be from 0 to 1", String(relative));
  }
  if (angle < 0 || (before !== undefined && angle <= before[0])) {
    const last = before === undefined ? "0" : String(before[0]);
    throw rangeError(context(where), `angle must rise above ${last} mrad`, String(angle));
  }
  return [angle, relative];
}
