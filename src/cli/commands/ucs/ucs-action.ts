import type { CommandContext, CommandResult } from "../../command.ts";

/** One action of `heterostem ucs`. */
export interface UcsAction {
  /** Flags it takes. */
  readonly flags: readonly string[];
  /** What the paths are, for the error of a wrong count. */
  readonly wanted: string;
  readonly pathCount: readonly [min: number, max: number];
  run(
    input: { readonly paths: readonly string[]; readonly flags: Readonly<Record<string, unknown>> },
    context: CommandContext,
  ): Promise<CommandResult>;
}
