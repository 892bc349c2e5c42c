import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { COMMANDS } from "./commands/index.ts";
import type { AnyCommand, CommandContext, CommandGroup, FlagSpec } from "./command.ts";
import { flagName, oneOf } from "./flags.ts";
import { startStage, type ProgressSink } from "./progress.ts";
import { UsageError } from "../core/index.ts";

/** The streams of the program; tests pass arrays. */
export interface Terminal {
  printResult(text: string): void;
  printError(text: string): void;
  readonly progress: ProgressSink;
  /** Characters on a line, where they are known. */
  readonly columns?: number | undefined;
}

/** Longer lines of help are hard to read, however wide the terminal is. */
const HELP_COLUMNS = 100;

/** 0 done, 1 the work failed, 2 wrong usage. */
export type ExitCode = 0 | 1 | 2;

/**
 * Runs one call of the program.
 *
 * @param words the call without the program's name, such as ["generate", "configs/tio2-wo3.yaml"]
 */
export async function runCommandLine(words: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const packageFolder = findPackageFolder();
  const helpWidth = () => Math.min(terminal.columns ?? HELP_COLUMNS, HELP_COLUMNS);
  const program = new Command("heterostem")
    .description("From a 2D electron micrograph to the 3D structure behind it, by simulation")
    .version(packageVersion(packageFolder))
    .configureOutput({
      writeOut: terminal.printResult,
      writeErr: terminal.printError,
      getOutHelpWidth: helpWidth,
      getErrHelpWidth: helpWidth,
    })
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .showHelpAfterError("(heterostem --help lists the commands)")
    .exitOverride();
  const around = {
    terminal,
    packageFolder,
    version: packageVersion(packageFolder),
    progress: terminal.progress,
    startStage: (title: string, total: number) => startStage(terminal.progress, title, total),
  };
  for (const entry of COMMANDS) {
    if ("subcommands" in entry) addGroup(program, entry, around);
    else addCommand(program, entry, { ...around, command: entry.name });
  }
  try {
    await program.parseAsync([...words], { from: "user" });
    return 0;
  } catch (error) {
    return exitCodeOf(error, terminal);
  }
}

/** The command records behind the program, for the docs test. */
export { COMMANDS } from "./commands/index.ts";

interface Surroundings extends Omit<CommandContext, "command"> {
  readonly terminal: Terminal;
}

function addGroup(
  program: Command,
  { name, summary, subcommands }: CommandGroup,
  around: Surroundings,
): void {
  const group = program
    .command(name)
    .description(summary)
    .showHelpAfterError(`(heterostem ${name} --help lists its commands)`);
  for (const spec of subcommands) addCommand(group, spec, { ...around, command: `${name} ${spec.name}` });
}

function addCommand(parent: Command, spec: AnyCommand, context: Surroundings & CommandContext): void {
  const command = parent
    .command(spec.name)
    .description(spec.summary)
    .addHelpText("after", `\nExample:\n  $ heterostem ${spec.example}`)
    .showHelpAfterError(`(heterostem ${context.command} --help lists its arguments and flags)`);
  for (const [name, { help, isOptional, isVariadic }] of Object.entries(spec.arguments)) {
    const word = `${name}${isVariadic ? "..." : ""}`;
    command.argument(isOptional ? `[${word}]` : `<${word}>`, help);
  }
  for (const [name, flag] of Object.entries({ ...spec.flags, json: JSON_FLAG })) {
    command.addOption(optionOf(name, flag));
  }
  command.action(async () => {
    const { json, ...given } = command.opts<Record<string, unknown>>();
    const flags = Object.entries(spec.flags).map(([name, flag]) => [name, given[name] ?? absentValue(flag)]);
    const words = Object.keys(spec.arguments).map((name, index) => [name, command.processedArgs[index]]);
    const result = await spec.run(
      { arguments: Object.fromEntries(words), flags: Object.fromEntries(flags) },
      context,
    );
    context.terminal.printResult(json ? `${JSON.stringify(result.json, null, 2)}\n` : `${result.text}\n`);
  });
}

const JSON_FLAG: FlagSpec = { help: "print the result as one JSON document on standard output" };

/** The flag for the parser: `pixelSize` is typed --pixel-size, and the parser calls it pixelSize again. */
function optionOf(name: string, flag: FlagSpec): Option {
  const { value, help, choices, isVariadic } = flag;
  const typed = value === undefined ? "" : ` <${value}${isVariadic ? "..." : ""}>`;
  const notes = [choices?.join(", "), defaultNote(flag)].filter((note) => note !== undefined);
  const option = new Option(
    `--${flagName(name)}${typed}`,
    notes.length === 0 ? help : `${help} (${notes.join("; ")})`,
  ).makeOptionMandatory(flag.isRequired === true);
  const parse = flag.parse ?? (choices && oneOf(choices));
  return parse === undefined ? option : option.argParser((text) => parsed(parse, text));
}

function defaultNote(flag: FlagSpec): string | undefined {
  const text = flag.defaultText ?? flag.default;
  return text === undefined ? undefined : `default: ${String(text)}`;
}

function parsed(parse: (text: string) => unknown, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

/** A switch that is not given is off. */
function absentValue(flag: FlagSpec): unknown {
  return flag.value === undefined ? false : flag.default;
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
