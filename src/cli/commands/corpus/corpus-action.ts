import type { CommandContext, CommandInput, CommandResult } from "../../command.ts";
import { UsageError } from "../../../core/index.ts";

/** What `heterostem corpus` can do, one record an action. */
export interface CorpusAction {
  /** Flags that mean something to it. */
  readonly flags: readonly string[];
  readonly takesSeveral: boolean;
  run(call: CorpusCall, context: CommandContext): Promise<CommandResult>;
}

/** The words of one call. */
export interface CorpusCall {
  readonly folders: readonly string[];
  readonly flags: CommandInput["flags"];
}

/**
 * The folder for results, of actions that cannot do without.
 *
 * @throws UsageError where it is not given
 */
export function wantedOut({ flags }: CorpusCall, action: string): string {
  const out = flags["out"] as string | undefined;
  if (out !== undefined) return out;
  throw new UsageError(`Cannot ${action} corpus: wanted a folder for the result with --out, got none`);
}
