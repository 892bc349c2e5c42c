import type { ProgressSink } from "./progress.ts";

/** A flag of a command; the record yields parsing, the help line and the docs. */
export interface FlagSpec {
  /** Long name without dashes, in kebab case, such as "pixel-size". */
  readonly name: string;
  /** Placeholder of the value in the help, such as "NM"; absent for a switch. */
  readonly value?: string;
  readonly help: string;
  /** Turns the text into a value; throws an Error whose message says what was wanted. */
  readonly parse?: (text: string) => unknown;
}

/** A positional argument. */
export interface ArgumentSpec {
  readonly name: string;
  readonly help: string;
  readonly isOptional?: boolean;
  /** Takes all remaining words. */
  readonly isVariadic?: boolean;
}

/** What a command may use of the outside world besides files. */
export interface CommandContext {
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
}

/** A command as data: main.ts hands it to the parser, the docs test runs its example's help. */
export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  readonly arguments: readonly ArgumentSpec[];
  readonly flags: readonly FlagSpec[];
  /** A call that works on a fresh clone, without the leading program name. */
  readonly example: string;
  run(input: CommandInput, context: CommandContext): Promise<CommandResult>;
}

/** Parsed words of a call: arguments by position (an array for a variadic one), flags by name. */
export interface CommandInput {
  readonly arguments: readonly (string | readonly string[] | undefined)[];
  /** Flags that were given; an absent one is not there. */
  readonly flags: Readonly<Record<string, unknown>>;
}
