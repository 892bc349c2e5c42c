import type { CommandContext, CommandResult } from "../../command.ts";

/** What an action of `heterostem segment` was called with. */
export interface SegmentInput {
  readonly paths: readonly string[];
  readonly flags: Readonly<Record<string, unknown>>;
}

/** One action of `heterostem segment`. */
export interface SegmentAction {
  /** Flags it takes. */
  readonly flags: readonly string[];
  /** What the paths are, for the error of a wrong count. */
  readonly wanted: string;
  readonly pathCount: readonly [min: number, max: number];
  run(input: SegmentInput, context: CommandContext): Promise<CommandResult>;
}
