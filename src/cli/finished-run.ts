import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { firstDifference, parseJson, UsageError } from "../core/index.ts";
import { followedPath } from "../io/index.ts";
import type { CommandContext, CommandResult } from "./command.ts";
import { RUN_FILE } from "./output-folder.ts";

/** What a call that may go on with an earlier one says of itself. */
export interface ResumableCall {
  readonly resume: boolean;
  readonly force: boolean;
  readonly context: Pick<CommandContext, "command">;
  /** What the run file keeps of the call. */
  readonly settings: Readonly<Record<string, unknown>>;
}

const runSchema = z.looseObject({ command: z.string() });

/** Longest value that an error shows. */
const SHOWN = 120;

/**
 * What --resume finds where nothing is left to do: the finished run of the same call.
 *
 * @param out the output folder
 * @returns that it is done, to be told; null where the work is to be begun or gone on with
 * @throws UsageError where the folder holds the finished run of another call, naming the first setting that differs
 */
export function finishedRun(
  out: string,
  { resume, force, context, settings }: ResumableCall,
): CommandResult | null {
  const path = join(followedPath(out), RUN_FILE);
  if (!resume || force || !existsSync(path)) return null;
  const run = parseJson(readFileSync(path, "utf8"), runSchema, { action: "resume run", where: path });
  const { heterostemVersion: _, node: __, ...kept } = run;
  // as the file has it: what is undefined is left out
  const wanted = JSON.parse(JSON.stringify({ command: context.command, ...settings })) as unknown;
  const difference = firstDifference(kept, wanted);
  if (difference === null) {
    const text = `${out}: done already, nothing was left to do; --force makes it anew`;
    return { text, json: { out, isDone: true, run } };
  }
  const { key, first, second } = difference;
  throw new UsageError(
    `Cannot resume run: ${key} must be ${shown(first)} as in the finished run, got ${shown(second)} (${path}); ` +
      "choose another folder with --out, or replace that run with --force",
  );
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "none";
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text;
}
