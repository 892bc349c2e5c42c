import type { CommandContext, CommandInput, CommandResult } from "./command.ts";
import { UsageError } from "../core/index.ts";

/** What an action was called with. */
export interface ActionInput {
  readonly paths: readonly string[];
  readonly flags: Readonly<Record<string, unknown>>;
}

/** One of the actions of a command that has several. */
export interface NamedAction {
  /** Flags it takes. */
  readonly flags: readonly string[];
  /** What the paths are, for the error of a wrong count. */
  readonly wanted: string;
  readonly pathCount: readonly [min: number, max: number];
  run(input: ActionInput, context: CommandContext): Promise<CommandResult>;
}

/**
 * Runs the action that the first word names.
 *
 * @throws UsageError for an unknown action, a flag of another one, or a wrong number of paths
 */
export function runNamedAction(
  command: string,
  actions: Readonly<Record<string, NamedAction>>,
  { arguments: words, flags }: CommandInput,
  context: CommandContext,
): Promise<CommandResult> {
  const [name, paths] = words as readonly [string, readonly string[]];
  const action = actions[name];
  if (action === undefined) {
    const known = Object.keys(actions).join(", ");
    throw new UsageError(`Cannot run ${command}: action must be one of ${known}, got ${name}`);
  }
  const foreign = Object.keys(flags).find((flag) => !action.flags.includes(flag));
  if (foreign !== undefined) {
    throw new UsageError(`Cannot ${name}: --${foreign} does not belong to ${command} ${name}`);
  }
  const [min, max] = action.pathCount;
  if (paths.length < min || paths.length > max) {
    throw new UsageError(`Cannot ${name}: wanted ${action.wanted}, got ${paths.length} paths`);
  }
  return action.run({ paths, flags }, context);
}
