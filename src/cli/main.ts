#!/usr/bin/env node
import { runCommandLine } from "./run-command-line.ts";

/** A reader that left early (`| head`) wants no more lines; the work goes on, and its files are written. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}

process.stdout.on("error", ignoreClosedPipe);
process.stderr.on("error", ignoreClosedPipe);
process.exitCode = await runCommandLine(process.argv.slice(2), {
  printResult: (text) => process.stdout.write(text),
  printError: (text) => process.stderr.write(text),
  columns: process.stdout.columns,
  progress: {
    isTerminal: process.stderr.isTTY === true,
    write: (text) => process.stderr.write(text),
    now: () => performance.now(),
  },
});
