import { expect, expectTypeOf, test } from "vitest";
import { buildParser } from "../../src/cli/build-parser.ts";
import { defineCommand } from "../../src/cli/command.ts";
import { OUT_FLAG, wholeNumber } from "../../src/cli/flags.ts";

/** What the command was run with, for the tests. */
const seen: object[] = [];

/** A command with a flag and an argument of every kind. */
const MEASURE = defineCommand({
  name: "measure",
  summary: "Measure samples",
  arguments: {
    sample: { help: "one" },
    reference: { help: "perhaps another", isOptional: true },
  },
  flags: {
    pixelSize: { value: "NM", help: "a number", parse: Number },
    seed: { value: "N", help: "a number with a default", parse: wholeNumber(0, 9), default: 1 },
    note: { value: "TEXT", help: "a text" },
    rule: { value: "NAME", help: "a choice", choices: ["plain", "fine"], default: "plain" },
    real: { value: "IMAGE", help: "several texts", isVariadic: true },
    quick: { help: "a switch" },
    out: { ...OUT_FLAG, isRequired: true },
  },
  example: "measure sample --out runs/measured",
  run({ arguments: words, flags }) {
    expectTypeOf(words).toEqualTypeOf<{ readonly sample: string; readonly reference: string | undefined }>();
    expectTypeOf(flags).toEqualTypeOf<{
      readonly pixelSize: number | undefined;
      readonly seed: number;
      readonly note: string | undefined;
      readonly rule: "plain" | "fine";
      readonly real: readonly string[] | undefined;
      readonly quick: boolean;
      readonly out: string;
    }>();
    seen.push({ ...words, ...flags });
    return Promise.resolve({ text: "", json: null });
  },
});

const COLLECT = defineCommand({
  name: "collect",
  summary: "Collect samples",
  arguments: { samples: { help: "several", isVariadic: true } },
  flags: {},
  example: "collect one two",
  run({ arguments: { samples } }) {
    expectTypeOf(samples).toEqualTypeOf<readonly string[]>();
    seen.push(samples);
    return Promise.resolve({ text: "", json: null });
  },
});

/** What the command that the words name is run with, or what is printed instead. */
async function inputOf(...words: string[]): Promise<unknown> {
  let printed = "";
  const print = (text: string) => void (printed += text);
  const terminal = {
    printResult: print,
    printError: print,
    progress: { isTerminal: false, write: print, now: () => 0 },
  };
  const parser = buildParser([MEASURE, COLLECT], terminal, { packageFolder: ".", version: "0" });
  const count = seen.length;
  await parser.parseAsync(words, { from: "user" }).catch(() => {});
  return seen.length > count ? seen[seen.length - 1] : printed;
}

test("a command gets defaults, off switches and nothing else for flags that are not given", async () => {
  expect(await inputOf("measure", "a", "--out", "there")).toEqual({
    sample: "a",
    reference: undefined,
    pixelSize: undefined,
    seed: 1,
    note: undefined,
    rule: "plain",
    real: undefined,
    quick: false,
    out: "there",
  });
});

test("a command gets flags and arguments as their records read them", async () => {
  const words = ["--pixel-size", "0.5", "--seed", "7", "--note", "x y", "--rule", "fine", "--quick"];
  expect(await inputOf("measure", "a", "b", ...words, "--out", "there", "--real", "c", "d")).toEqual({
    sample: "a",
    reference: "b",
    pixelSize: 0.5,
    seed: 7,
    note: "x y",
    rule: "fine",
    real: ["c", "d"],
    quick: true,
    out: "there",
  });
  expect(await inputOf("collect", "a", "b")).toEqual(["a", "b"]);
});

test("a value that a flag does not take is refused with what was wanted", async () => {
  expect(await inputOf("measure", "a", "--out", "there", "--seed", "10")).toContain(
    "option '--seed <N>' argument '10' is invalid. wanted a whole number from 0 to 9, got 10",
  );
  expect(await inputOf("measure", "a", "--out", "there", "--rule", "coarse")).toContain(
    "wanted one of plain, fine, got coarse",
  );
  expect(await inputOf("measure", "a")).toContain("required option '--out <FOLDER>' not specified");
});
