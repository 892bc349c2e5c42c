import { join } from "node:path";
import { definedPart } from "../core/index.ts";
import type { CommandContext } from "./command.ts";
import { RUN_FILE, writeFolderAtomically, writeFolderResumably } from "./output-folder.ts";
import { writeNewFile } from "../io/index.ts";

/** How a command writes its results. */
export interface RunIntoOptions<Result> {
  /** Replace the results of an earlier run. */
  readonly force: boolean;
  /** Present for work that may be interrupted: whether to go on with what an earlier run has finished. */
  readonly resume?: boolean;
  /** Where the work itself keeps what it can go on from, beside the folder. */
  readonly keptIn?: string;
  readonly context: CommandContext;
  /** What the run file keeps of the call, known before the work or only after it. */
  readonly settings: Settings | ((result: Result) => Settings);
}

type Settings = Readonly<Record<string, unknown>>;

/**
 * Does a command's work into a folder that appears only when the work has succeeded, with its run file.
 *
 * @throws UsageError before any work when the folder may not be written
 */
export function runInto<Result>(
  out: string,
  { force, resume, keptIn, context, settings }: RunIntoOptions<Result>,
  work: (folder: string) => Result | Promise<Result>,
): Promise<Result> {
  const writeAll = async (folder: string) => {
    const result = await work(folder);
    const kept = typeof settings === "function" ? settings(result) : settings;
    writeNewFile(join(folder, RUN_FILE), runRecord(context.command, context.version, kept));
    return result;
  };
  return resume === undefined
    ? writeFolderAtomically(out, { force, ...definedPart({ keptIn }) }, writeAll)
    : writeFolderResumably(out, { force, resume }, writeAll);
}

/** The text of a run file. No clock and no machine, so that the same call gives the same bytes. */
export function runRecord(command: string, version: string, settings: Settings): string {
  return `${JSON.stringify({ command, heterostemVersion: version, node: process.version, ...settings }, null, 2)}\n`;
}
