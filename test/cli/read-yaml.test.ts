import { describe, expect, test } from "vitest";
import { parseYaml, readYaml } from "../../src/cli/config/read-yaml.ts";
import { UsageError } from "../../src/core/index.ts";
import { segmentSchema } from "../../src/segment/index.ts";
import { inversionRecipeSchema } from "../../src/inverse/index.ts";

const parse = (text: string) => parseYaml(text, inversionRecipeSchema, "study.yaml");

/** Recipe text, then what the message must say. */
const WRONG: readonly (readonly [string, string, string])[] = [
  [
    "an unknown key",
    "aggregate:\n  fractalDimention: 1.8\n",
    'study.yaml:2:3 aggregate: unknown key "fractalDimention"',
  ],
  [
    "a value out of range",
    "microscope:\n  beamEnergyKeV: 5\n",
    "study.yaml:2:3 microscope.beamEnergyKeV: wanted at least 30, got 5",
  ],
  [
    "a prior out of range",
    "aggregate:\n  fractalDimension: { uniform: [1.5, 3.4] }\n",
    "study.yaml:2:38 aggregate.fractalDimension.uniform.1: wanted at most 2.8, got 3.4",
  ],
  [
    "a prior of another kind",
    "aggregate:\n  fractalDimension: wide\n",
    "study.yaml:2:3 aggregate.fractalDimension: wanted a number, {uniform: [low, high]} or {logUniform: [low, high]}",
  ],
  [
    "a reversed prior",
    "aggregate:\n  radiusFirstNm: { uniform: [12, 3] }\n",
    "wanted [low, high] with low below high, got [12,3]",
  ],
  [
    "a text for a number",
    "corpus: { trainCount: many }\n",
    'study.yaml:1:11 corpus.trainCount: wanted number, got "many"',
  ],
  [
    "crossed detector angles",
    "microscope:\n  detector: { innerMrad: 120, outerMrad: 80 }\n",
    "innerMrad must be below outerMrad, got inner 120, outer 80",
  ],
  ["an unknown material", "aggregate: { materials: [TiO2, WO3] }\n", "name must be one of TiO2-anatase"],
  [
    "a tag of a program",
    "name: !!js/function 'x'\n",
    "study.yaml:1:7 wanted plain values, got the tag !!js/function",
  ],
  [
    "two documents",
    "name: a\n---\nname: b\n",
    "study.yaml:2:1 wanted one document, got another one behind a line of ---",
  ],
  ["a list for a key", "? [a, b]\n: 1\n", "study.yaml:1:3 Map keys must be words"],
  [
    "a share of nothing",
    "aggregate: { materials: [{ name: x, densityGPerCm3: 5, composition: { W: 0 } }, WO3] }\n",
    "composition.W: wanted above 0, got 0",
  ],
  [
    "a material of nothing",
    "aggregate: { materials: [{ name: x, densityGPerCm3: 5, composition: { __proto__: 1 } }, WO3] }\n",
    "composition: wanted one element at least, got none",
  ],
  ["infinity", "seed: .inf\n", "study.yaml:1:1 seed: wanted number, got Infinity"],
  ["a key of JavaScript's own", "__proto__: { polluted: yes }\n", 'study.yaml:1:1 unknown key "__proto__"'],
  ["broken YAML", "aggregate: { a: [1\n", "study.yaml:"],
];

describe("readYaml()", () => {
  for (const [what, text, message] of WRONG) {
    test(`names file, line, wanted and got for ${what}`, () => {
      expect(() => parse(text)).toThrow(UsageError);
      expect(() => parse(text)).toThrow(message);
    });
  }

  test("a mask of a segmentation study is binary where it does not say its kind, as the tutorial writes it", () => {
    const maskOf = (mask: string) =>
      parseYaml(
        `name: a\ndata: { sets: [{ images: i, labels: l }], mask: ${mask} }\n`,
        segmentSchema,
        "study.yaml",
      ).data.mask;
    expect(maskOf('{ foreground: "#00ff00" }')).toEqual({ kind: "binary", foreground: "#00ff00" });
    expect(maskOf("{ threshold: 127 }")).toEqual({ kind: "binary", foreground: "bright", threshold: 127 });
    expect(maskOf("{ ignore: 255 }")).toEqual({ kind: "binary", foreground: "bright", ignore: 255 });
    expect(() => maskOf("{ kind: numbers }")).toThrow(
      'study.yaml:2:51 data.mask.kind: wanted one of binary, classIds, colors, instances, got "numbers"',
    );
    expect(() => maskOf("{ foreground: red }")).toThrow(
      /data\.mask\.foreground: wanted a colour such as "#00ff00", got "red"/,
    );
  });

  test("a choice without a prior in it is not told of priors", () => {
    const text = "name: a\ndata: { sets: [{ images: i, labels: l }], groups: 5 }\n";
    expect(() => parseYaml(text, segmentSchema, "study.yaml")).toThrow(
      'data.groups: wanted {pattern: "..."} or {table: FILE, nameColumn: NAME, groupColumns: [NAME]}, got 5',
    );
  });

  test("tells every problem at once", () => {
    const text = "sed: 4\nmicroscope: { widthPx: 4, heightPx: 4 }\n";
    expect(() => parse(text)).toThrow(
      /unknown key "sed"[\s\S]*widthPx[\s\S]*heightPx|widthPx[\s\S]*heightPx[\s\S]*sed/,
    );
  });

  test("fills in the defaults: an empty recipe is TiO2-WO3", () => {
    expect(parse("{}").aggregate.materials).toEqual(["TiO2-anatase", "WO3"]);
  });

  test("names a file that is not there", () => {
    expect(() => readYaml("nowhere.yaml", inversionRecipeSchema)).toThrow("got no such file (nowhere.yaml)");
  });
});

test.each([
  ["brackets", "a: " + "[".repeat(9000)],
  ["brackets behind another error", "x: 1\n y: " + "[".repeat(5000)],
  ["dashes", "- ".repeat(6000) + "x"],
  ["indents", `k:\n${Array.from({ length: 1500 }, (_, i) => `${" ".repeat(i + 1)}- `).join("\n")}`],
  ["keys", "a: {".repeat(4000)],
])("parseYaml() refuses %s of any depth in words: the parser would end the process", (_, text) => {
  expect(() => parseYaml(text, inversionRecipeSchema, "deep.yaml")).toThrow(
    "Cannot read recipe: lists and keys must be nested a few levels deep, got far more (deep.yaml)",
  );
});

test("a recipe of many keys is read in time by their number, and its error does not repeat them all", () => {
  const begun = process.cpuUsage();
  // compared each with each, 60,000 keys take minutes
  const text = Array.from({ length: 60_000 }, (_, i) => `k${i}: 1`).join("\n");
  const error = errorOf(() => parseYaml(text, inversionRecipeSchema, "keys.yaml"));
  const { user, system } = process.cpuUsage(begun);
  expect((user + system) / 1000).toBeLessThan(10_000);
  expect(error).toContain('keys.yaml:1:1 unknown key "k0", "k1"');
  expect(error.length).toBeLessThan(1000);
});

test("a key that stands twice is told with its place, and only the first of many problems one by one", () => {
  expect(errorOf(() => parseYaml("seed: 1\nseed: 2\n", inversionRecipeSchema, "two.yaml"))).toBe(
    "Cannot read recipe:\n  two.yaml:2:1 Map keys must be unique",
  );
  const escapes = errorOf(() => parseYaml(`name: "${"\\x".repeat(100)}"`, inversionRecipeSchema, "q.yaml"));
  expect(escapes.split("\n")).toHaveLength(22);
  expect(escapes).toMatch(/\n {2}and \d+ more$/);
});

function errorOf(act: () => unknown): string {
  try {
    act();
  } catch (cause) {
    return (cause as Error).message;
  }
  return "none";
}
