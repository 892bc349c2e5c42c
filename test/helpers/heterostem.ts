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
  const printed = { stdout: "", stderr: "", progress: "" };
  const code = await runCommandLine(words, {
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
