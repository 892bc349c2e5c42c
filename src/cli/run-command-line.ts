import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { COMMANDS } from "./commands/index.ts";
import type { CommandInput, CommandSpec, FlagSpec } from "./command.ts";
import type { ProgressSink } from "./progress.ts";
import { UsageError } from "../core/index.ts";

/** The streams of the program; tests pass arrays. */
export interface Terminal {
  printResult(text: string): void;
  printError(text: string): void;
  readonly progress: ProgressSink;
}

/** 0 done, 1 the work failed, 2 wrong usage. */
export type ExitCode = 0 | 1 | 2;

/**
 * Runs one call of the program.
 *
 * @param words the call without the program's name, such as ["generate", "configs/tio2-wo3.yaml"]
 */
export async function runCommandLine(words: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const packageFolder = findPackageFolder();
  const program = new Command("heterostem")
    .description("From a 2D electron micrograph to the 3D structure behind it, by simulation")
    .version(packageVersion(packageFolder))
    .configureOutput({ writeOut: terminal.printResult, writeErr: terminal.printError })
    .exitOverride();
  const surroundings = { terminal, packageFolder, version: packageVersion(packageFolder) };
  for (const command of COMMANDS) addCommand(program, command, surroundings);
  try {
    await program.parseAsync([...words], { from: "user" });
    return 0;
  } catch (error) {
    return exitCodeOf(error, terminal);
  }
}

/** The command records behind the program, for the docs test. */
export { COMMANDS } from "./commands/index.ts";

interface Surroundings {
  readonly terminal: Terminal;
  readonly packageFolder: string;
  readonly version: string;
}

function addCommand(program: Command, spec: CommandSpec, surroundings: Surroundings): void {
  const { terminal, packageFolder, version } = surroundings;
  const command = program
    .command(spec.name)
    .description(spec.summary)
    .addHelpText("after", `\nExample:\n  $ heterostem ${spec.example}`)
    .showHelpAfterError(`(heterostem ${spec.name} --help tells more)`);
  for (const { name, help, isOptional, isVariadic } of spec.arguments) {
    const word = `${name}${isVariadic ? "..." : ""}`;
    command.argument(isOptional ? `[${word}]` : `<${word}>`, help);
  }
  for (const flag of [...spec.flags, JSON_FLAG]) addFlag(command, flag);
  command.action(async (...parsed: unknown[]) => {
    const positional = parsed.slice(0, spec.arguments.length) as CommandInput["arguments"];
    const flags = flagsByName(spec, command.opts());
    const result = await spec.run(
      { arguments: positional, flags },
      { progress: terminal.progress, packageFolder, version },
    );
    const asJson = command.opts()["json"] === true;
    terminal.printResult(asJson ? `${JSON.stringify(result.json, null, 2)}\n` : `${result.text}\n`);
  });
}

const JSON_FLAG: FlagSpec = {
  name: "json",
  help: "print the result as one JSON document on standard output",
};

function addFlag(command: Command, { name, value, help, parse }: FlagSpec): void {
  const words = value === undefined ? `--${name}` : `--${name} <${value}>`;
  if (!parse) {
    command.option(words, help);
    return;
  }
  command.option(words, help, (text: string) => {
    try {
      return parse(text);
    } catch (error) {
      throw new InvalidArgumentError((error as Error).message);
    }
  });
}

/** Commander names options in camel case; the records use the names that people type. */
function flagsByName(spec: CommandSpec, options: Record<string, unknown>): Record<string, unknown> {
  const camel = (name: string) => name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  return Object.fromEntries(
    spec.flags.map(({ name }) => [name, options[camel(name)]]).filter(([, value]) => value !== undefined),
  );
}

function exitCodeOf(error: unknown, terminal: Terminal): ExitCode {
  // Commander has already printed its own message; help and version are successes
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const text = error instanceof Error ? error.message : String(error);
  terminal.printError(`heterostem: ${text}\n`);
  if (process.env["HETEROSTEM_DEBUG"]) terminal.printError(`${debugText(error)}\n`);
  return error instanceof UsageError ? 2 : 1;
}

/** The nearest folder above this file that holds package.json: the same from src/ and from dist/src/. */
function findPackageFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!isPackageFolder(folder)) folder = resolve(folder, "..");
  return folder;
}

function isPackageFolder(folder: string): boolean {
  try {
    return (
      (JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { name?: string }).name ===
      "heterostem"
    );
  } catch {
    return false;
  }
}

function packageVersion(folder: string): string {
  return (JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string }).version;
}

/** Stack of an error and of its causes. */
function debugText(error: unknown): string {
  if (!(error instanceof Error)) return "";
  return `${error.stack}\n${debugText(error.cause)}`;
}
