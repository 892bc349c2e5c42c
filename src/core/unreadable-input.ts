import { type CheckContext } from "./checks.ts";
import { type UsageError, usageError } from "./usage-error.ts";

/** What the system says of a file that cannot be read, by its code, in words. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  ENOTDIR: "no such file",
  EISDIR: "a folder",
  EACCES: "no permission",
  ELOOP: "a loop of symbolic links",
  ENAMETOOLONG: "a name that is too long",
};

/**
 * The error of a file that a call names and that cannot be read: wrong usage.
 *
 * @param context action, and the file as the user named it
 * @param wanted what would have been accepted
 * @param cause what reading it threw
 * @returns an error to be thrown
 * @example
 * import { unreadableInput } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * const error = unreadableInput({ action: "read recipe", where: "a.yaml" }, "wanted a YAML file", { code: "ENOENT" });
 * expect(error.message).toBe("Cannot read recipe: wanted a YAML file, got no such file (a.yaml)");
 */
export function unreadableInput(context: CheckContext, wanted: string, cause: unknown): UsageError {
  const { code = "", message } = cause as NodeJS.ErrnoException;
  return usageError(context, wanted, REASONS[code] ?? message, { cause });
}
