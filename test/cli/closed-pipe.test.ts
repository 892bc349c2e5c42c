import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { expect, test } from "vitest";

/** The program as a user runs it; `npm test` builds it first. */
const PROGRAM = resolve(import.meta.dirname, "../../dist/src/cli/main.js");

test("a reader that leaves before the first line is no failure", async () => {
  const child = spawn(process.execPath, [PROGRAM, "corpus", "--help"]);
  child.stdout.destroy();
  let complaint = "";
  child.stderr.on("data", (text: Buffer) => (complaint += text.toString()));
  const [code] = await once(child, "close");
  expect(complaint).toBe("");
  expect(code).toBe(0);
});
