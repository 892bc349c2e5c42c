import { failureText } from "../../core/index.ts";

/** Longest piece of a line that an error repeats [characters]. */
const SHOWN = 200;

/** A SyntaxError in the house's order; line numbers count from 1, null where no line is to blame. */
export function readError(
  where: string,
  lineNumber: number | null,
  wanted: string,
  got: string,
): SyntaxError {
  const place = lineNumber === null ? where : `${where}, line ${lineNumber}`;
  const shown = got.length > SHOWN ? `${got.slice(0, SHOWN)}... (${got.length} characters)` : got;
  return new SyntaxError(failureText({ action: "read aggregate", where: place }, wanted, shown));
}
