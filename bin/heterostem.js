#!/usr/bin/env node
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

// plain JavaScript, so that it is there before anything is built, and can say what is missing
const program = new URL("../dist/src/cli/main.js", import.meta.url);
const folder = fileURLToPath(new URL("..", import.meta.url));

/** Ends the call as one that was wrong: nothing was done. */
function refuse(missing, remedy) {
  process.stderr.write(`heterostem: Cannot start: ${missing}; run "${remedy}" in ${folder}\n`);
  process.exitCode = 2;
}

if (!existsSync(program)) {
  refuse("the program must have been built, got no dist/src/cli/main.js", "npm ci && npm run build");
} else {
  try {
    await import(program.href);
  } catch (error) {
    if (error?.code !== "ERR_MODULE_NOT_FOUND") throw error;
    refuse(`its packages must be installed, got ${error.message}`, "npm ci");
  }
}
