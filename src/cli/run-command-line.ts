import { CommanderError } from "commander";
import { UsageError, visibleLines, WorkStopped } from "../core/index.ts";
import { buildParser, type Terminal } from "./build-parser.ts";
import { COMMANDS } from "./commands/index.ts";
import { findPackageFolder, packageVersion } from "./package-folder.ts";

/** 0 done, 1 the work failed, 2 wrong usage, 75 asked to stop before the end (EX_TEMPFAIL: the same call again goes on). */
export type ExitCode = 0 | 1 | 2 | 75;

/**
 * Runs one call of the program.
 *
 * @param words the call without the program's name, such as ["generate", "configs/tio2-wo3.yaml"]
 */
export async function runCommandLine(words: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const packageFolder = findPackageFolder();
  const version = packageVersion(packageFolder);
  try {
    const parser = buildParser(COMMANDS, terminal, { packageFolder, version });
    await parser.parseAsync([...words], { from: "user" });
    return 0;
  } catch (error) {
    return exitCodeOf(error, terminal);
  }
}

function exitCodeOf(error: unknown, terminal: Terminal): ExitCode {
  // Commander has already printed its own message; help and version are successes
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const text = error instanceof Error ? error.message : String(error);
  terminal.printError(`heterostem: ${visibleLines(text)}\n`);
  if (process.env["HETEROSTEM_DEBUG"]) terminal.printError(`${debugText(error)}\n`);
  if (error instanceof WorkStopped) return 75;
  return error instanceof UsageError ? 2 : 1;
}

/** Stack of an error and of its causes. */
function debugText(error: unknown): string {
  if (!(error instanceof Error)) return "";
  return `${error.stack}\n${debugText(error.cause)}`;
}
