#!/usr/bin/env node
import { runCommandLine } from "./run-command-line.ts";

process.exitCode = await runCommandLine(process.argv.slice(2), {
  printResult: (text) => process.stdout.write(text),
  printError: (text) => process.stderr.write(text),
  progress: {
    isTerminal: process.stderr.isTTY === true,
    write: (text) => process.stderr.write(text),
    now: () => performance.now(),
  },
});
