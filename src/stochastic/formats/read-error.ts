import { failureText } from "../../core/index.ts";

/** A SyntaxError in the house's order; line numbers count from 1, null where no line is to blame. */
export function readError(
  where: string,
  lineNumber: number | null,
  wanted: string,
  got: string,
): SyntaxError {
  const place = lineNumber === null ? where : `${where}, line ${lineNumber}`;
  return new SyntaxError(failureText({ action: "read aggregate", where: place }, wanted, got));
}
