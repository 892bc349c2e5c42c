import { Command, InvalidArgumentError, Option } from "commander";
import { visibleJson, visibleLines, withMemoryBudget } from "../core/index.ts";
import type { AnyCommand, CommandContext, CommandGroup, FlagSpec } from "./command.ts";
import { flagName, oneOf } from "./flags.ts";
import { startStage, type ProgressSink } from "./progress.ts";

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

/** The parser of all commands: it prints help, refuses wrong usage, and runs the command that a call names. */
export function buildParser(
  entries: readonly (AnyCommand | CommandGroup)[],
  terminal: Terminal,
  { packageFolder, version }: Pick<CommandContext, "packageFolder" | "version">,
): Command {
  const { progress } = terminal;
  const begin = (title: string, total: number) => startStage(progress, title, total);
  const around = { terminal, packageFolder, version, progress, startStage: begin };
  const program = emptyParser(terminal).version(version);
  for (const entry of entries) {
    if ("subcommands" in entry) addGroup(program, entry, around);
    else addCommand(program, entry, { ...around, command: entry.name });
  }
  return program;
}

function emptyParser({ columns = HELP_COLUMNS, printResult, printError }: Terminal): Command {
  const helpWidth = () => Math.min(columns, HELP_COLUMNS);
  return new Command("heterostem")
    .description("From a 2D electron micrograph to the 3D structure behind it, by simulation")
    .configureOutput({
      writeOut: printResult,
      writeErr: printError,
      getOutHelpWidth: helpWidth,
      getErrHelpWidth: helpWidth,
    })
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .showHelpAfterError("(heterostem --help lists the commands)")
    .exitOverride();
}

interface Surroundings extends Omit<CommandContext, "command"> {
  readonly terminal: Terminal;
}

function addGroup(
  program: Command,
  { name, summary, subcommands, defaultSubcommand }: CommandGroup,
  around: Surroundings,
): void {
  const group = program
    .command(name)
    .description(summary)
    .showHelpAfterError(`(heterostem ${name} --help lists its commands)`);
  for (const spec of subcommands) {
    const isDefault = spec.name === defaultSubcommand;
    addCommand(group, spec, { ...around, command: `${name} ${spec.name}` }, isDefault);
  }
}

function addCommand(
  parent: Command,
  spec: AnyCommand,
  context: Surroundings & CommandContext,
  isDefault = false,
): void {
  const command = parent
    .command(spec.name, { isDefault })
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
    const input = { arguments: Object.fromEntries(words), flags: Object.fromEntries(flags) };
    const run = () => spec.run(input, context);
    const { maxMemory } = given;
    const result = await (typeof maxMemory === "number" ? withMemoryBudget(maxMemory * 1e9, run) : run());
    // names and metadata of foreign files are in it: no terminal acts on them
    const text = json ? visibleJson(JSON.stringify(result.json, null, 2)) : visibleLines(result.text);
    context.terminal.printResult(`${text}\n`);
    const { failed = [], failure } = result;
    if (failure !== undefined) throw new Error(failure);
    if (failed.length > 0) {
      const list = failed.map(({ reason }) => `\n  ${reason}`).join("");
      throw new Error(`Cannot use all files; the results of the others are there:${list}`);
    }
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
