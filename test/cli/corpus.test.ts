import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode } from "fast-png";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decodePicture, openCorpus, readSamples } from "../../src/corpus/index.ts";
import { readCorpusValues } from "../../src/inverse/index.ts";
import { frameImage, readMicrograph } from "../../src/micrograph/index.ts";
import { contents } from "../corpus/small-corpus.ts";
import { heterostem } from "../helpers/heterostem.ts";

const folder = mkdtempSync(join(tmpdir(), "heterostem-corpus-cli-"));
const recipe = join(folder, "small.yaml");
const RECIPE = `
name: small
seed: 7
aggregate: { particleCount: 9, fractalPrefactor: 1.3, necking: 0.1 }
corpus: { trainCount: 8, validationCount: 2, testCount: 2 }
microscope: { widthPx: 32, heightPx: 32, pixelSizeNm: 4 }
`;

const at = (name: string) => join(folder, name);
const generate = (...words: string[]) =>
  heterostem("generate", recipe, "--workers", "1", "--shard-size", "5", ...words);

beforeAll(async () => {
  writeFileSync(recipe, RECIPE);
  await generate("--out", at("whole"));
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("heterostem generate", () => {
  test("--dry-run tells samples, files, bytes and seconds, and makes nothing", async () => {
    const before = readdirSync(folder);
    const { code, stdout } = await generate("--dry-run", "--out", at("planned"), "--json");
    const plan = JSON.parse(stdout) as { samples: number; shards: number; bytes: number; seconds: number };
    expect(code).toBe(0);
    expect([plan.samples, plan.shards]).toEqual([12, 3]);
    const made = openCorpus(at("whole")).manifest.shards.reduce((sum, shard) => sum + shard.bytes, 0);
    // the plan draws 16 of these 12 samples, some twice: the pictures' mean size is known to a few per cent
    expect(Math.abs(plan.bytes / made - 1)).toBeLessThan(0.05);
    expect(plan.seconds).toBeGreaterThan(0);
    expect(readdirSync(folder)).toEqual(before);
  });

  test("goes on with an interrupted run by --resume alone, and to the same bytes", async () => {
    // the state that a kill leaves: the folder under its partial name, a shard lost, no manifest
    await generate("--out", at("killed"));
    const partial = at("killed.partial");
    renameSync(at("killed"), partial);
    const { shards, rejectedDraws: _, ...plan } = openCorpus(partial).manifest;
    for (const name of ["manifest.json", "README.md", "run.json", shards[1].file])
      rmSync(join(partial, name));
    writeFileSync(join(partial, "plan.json"), JSON.stringify(plan));
    writeFileSync(join(partial, "shards.jsonl"), `${JSON.stringify(shards[0])}\n`);

    const refused = await generate("--out", at("killed"));
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringMatching(/an unfinished run is in .*killed\.partial; go on with it by --resume/),
    ]);
    const other = await generate("--out", at("killed"), "--resume", "--seed", "8");
    expect([other.code, other.stderr]).toEqual([
      1,
      expect.stringMatching(/recipe\.seed must be 7 as when it was begun, got 8/),
    ]);
    expect((await generate("--out", at("killed"), "--resume")).code).toBe(0);
    expect(contents(at("killed"))).toEqual(contents(at("whole")));
    expect(existsSync(partial)).toBe(false);
  });

  test("--resume finds nothing to do in a complete corpus, and refuses one of another recipe", async () => {
    const before = contents(at("whole"));
    expect((await generate("--out", at("whole"), "--resume")).code).toBe(0);
    const other = await generate("--out", at("whole"), "--resume", "--count", "7");
    expect([other.code, other.stderr]).toEqual([
      1,
      expect.stringContaining("sampleCount must be 12 as when it was begun, got 7"),
    ]);
    expect(contents(at("whole"))).toEqual(before);
  });
});

describe("heterostem corpus", () => {
  test("merge joins parts to the bytes that one run gives", async () => {
    for (const part of ["1/2", "2/2"])
      await generate("--shard", part, "--out", at(`part-${part.slice(0, 1)}`));
    const merged = await heterostem("corpus", "merge", at("part-2"), at("part-1"), "--out", at("merged"));
    expect(merged.code).toBe(0);
    expect(contents(at("merged"))).toEqual(contents(at("whole")));
    // a merge that was requeued after its end
    const again = ["corpus", "merge", at("part-2"), at("part-1"), "--out", at("merged")];
    expect((await heterostem(...again)).code).toBe(2);
    expect((await heterostem(...again, "--resume")).code).toBe(0);
    await generate("--seed", "8", "--out", at("another"));
    const other = await heterostem(...again.slice(0, -1), at("another"), "--resume");
    expect([other.code, other.stderr]).toEqual([
      1,
      expect.stringContaining("recipe.seed must be 8 as when it was begun, got 7"),
    ]);
  });

  test("verify names the shard that is broken; --repair makes it again", async () => {
    expect((await heterostem("corpus", "verify", at("whole"))).stdout).toMatch(
      /3 shards, .*as the manifest says/,
    );
    const before = contents(at("whole"));
    writeFileSync(join(at("whole"), "data/train-00001-of-00003.parquet"), "garbage");
    const found = await heterostem("corpus", "verify", at("whole"));
    expect(found.code).toBe(1);
    expect(found.stderr).toMatch(
      /got 1 of 3 that are not .*\n {2}data\/train-00001-of-00003\.parquet: 7 bytes/,
    );
    const repaired = await heterostem("corpus", "verify", at("whole"), "--repair", "--workers", "1");
    expect(repaired.stdout).toMatch(/Made again 1 of 3 shards/);
    expect(contents(at("whole"))).toEqual(before);
  });

  test("the numbers of a few samples are read without those of all others", async () => {
    const corpus = openCorpus(at("whole"));
    const [all, some] = [await readCorpusValues(corpus), await readCorpusValues(corpus, { count: 7 })];
    expect(some.parameters.map(({ values }) => values)).toEqual(
      all.parameters.map(({ values }) => values.slice(0, 7)),
    );
  });

  test("inspect tells counts and quantiles, and draws a contact sheet and histograms", async () => {
    const { stdout } = await heterostem("corpus", "inspect", at("whole"), "--out", at("look"));
    expect(stdout).toMatch(/12 samples in 3 files/);
    expect(stdout).toMatch(/^particles +9 +9 +9$/m);
    const sheet = decode(readFileSync(join(at("look"), "contact-sheet.png")));
    // two rows of 8 images of 32 pixels with 2 pixels between them
    expect([sheet.width, sheet.height]).toEqual([8 * 34 - 2, 2 * 34 - 2]);
    const page = readFileSync(join(at("look"), "inspect.html"), "utf8");
    expect(page.includes("Histogram of mean radius, WO3 [nm] over 12 samples"), "no histogram").toBe(true);
    expect(page.includes("Histogram of particles"), "a histogram of a constant").toBe(false);
  });

  test("export gives the stored images to other programs, with the labels as a table", async () => {
    const formats = { png: "images/000001.png", tiff: "images/000001.tif", npy: "images.npy" };
    const images = [];
    for await (const { picture } of readSamples(openCorpus(at("whole")), { start: 1, count: 2 })) {
      images.push(await decodePicture(picture));
    }
    for (const [format, file] of Object.entries(formats)) {
      const out = at(`as-${format}`);
      const words = ["--to", format, "--first", "1", "--count", "2", "--out", out];
      expect((await heterostem("corpus", "export", at("whole"), ...words)).code).toBe(0);
      const read = frameImage(await readMicrograph(readFileSync(join(out, file)), file), 0);
      expect(read.data).toEqual(images[0].data);
      expect(read.pixelSizeNm).toBe(format === "npy" ? null : 4);
      const lines = readFileSync(join(out, "labels.csv"), "utf8").trim().split("\n");
      expect(lines).toHaveLength(3);
      expect(lines[1].split(",")[lines[0].split(",").indexOf("sampleIndex")]).toBe("1");
    }
  });

  test("export --to webdataset gives archives of samples, PNG and JSON under one number", async () => {
    const out = at("as-webdataset");
    const words = ["--to", "webdataset", "--first", "1", "--count", "2", "--out", out];
    expect((await heterostem("corpus", "export", at("whole"), ...words)).code).toBe(0);
    const listed = execFileSync("tar", ["-tf", join(out, "images-000000.tar")], { encoding: "utf8" });
    expect(listed.trim().split("\n")).toEqual(["000001.png", "000001.json", "000002.png", "000002.json"]);
    const fileOf = (name: string) => execFileSync("tar", ["-xOf", join(out, "images-000000.tar"), name]);
    await heterostem(
      "corpus",
      "export",
      at("whole"),
      "--to",
      "png",
      "--count",
      "3",
      "--out",
      at("as-png-too"),
    );
    expect(fileOf("000002.png")).toEqual(readFileSync(join(at("as-png-too"), "images/000002.png")));
    // the numbers are those of labels.csv
    const [head, first] = readFileSync(join(out, "labels.csv"), "utf8").trim().split("\n");
    const values = JSON.parse(fileOf("000001.json").toString()) as Record<string, unknown>;
    expect(Object.keys(values)).toEqual(head.split(","));
    expect(Object.values(values).map((value) => (value === null ? "NaN" : String(value)))).toEqual(
      first.split(","),
    );
  });

  test("export --to xyz gives the aggregates that view grows again", async () => {
    await heterostem("corpus", "export", at("whole"), "--to", "xyz", "--count", "3", "--out", at("spheres"));
    await heterostem("view", at("whole"), "--sample", "2", "--out", at("two.xyz"));
    expect(readFileSync(join(at("spheres"), "aggregates/000002.xyz"), "utf8")).toBe(
      readFileSync(at("two.xyz"), "utf8"),
    );
  });
});

describe("bad input to heterostem corpus", () => {
  const CASES: readonly (readonly [string, readonly string[], 1 | 2, RegExp])[] = [
    ["an unknown subcommand", ["verfy", "whole"], 2, /unknown command 'verfy'\n\(Did you mean verify\?\)/],
    [
      "a flag of another subcommand",
      ["verify", "whole", "--to", "npy"],
      2,
      /unknown option '--to'\n.*corpus verify --help/,
    ],
    ["a folder that is none", ["verify", "none"], 2, /wanted a folder written by heterostem generate/],
    ["two folders for one", ["inspect", "whole", "part-1"], 2, /Expected 1 argument but got 2/],
    [
      "a merge without a target",
      ["merge", "part-1", "part-2"],
      2,
      /required option '--out <FOLDER>' not specified/,
    ],
    [
      "a merge without all parts",
      ["merge", "part-1", "--out", "never"],
      1,
      /parts 1 to 2 once, got none for 2/,
    ],
    [
      "an unknown format",
      ["export", "whole", "--to", "gif"],
      2,
      /wanted one of npy, tiff, png, webdataset, xyz, got gif/,
    ],
  ];

  for (const [what, words, code, message] of CASES) {
    test(`${what} gives one clear error, exit code ${code}, and writes nothing`, async () => {
      const before = readdirSync(folder).sort();
      const places = words.map((word) => (/^(whole|none|part-\d|never)$/.test(word) ? at(word) : word));
      const outcome = await heterostem("corpus", ...places);
      expect(outcome.stderr).toMatch(message);
      expect(outcome.code).toBe(code);
      expect(readdirSync(folder).sort()).toEqual(before);
    });
  }
});
