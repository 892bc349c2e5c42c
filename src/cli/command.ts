import type { StartStage } from "../core/index.ts";
import type { FailedImage } from "../micrograph/index.ts";
import type { ProgressSink } from "./progress.ts";

/** A flag of a command. It stands under its name in camel case: `pixelSize` is typed --pixel-size. */
export interface FlagSpec {
  /** Placeholder of the value in the help, such as "NM"; absent for a switch. */
  readonly value?: string;
  readonly help: string;
  /** Turns the text into a value; throws an Error whose message says what was wanted. */
  readonly parse?: (text: string) => unknown;
  /** The names that can be given; the help lists them. */
  readonly choices?: readonly string[];
  /** The value where the flag is not given; the help tells it. */
  readonly default?: unknown;
  /** The default in words, where its value would say little. */
  readonly defaultText?: string;
  readonly isRequired?: true;
  /** Takes all words up to the next flag. */
  readonly isVariadic?: true;
}

/** A positional argument; it stands under its name. */
export interface ArgumentSpec {
  readonly help: string;
  readonly isOptional?: true;
  /** Takes all remaining words. */
  readonly isVariadic?: true;
}

/** Flags by name, in the order of the help. */
export type FlagRecord = Readonly<Record<string, FlagSpec>>;
/** Arguments by name, in the order of the call. */
export type ArgumentRecord = Readonly<Record<string, ArgumentSpec>>;

/** What the text of a flag becomes. */
type Parsed<Flag> = Flag extends { isVariadic: true }
  ? readonly string[]
  : Flag extends { choices: readonly (infer Name)[] }
    ? Name
    : Flag extends { parse: (text: string) => infer Value }
      ? Value
      : string;

/** What a flag is where it is not given, besides its default. */
type Absent<Flag> = Flag extends { isRequired: true } | { default: NonNullable<unknown> } ? never : undefined;

/** Values of flags, by name, as their records declare them: a switch is there or not. */
export type FlagValues<Flags> = {
  readonly [Name in keyof Flags]: Flags[Name] extends { value: string }
    ? Parsed<Flags[Name]> | Absent<Flags[Name]>
    : boolean;
};

/** Words of the arguments, by name. */
export type ArgumentValues<Arguments> = {
  readonly [Name in keyof Arguments]: Arguments[Name] extends { isVariadic: true }
    ? readonly string[]
    : Arguments[Name] extends { isOptional: true }
      ? string | undefined
      : string;
};

/** What a command may use of the outside world besides files. */
export interface CommandContext {
  /** The words that name the command, such as "segment train". */
  readonly command: string;
  readonly startStage: StartStage;
  readonly progress: ProgressSink;
  /** Version of the program. */
  readonly version: string;
  /** Folder of the package: shipped configs and models lie below it. */
  readonly packageFolder: string;
}

/** A finished command: the same result as text for people and as one JSON document. */
export interface CommandResult {
  readonly text: string;
  readonly json: unknown;
  /** What could not be done, while the rest was: it is told at the end, and the program ends with 1. */
  readonly failed?: readonly FailedImage[];
  /** What is wrong with what was found: told after the result, and the program ends with 1. */
  readonly failure?: string;
}

/** A command as data: the parser and the help are made of it, the docs test checks its example. */
export interface CommandSpec<Arguments = ArgumentRecord, Flags = FlagRecord> {
  readonly name: string;
  readonly summary: string;
  readonly arguments: Arguments;
  readonly flags: Flags;
  /** A call that works on a fresh clone, without the leading program name. */
  readonly example: string;
  run(
    input: { readonly arguments: ArgumentValues<Arguments>; readonly flags: FlagValues<Flags> },
    context: CommandContext,
  ): Promise<CommandResult>;
}

/** Commands under one name: `heterostem segment train`. */
export interface CommandGroup {
  readonly name: string;
  readonly summary: string;
  readonly subcommands: readonly AnyCommand[];
  /** Name of the one that is meant where none is named. */
  readonly defaultSubcommand?: string;
}

/** A command whose own flags and arguments only itself knows. */
export interface AnyCommand extends Omit<CommandSpec, "run"> {
  run(
    input: {
      readonly arguments: Readonly<Record<string, unknown>>;
      readonly flags: Readonly<Record<string, unknown>>;
    },
    context: CommandContext,
  ): Promise<CommandResult>;
}

/** Gives `run` the types of the flags and arguments that stand beside it. */
export function defineCommand<const Arguments extends ArgumentRecord, const Flags extends FlagRecord>(
  command: CommandSpec<Arguments, Flags>,
): AnyCommand {
  return command;
}
