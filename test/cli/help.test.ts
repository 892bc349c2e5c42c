import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { COMMANDS, runCommandLine } from "../../src/cli/run-command-line.ts";

const ROOT = resolve(import.meta.dirname, "../..");

async function help(...words: string[]): Promise<{ code: number; text: string }> {
  const printed: string[] = [];
  const print = (text: string) => void printed.push(text);
  const progress = { isTerminal: false, write: print, now: () => 0 };
  const code = await runCommandLine([...words, "--help"], {
    printResult: print,
    printError: print,
    progress,
  });
  return { code, text: printed.join("") };
}

describe("help", () => {
  for (const command of COMMANDS) {
    test(`heterostem ${command.name} --help tells arguments, flags and an example of its own`, async () => {
      const { code, text } = await help(command.name);
      expect(code).toBe(0);
      for (const { name } of [...command.flags, { name: "json" }]) expect(text).toContain(`--${name}`);
      for (const { help: line } of command.arguments) expect(text.replaceAll(/\s+/g, " ")).toContain(line);
      expect(command.example.split(" ")[0]).toBe(command.name);
      const named = command.example.split(" ").filter((word) => word.startsWith("configs/"));
      expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    });
  }

  test("heterostem --help lists every command", async () => {
    const { text } = await help();
    for (const { name } of COMMANDS) expect(text).toContain(name);
  });
});

describe("README", () => {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");

  test("names every command", () => {
    for (const { name } of COMMANDS) expect(readme).toContain(`heterostem ${name}`);
  });

  test("uses only commands and flags that exist", () => {
    const blocks = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block);
    const calls = blocks.flatMap((block) =>
      [...block.matchAll(/heterostem (.+)/g)].map(([, words]) => words.split(" ")),
    );
    expect(calls.length).toBeGreaterThan(4);
    for (const [name, ...words] of calls) {
      const command = COMMANDS.find((candidate) => candidate.name === name);
      const known = new Set(["--json", ...(command?.flags ?? []).map((flag) => `--${flag.name}`)]);
      const unknown = words.filter((word) => word.startsWith("--") && !known.has(word));
      expect(unknown, `heterostem ${name}`).toEqual([]);
      expect(command, `heterostem ${name}`).toBeDefined();
    }
  });
});

test("configs/recipe.schema.json is what heterostem schema prints (npm run schema renews it)", async () => {
  const printed: string[] = [];
  const print = (text: string) => void printed.push(text);
  const progress = { isTerminal: false, write: () => {}, now: () => 0 };
  await runCommandLine(["schema"], { printResult: print, printError: print, progress });
  const stored = readFileSync(join(ROOT, "configs/recipe.schema.json"), "utf8");
  expect(JSON.parse(stored)).toEqual(JSON.parse(printed.join("")));
});
