import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { buildParser } from "../../src/cli/build-parser.ts";
import type { AnyCommand } from "../../src/cli/command.ts";
import { COMMANDS } from "../../src/cli/commands/index.ts";

const ROOT = resolve(import.meta.dirname, "../..");

/** A call as it stands in a page. */
interface DocCall {
  readonly page: string;
  readonly words: readonly string[];
}

const PAGES = [
  "README.md",
  "models/README.md",
  "samples/README.md",
  ...readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md") && !name.startsWith("api"))
    .map((name) => `docs/${name}`),
];

/** Words of a shell's line, up to a comment, a pipe, a redirection or the next command. */
function shellWords(line: string): string[] {
  const words = [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c);
  const end = words.findIndex((word) => /^(#.*|\||>|&&|;)$/.test(word));
  return end < 0 ? words : words.slice(0, end);
}

/** Calls in fenced and indented blocks, and those of the README's table. */
function callsOf(page: string): DocCall[] {
  const text = readFileSync(join(ROOT, page), "utf8").replaceAll(/ *\\\n\s*/g, " ");
  const fenced = [...text.matchAll(/^```(?:sh|console|bash)\n([\s\S]*?)^```/gm)].map(([, block]) => block);
  const indented = [...text.matchAll(/^ {4}.+$/gm)].map(([line]) => line);
  const ofTable =
    page === "README.md" ? [...text.matchAll(/^\|[^|]*\| `([^`]+)`/gm)].map(([, call]) => call) : [];
  return [...fenced, ...indented, ...ofTable]
    .flatMap((block) => block.split("\n"))
    .flatMap((line) => line.split("&&"))
    .flatMap(
      (line) => /^\s*(?:\$ )?(?:npx )?(?:heterostem|node bin\/heterostem\.js) (.+)/.exec(line)?.[1] ?? [],
    )
    .map((call) => ({ page, words: shellWords(call) }));
}

/** The program's own parser, with commands that do nothing; it throws where a call is wrong. */
async function parseCall(words: readonly string[]): Promise<void> {
  const idle = (command: AnyCommand): AnyCommand => ({
    ...command,
    run: () => Promise.resolve({ text: "", json: null }),
  });
  const entries = COMMANDS.map((entry) =>
    "subcommands" in entry ? { ...entry, subcommands: entry.subcommands.map(idle) } : idle(entry),
  );
  const printed: string[] = [];
  const terminal = {
    printResult: () => {},
    printError: (text: string) => void printed.push(text),
    progress: { isTerminal: false, write: () => {}, now: () => 0 },
  };
  try {
    const parser = buildParser(entries, terminal, { packageFolder: ROOT, version: "0" });
    await parser.parseAsync([...words], { from: "user" });
  } catch (error) {
    throw new Error(printed.join("") || String(error), { cause: error });
  }
}

const CALLS = PAGES.flatMap(callsOf).filter(({ words }) => !words[0].endsWith(":"));

describe("every call that a page shows is one of the program's own", () => {
  test("there are many, of every tutorial that has a terminal", () => {
    expect(CALLS.length).toBeGreaterThan(90);
    const tutorials = new Set(CALLS.map(({ page }) => page).filter((page) => page.includes("tutorials/")));
    expect(tutorials.size).toBe(readdirSync(join(ROOT, "docs/tutorials")).length - 1); // from-code.md has none
  });

  test.each(CALLS.map(({ page, words }) => [page, words.join(" "), words] as const))(
    "%s: heterostem %s",
    async (_page, _call, words) => {
      await expect(parseCall(words)).resolves.toBeUndefined();
      const named = words.filter((word) => /^(?:configs|models|samples)\//.test(word));
      expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    },
  );

  test("a flag, a word too many and a value that are wrong are seen", async () => {
    for (const call of [
      "invert a.tif --wrong",
      "schema extra",
      "train corpus --epochs many",
      "segment trian",
    ])
      await expect(parseCall(call.split(" "))).rejects.toThrow(/error:/);
  });
});
