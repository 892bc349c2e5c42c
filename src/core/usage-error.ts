/** The call itself is wrong (flag, recipe, path): nothing was started, nothing was written; exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
