import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openCorpus, storedAggregates } from "../../src/corpus/index.ts";
import { heterostem } from "../helpers/heterostem.ts";
import { MATERIAL_PAIR } from "../stochastic/aggregates.ts";

/** The program as a user runs it; `npm test` builds it first. */
const PROGRAM = resolve(import.meta.dirname, "../../dist/src/cli/main.js");
const folder = mkdtempSync(join(tmpdir(), "heterostem-"));
const recipe = join(folder, "small.yaml");

/** 64 x 64 pixels and few images: the whole chain in seconds. */
const RECIPE = `
name: small
seed: 7
aggregate: { particleCount: { logUniform: [20, 40] }, fractalPrefactor: 1.3, necking: 0.1 }
microscope: { widthPx: 64, heightPx: 64, pixelSizeNm: 3 }
corpus: { trainCount: 96, validationCount: 32, testCount: 16 }
training: { epochs: 2, widths: [8, 16] }
errorAnalysis: { imageCount: 4, realisationCount: 2 }
`;

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The built program in a process of its own, as a user runs it. */
async function builtHeterostem(...words: string[]): Promise<Outcome> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [PROGRAM, ...words], {
      cwd: folder,
    });
    return { code: 0, stdout, stderr };
  } catch (error) {
    return error as Outcome;
  }
}

/** All files below a folder with their bytes as text. */
function contents(root: string): Record<string, string> {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(paths.map((path) => [path.slice(root.length), readFileSync(path, "latin1")]));
}

const home = process.cwd();
beforeAll(() => {
  writeFileSync(recipe, RECIPE);
  process.chdir(folder);
});
afterAll(() => process.chdir(home));

describe("heterostem generate", () => {
  test("writes the same bytes with one and with two workers", async () => {
    const words = ["generate", recipe, "--count", "40", "--shard-size", "12"];
    await builtHeterostem(...words, "--workers", "1", "--out", "one");
    await builtHeterostem(...words, "--workers", "2", "--out", "two");
    const [one, two] = [contents(join(folder, "one")), contents(join(folder, "two"))];
    expect(Object.keys(one).filter((path) => path.endsWith(".parquet"))).toHaveLength(4);
    expect(two).toEqual(one);
  });

  test("--seed gives other aggregates and keeps the recipe's other settings", async () => {
    const { stdout } = await heterostem(
      "generate",
      recipe,
      "--count",
      "4",
      "--seed",
      "8",
      "--out",
      "other",
      "--workers",
      "1",
      "--json",
    );
    const manifest = JSON.parse(stdout) as { seed: number; recipe: { name: string } };
    expect(manifest).toMatchObject({ seed: 8, recipe: { name: "small", seed: 8 } });
    const aggregateOf = (corpus: string) =>
      storedAggregates(openCorpus(join(folder, corpus)), MATERIAL_PAIR, { count: 1 }).next();
    expect((await aggregateOf("other")).value).not.toEqual((await aggregateOf("one")).value);
  });
});

describe("heterostem train, validate, invert", () => {
  test("go from a corpus to scores and to answers for its images", async () => {
    await heterostem("generate", recipe, "--count", "128", "--out", "corpus", "--workers", "1");
    await heterostem(
      "generate",
      recipe,
      "--count",
      "24",
      "--seed",
      "99",
      "--out",
      "held-out",
      "--workers",
      "1",
    );
    const trained = await heterostem(
      "train",
      "corpus",
      "--epochs",
      "2",
      "--workers",
      "1",
      "--out",
      "model",
      "--json",
    );
    expect(trained.code).toBe(0);
    const model = join("model", "model.onnx");
    const validated = await heterostem("validate", model, "held-out", "--json");
    const { scores, isTrainingSeed } = JSON.parse(validated.stdout) as {
      scores: { name: string; unit: string; r2: number; rmse: number; baselineRmse: number }[];
      isTrainingSeed: boolean;
    };
    expect(isTrainingSeed).toBe(false);
    // two epochs on 115 images learn little, but the constant's error must be the spread of the prior
    const radius = scores.find((score) => score.name === "mean radius, WO3");
    expect(radius?.unit).toBe("nm");
    expect(radius?.baselineRmse).toBeGreaterThan(1.5);
    expect(radius?.baselineRmse).toBeLessThan(3.7);
    await heterostem("corpus", "export", "held-out", "--count", "1", "--out", "exported");
    const inverted = await heterostem(
      "invert",
      join("exported", "images", "000000.png"),
      "--model",
      model,
      "--out",
      "inverted",
      "--json",
    );
    const { images } = JSON.parse(inverted.stdout) as { images: { verdict: string; distance: number }[] };
    expect(images).toHaveLength(1);
    expect(images[0].verdict).not.toBe("uncalibrated"); // the PNG says that its grey is a share of the beam
    const page = readFileSync(join(folder, "inverted", "report.html"), "utf8");
    expect(page.includes(images[0].verdict), "the report gives the verdict").toBe(true);
    expect(/NaN|undefined/.test(page.replaceAll(/data:image\/png;base64,[^"]+/g, "")), "holes").toBe(false);
  });

  test("validate knows the seed of the images, whatever the seed of the training", async () => {
    await heterostem(
      "train",
      "corpus",
      "--epochs",
      "1",
      "--seed",
      "5",
      "--workers",
      "1",
      "--out",
      "own-seed",
    );
    const { stdout } = await heterostem("validate", join("own-seed", "model.onnx"), "one", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ isTrainingSeed: true });
  });

  test("train says what the network can say of each quantity, and warns where that is next to nothing", async () => {
    const words = [
      "corpus",
      "--epochs",
      "1",
      "--learning-rate",
      "1e-6",
      "--workers",
      "1",
      "--out",
      "unlearned",
    ];
    const { stdout } = await heterostem("train", ...words);
    expect(stdout).toMatch(/quantity +R² \(validation\) +by an image\nparticles +-?\d+\.\d+ +the prior/);
    expect(stdout).toContain("The network has learned next to nothing: its answers are the prior.");
  });

  test("a stream begins from a network that has seen more of it than an epoch", async () => {
    const words = ["small.yaml", "--stream", "--epochs", "1", "--from", "model/model.onnx", "--workers", "1"];
    const { code, stderr } = await heterostem("train", ...words, "--out", "streamed");
    expect([code, stderr.includes("Cannot")]).toEqual([0, false]);
  });

  test("other quantities may be asked of a network's weights: its last layer begins anew, and the progress says so", async () => {
    writeFileSync(
      join(folder, "necks.yaml"),
      RECIPE.replace("necking: 0.1", "necking: { uniform: [0, 0.2] }"),
    );
    const words = ["necks.yaml", "--stream", "--epochs", "1", "--from", "model/model.onnx", "--seed", "8"];
    const { code, stderr } = await builtHeterostem("train", ...words, "--workers", "1", "--out", "necks");
    expect([code, stderr.includes("last layer begun anew")]).toEqual([0, true]);
  });

  test("training twice with the same seed gives the same model, byte for byte", async () => {
    await heterostem("train", "corpus", "--epochs", "2", "--workers", "1", "--out", "again");
    const bytes = (run: string) => readFileSync(join(folder, run, "model.onnx"));
    expect(bytes("again").equals(bytes("model"))).toBe(true);
  });
});

describe("heterostem demo", () => {
  test("writes a report whose figures stand in results.json, and prints its path last", async () => {
    const { code, stdout } = await builtHeterostem("demo", recipe, "--out", "demo");
    expect(code).toBe(0);
    const report = stdout.trimEnd().split("\n").at(-1)?.replace("Report: ", "") ?? "";
    const page = readFileSync(report, "utf8").replaceAll(/data:image\/png;base64,[^"]+/g, "data:");
    // booleans: a page that fails must not be printed whole
    expect(/(src|href)="(?!#|data:)/.test(page), "the page refers to other files").toBe(false);
    expect(/NaN|undefined/.test(page), "the page has holes").toBe(false);
    const results = JSON.parse(readFileSync(join(folder, "demo", "results.json"), "utf8")) as {
      parameters: { r2OnScale: number }[];
      descriptors: { key: string }[];
    };
    const cell = `<td class="number">${results.parameters[0].r2OnScale.toFixed(2)}</td>`;
    expect(page.replaceAll(/>\s+|\s+</g, (text) => text.trim()).includes(cell), cell).toBe(true);
    expect(results.descriptors[0].key).toBe("heteroCoordinationAll");
    expect(existsSync(join(folder, "demo", "model.onnx"))).toBe(true);
  });
});

describe("bad input", () => {
  const PICTURE = join("exported", "images", "000000.png");
  /** Words of the call, exit code, what the message must say. */
  const CASES: readonly (readonly [string, readonly string[], 1 | 2, RegExp])[] = [
    ["an unknown command", ["generat"], 2, /unknown command 'generat'/],
    ["an unknown flag", ["generate", "--cout", "4"], 2, /unknown option '--cout'/],
    ["a flag out of range", ["generate", "--count", "0"], 2, /wanted a whole number from 1 to .*, got 0/],
    ["a missing recipe", ["generate", "none.yaml"], 2, /got no such file \(none\.yaml\)/],
    [
      "missing first weights",
      ["study", "small.yaml", "--from", "none.onnx"],
      2,
      /got no such file \(none\.onnx\)/,
    ],
    [
      "first weights and a narrower network",
      ["study", "small.yaml", "--quick", "--from", "a.onnx"],
      2,
      /wants the whole study, got --quick/,
    ],
    [
      "first weights of another network",
      ["study", "wider.yaml", "--from", "model/model.onnx"],
      1,
      /training\.widths must be 8, 16, 32, got 8, 16 \(model\/model\.onnx\).*leave --from out/,
    ],
    [
      "first weights of another network, for a training alone",
      ["train", "wider.yaml", "--from", "model/model.onnx"],
      1,
      /training\.widths must be 8, 16, 32, got 8, 16/,
    ],
    [
      "first weights that were trained on the images that are to calibrate",
      ["train", "one", "--from", "model/model.onnx", "--out", "never"],
      1,
      /validation images must be new to them, got images of seed 7, of which 115 were trained on and 36 are to be/,
    ],
    [
      "first weights that are none",
      ["train", "one", "--from", "wrong.yaml", "--out", "never"],
      1,
      /wanted an ONNX file, got other bytes \(wrong\.yaml\)/,
    ],
    ["a wrong recipe", ["generate", "wrong.yaml"], 2, /wrong\.yaml:1:1 unknown key "nam"/],
    [
      "a missing corpus",
      ["train", "none", "--out", "never"],
      2,
      /wanted a folder written by heterostem generate/,
    ],
    ["a missing model", ["invert", PICTURE, "--model", "none.onnx"], 2, /got no such file \(none\.onnx\)/],
    [
      "a model that is none",
      ["invert", PICTURE, "--model", "wrong.yaml"],
      1,
      /Cannot load model.*wrong\.yaml/,
    ],
    ["a model in place of an image", ["invert", "model/model.onnx"], 2, /name it with --model/],
    ["a missing image", ["invert", "a.png"], 2, /got no such file \(a\.png\)/],
    ["an image that is none", ["invert", "wrong.yaml"], 1, /Cannot read micrograph.*wrong\.yaml/],
    ["a folder that is not empty", ["generate", "small.yaml", "--out", "one"], 2, /must be empty.*--force/],
    ["a foreign folder with --force", ["generate", "small.yaml", "--out", ".", "--force"], 2, /no run\.json/],
  ];

  beforeAll(() => {
    writeFileSync(join(folder, "wrong.yaml"), "nam: x\n");
    writeFileSync(join(folder, "wider.yaml"), RECIPE.replace("[8, 16]", "[8, 16, 32]"));
  });

  test("the built program ends with the same exit code", async () => {
    expect((await builtHeterostem("generate", "wrong.yaml")).code).toBe(2);
    expect((await builtHeterostem("--version")).code).toBe(0);
  });

  for (const [what, words, code, message] of CASES) {
    test(`${what} gives one clear error, exit code ${code}, and writes nothing`, async () => {
      const before = readdirSync(folder).sort();
      const outcome = await heterostem(...words);
      expect(outcome.stderr).toMatch(message);
      expect(outcome.code).toBe(code);
      expect(outcome.stdout).toBe("");
      expect(readdirSync(folder).sort()).toEqual(before);
    });
  }
});
