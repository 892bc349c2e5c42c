import { failureText, type CheckContext } from "./checks.ts";

/** The call itself is wrong (flag, recipe, path): nothing was started, nothing was written; exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * The error of a wrong call, to be thrown: a UsageError with failureText as its message.
 *
 * @param context action that failed and where the value came from
 * @param wanted what would have been accepted, beginning with the name of the value
 * @param got the value that came, already as text
 * @param options the cause, where there is one
 * @returns the error
 */
export function usageError(
  context: CheckContext,
  wanted: string,
  got: string,
  options?: ErrorOptions,
): UsageError {
  return new UsageError(failureText(context, wanted, got), options);
}
