import { join, resolve } from "node:path";
import { runCommandLine } from "../../src/cli/run-command-line.ts";

/** What one call of the program printed, and its exit code. */
export interface Printed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Stages of long jobs, and notes before them: standard error, too, in the program. */
  readonly progress: string;
}

/** One call of the program inside this process, as `heterostem WORDS` is one from a shell. */
export async function heterostem(...words: string[]): Promise<Printed> {
  return printedBy(runCommandLine, words);
}

/** The same of the program as it was built, with its threads, which run JavaScript only. */
export async function builtHeterostem(...words: string[]): Promise<Printed> {
  const built = join(resolve(import.meta.dirname, "../.."), "dist/src/cli/run-command-line.js");
  const module = (await import(built)) as { readonly runCommandLine: typeof runCommandLine };
  return printedBy(module.runCommandLine, words);
}

async function printedBy(run: typeof runCommandLine, words: readonly string[]): Promise<Printed> {
  const printed = { stdout: "", stderr: "", progress: "" };
  const code = await run(words, {
    printResult: (text) => void (printed.stdout += text),
    printError: (text) => void (printed.stderr += text),
    progress: {
      isTerminal: false,
      write: (text) => void (printed.progress += text),
      now: () => performance.now(),
    },
  });
  return { code, ...printed };
}
