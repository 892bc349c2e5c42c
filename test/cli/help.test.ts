import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import type { FlagSpec } from "../../src/cli/command.ts";
import { flagName } from "../../src/cli/flags.ts";
import { COMMANDS } from "../../src/cli/commands/index.ts";
import { runCommandLine } from "../../src/cli/run-command-line.ts";
import { heterostem } from "../helpers/heterostem.ts";

const ROOT = resolve(import.meta.dirname, "../..");

/** Lines and columns of a help text that a person can take in. */
const SCREEN = { lines: 40, columns: 100 };

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

/** Every command by the words that name it. */
const CALLS = COMMANDS.flatMap((entry) =>
  "subcommands" in entry
    ? entry.subcommands.map((command) => ({ words: [entry.name, command.name], command }))
    : [{ words: [entry.name], command: entry }],
);

describe("help", () => {
  for (const { words, command } of CALLS) {
    const call = words.join(" ");
    test(`heterostem ${call} --help tells its own arguments, flags and example, on one screen`, async () => {
      const { code, text } = await help(...words);
      expect(code).toBe(0);
      const told = [...text.matchAll(/^ {2}--([\w-]+)/gm)].map(([, name]) => name);
      expect(told).toEqual([...Object.keys(command.flags).map(flagName), "json"]);
      for (const { help: line } of Object.values(command.arguments))
        expect(text.replaceAll(/\s+/g, " ")).toContain(line);
      expect(text).toContain(`$ heterostem ${command.example}`);
      const lines = text.split("\n");
      expect(lines.length).toBeLessThanOrEqual(SCREEN.lines);
      const own = lines.filter((line) => !line.includes("$ heterostem"));
      expect(own.filter((line) => line.length > SCREEN.columns)).toEqual([]);
    });

    test(`the example of heterostem ${call} is a call of it, on files that ship with the package`, () => {
      expect(command.example.split(" ").slice(0, words.length)).toEqual(words);
      expect(unknownFlags(command.example.split(" "))).toEqual([]);
      const named = command.example.split(" ").filter((word) => word.startsWith("configs/"));
      expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    });

    test(`defaults of heterostem ${call} are values that its flags take`, () => {
      const stated = Object.values(command.flags).filter((flag) => flag.default !== undefined);
      const read = ({ parse = (text) => text, choices, ...flag }: FlagSpec) => {
        const text = flag.defaultText ?? String(flag.default);
        if (text === "one per core") return flag.default;
        return choices?.find((name) => name === text) ?? parse(text);
      };
      expect(stated.map(read)).toEqual(stated.map((flag) => flag.default));
    });
  }

  test("the help of the program and of its groups lists what is below, a line each", async () => {
    const groups = COMMANDS.filter((entry) => "subcommands" in entry);
    const lists = [
      { words: [], below: COMMANDS },
      ...groups.map((group) => ({ words: [group.name], below: group.subcommands })),
    ];
    for (const { words, below } of lists) {
      const { text } = await help(...words);
      const lines = text.split("Commands:\n")[1].trimEnd().split("\n");
      expect(lines.map((line) => line.trim().split(/\s{2,}/))).toEqual([
        ...below.map(({ name, summary }) => [name, summary]),
        ["help", "display help for command"],
      ]);
    }
  });
});

describe("wrong usage", () => {
  test("a mistyped subcommand brings the nearest one to mind", async () => {
    const { code, stderr } = await heterostem("segment", "trian", "set");
    expect([code, stderr]).toEqual([
      2,
      "error: unknown command 'trian'\n(Did you mean train?)\n(heterostem segment --help lists its commands)\n",
    ]);
  });

  test("a flag of another subcommand is refused, and the help that lists the right ones is named", async () => {
    const { code, stderr } = await heterostem("segment", "train", "set", "--views", "2");
    expect(code).toBe(2);
    expect(stderr).toContain("unknown option '--views'");
    expect(stderr).toContain("(heterostem segment train --help lists its arguments and flags)");
  });

  test("a group alone prints its help and is wrong usage", async () => {
    const { code, stderr } = await heterostem("segment");
    expect(code).toBe(2);
    expect(stderr).toContain("Usage: heterostem segment");
  });

  test("a missing argument, one too many and a missing required flag are wrong usage", async () => {
    const missing = await heterostem("segment", "train");
    expect([missing.code, missing.stderr.split("\n")[0]]).toEqual([
      2,
      "error: missing required argument 'set'",
    ]);
    const many = await heterostem("segment", "train", "one", "two");
    expect([many.code, many.stderr]).toEqual([2, expect.stringContaining("too many arguments")]);
    const flag = await heterostem("corpus", "merge", "one", "two");
    expect([flag.code, flag.stderr]).toEqual([2, expect.stringContaining("--out <FOLDER>' not specified")]);
  });
});

/** Words of a call that begin with dashes and are no flags of its command. */
function unknownFlags(words: readonly string[]): string[] {
  const call = CALLS.find(({ words: own }) => own.every((word, index) => words[index] === word));
  expect(call, `heterostem ${words.join(" ")}`).toBeDefined();
  const names = ["json", ...Object.keys(call?.command.flags ?? {})];
  const known = new Set(names.map((name) => `--${flagName(name)}`));
  return words.filter((word) => word.startsWith("--") && !known.has(word));
}

describe("README", () => {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");

  const commands = readFileSync(join(ROOT, "docs/commands.md"), "utf8");

  test("names every command, and so does the page of the commands", () => {
    for (const text of [readme, commands]) {
      expect(COMMANDS.map(({ name }) => name).filter((name) => !text.includes(`heterostem ${name}`))).toEqual(
        [],
      );
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
