import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { buildParser } from "../../src/cli/build-parser.ts";
import type { AnyCommand, CommandGroup } from "../../src/cli/command.ts";
import { COMMANDS } from "../../src/cli/commands/index.ts";
import { shippedConfig } from "../../src/cli/config/read-config.ts";
import { flagName } from "../../src/cli/flags.ts";
import { beginsWith, CALLS_NOT_RUN, isRun } from "../helpers/calls-not-run.ts";
import { inlineCalls, PAGES, programCalls, RUN_PAGES, shellLines } from "../helpers/page-calls.ts";

const ROOT = resolve(import.meta.dirname, "../..");

/** What the reader of a page brings along, or makes as the page says in words. */
const BROUGHT: Readonly<Record<string, RegExp>> = {
  "docs/tutorials/on-a-cluster.md": /^runs\/set$/,
  "docs/tutorials/label-less.md": /^(runs\/(set|model)|my-images)$/,
  "docs/tutorials/measure-the-particles.md": /^(soot\.png|mixed\.tif|RoiSet\.zip|my-outlines|my-images)$/,
  "docs/tutorials/read-parameters-off-an-image.md":
    /^([a-d]|image|left|flat|right)\.tif$|^soot\.png$|^series\.mrc$/,
  "docs/tutorials/segment-your-micrographs.md": /^my-(study\.yaml|data(\/images)?)$|^steel(-islands\.yaml)?$/,
  "docs/tutorials/set-up-your-microscope.md": /^(my-microscope\.yaml|aggregate\.xyz)$/,
  "docs/tutorials/strength-from-micrographs.md": /^(strengths\.csv|new\.csv|new-images\/\*\.tif|IMAGES)$/,
  "docs/tutorials/train-a-network.md": /^(ampis|discs2?)(\/.+)?$/,
  "docs/decisions/few-labels.md": /^set$/,
  "docs/decisions/segmentation.md": /^FOLDER$/,
  "docs/results.md": /^runs\/set$/,
};

/** Flags whose value is something that must be there. */
const READING = [
  "config",
  "corrections",
  "data",
  "forest",
  "from",
  "labelled",
  "materialsFile",
  "microscope",
];

/** What a call reads, and the folder or file that it writes. */
interface Ends {
  readonly reads: readonly string[];
  readonly recipe: string | undefined;
  readonly writes: string | undefined;
}

/** The program's own parser, with commands that do nothing; it throws where a call is wrong. */
async function parseCall(words: readonly string[]): Promise<Ends> {
  const seen: Ends[] = [];
  const idle = (command: AnyCommand): AnyCommand => ({
    ...command,
    run: (input) => {
      const given = input.arguments as Record<string, string | string[] | undefined>;
      const flags = input.flags as Record<string, unknown>;
      const { recipe, ...others } = given;
      const named = READING.map((flag) => flags[flag]).filter((value) => typeof value === "string");
      const out = flags["out"];
      seen.push({
        reads: [...Object.values(others).flat(), ...named].filter((path) => path !== undefined),
        recipe: typeof recipe === "string" ? recipe : undefined,
        writes: typeof out === "string" ? out : undefined,
      });
      return Promise.resolve({ text: "", json: null });
    },
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
  return seen[0];
}

/** The command, or the group of commands, that words name. */
function commandOf([first, second]: readonly string[]): AnyCommand | CommandGroup | undefined {
  const entry = COMMANDS.find(({ name }) => name === first);
  if (entry === undefined || !("subcommands" in entry)) return entry;
  return entry.subcommands.find(({ name }) => name === second) ?? entry;
}

/** The flags of a command, or of any command of a group, as they are typed. */
function flagsOf(entry: AnyCommand | CommandGroup): string[] {
  const commands = "subcommands" in entry ? entry.subcommands : [entry];
  return ["help", "json", ...commands.flatMap(({ flags }) => Object.keys(flags).map(flagName))];
}

/** What is wrong with a call of a benchmark. */
function benchFaults(bench: string, words: readonly string[]): string[] {
  const program = join(ROOT, "bench", `${bench}.ts`);
  if (!existsSync(program)) return [`bench/${bench}.ts`];
  const source = readFileSync(program, "utf8");
  const flags = words.flatMap((word) => /^--([A-Za-z-]+)/.exec(word)?.[1] ?? []);
  const isKnown = (flag: string) => source.includes(`${flag}:`) || source.includes(`--${flag}`);
  return flags.filter((flag) => !isKnown(flag)).map((flag) => `bench/${bench}.ts --${flag}`);
}

const CALLS = PAGES.flatMap((page) => programCalls(page).map((words) => ({ page, words })));

describe("every call that a page shows is one of the program's own", () => {
  test("there are many, of every tutorial that has a terminal", () => {
    expect(CALLS.length).toBeGreaterThan(90);
    const tutorials = new Set(CALLS.map(({ page }) => page).filter((page) => page.includes("tutorials/")));
    expect(tutorials.size).toBe(readdirSync(join(ROOT, "docs/tutorials")).length - 1); // from-code.md has none
  });

  test.each(CALLS.map(({ page, words }) => [page, words.join(" "), words] as const))(
    "%s: heterostem %s",
    async (_page, _call, words) => {
      await expect(parseCall(words)).resolves.toBeDefined();
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
      "validate model.onnx",
    ])
      await expect(parseCall(call.split(" "))).rejects.toThrow(/error:/);
  });
});

describe("what a call reads ships, was written by an earlier call of the page, or is the reader's own", () => {
  const pages = [...new Set(CALLS.map(({ page }) => page))].filter((page) => page !== "models/README.md");
  test.each(pages)("%s", async (page) => {
    const written: string[] = [];
    const missing: string[] = [];
    const isThere = (path: string) =>
      existsSync(join(ROOT, path)) ||
      BROUGHT[page]?.test(path) ||
      written.some((out) => path === out || path.startsWith(`${out}/`) || path === `${out}.parts`);
    for (const { words } of CALLS.filter((call) => call.page === page)) {
      const { reads, recipe, writes } = await parseCall(words);
      // "fetch steel" and the like name a data set, "predict FOLDER contacts" a task
      const isName = ["fetch", "generate"].includes(words[1]) || words[0] === "benchmark";
      const paths = isName ? [] : reads;
      missing.push(...paths.filter((path) => !isThere(path)));
      if (recipe !== undefined && !isThere(recipe) && shippedConfig(recipe, ROOT) === null)
        missing.push(recipe);
      // without --out a study writes into the folder of its name
      written.push(
        writes ?? `runs/${/([^/]+)\.yaml$/.exec(words.join(" ").split(" --")[0])?.[1] ?? words[0]}`,
      );
    }
    expect(missing).toEqual([]);
  });
});

describe("calls that the slow suite leaves out", () => {
  test.each(CALLS_NOT_RUN.map(({ page, begins, reason }) => [page, begins, reason] as const))(
    "%s: %s is still there, and the tests that its reason names are, too",
    (page, begins, reason) => {
      expect(programCalls(page).some((words) => beginsWith(words, begins))).toBe(true);
      const named = reason.match(/test\/[\w/.-]+/g) ?? [];
      expect(named.filter((path) => !existsSync(join(ROOT, path.replace(/\.$/, ""))))).toEqual([]);
    },
  );

  test("all calls of the README are run, and a quarter of those of the tutorials, beside those that other tests run", () => {
    const counted = (pages: readonly string[]) =>
      pages.flatMap((page) => programCalls(page).map((words) => isRun(page, words)));
    expect(counted(["README.md"])).toEqual(Array.from({ length: 11 }, () => true));
    const ofTutorials = counted(RUN_PAGES.filter((page) => page.includes("tutorials/")));
    expect(ofTutorials.filter(Boolean).length).toBeGreaterThan(ofTutorials.length / 4);
  });
});

describe("what stands in the prose", () => {
  test.each(PAGES)("%s names no command and no flag that is not there", (page) => {
    for (const words of inlineCalls(page, "heterostem").filter(([first = ""]) => /^[a-z]/.test(first))) {
      const entry = commandOf(words);
      expect(entry, words.join(" ")).toBeDefined();
      const known = flagsOf(entry as AnyCommand);
      const flags = words.flatMap((word) => /^--([a-z-]+)/.exec(word)?.[1] ?? []);
      expect(
        flags.filter((flag) => !known.includes(flag)),
        words.join(" "),
      ).toEqual([]);
    }
  });

  test.each(PAGES)("%s calls npm's scripts, and benchmarks with flags, that are there", (page) => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    const shown = shellLines(page).flatMap((line) => {
      const words = /^npm (.+)$/.exec(line)?.[1].split(/\s+/);
      return words === undefined ? [] : [words];
    });
    const faults = [...inlineCalls(page, "npm"), ...shown].flatMap(([verb, script, , bench, ...rest]) => {
      if (verb !== "run") return [];
      if (!Object.keys(scripts).includes(script)) return [`npm run ${script}`];
      return script !== "bench" || bench === "NAME" ? [] : benchFaults(bench, rest);
    });
    expect(faults).toEqual([]);
  });
});
