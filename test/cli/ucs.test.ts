import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { encodePng16 } from "../../src/micrograph/index.ts";
import { generateSpecimens } from "../../src/ucs/generate-specimens.ts";
import { ucsStudySchema } from "../../src/ucs/index.ts";
import { heterostem } from "../helpers/heterostem.ts";

const folder = mkdtempSync(join(tmpdir(), "heterostem-ucs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A user's folder: images of generated solids with pixels of 5 nm, and a table beside them. */
const config = ucsStudySchema.parse({ imageSize: 64, foldCount: 2 });
const made = await generateSpecimens(config, {
  lots: 6,
  specimensPerLot: 2,
  imagesPerSpecimen: 2,
  shiftedEvery: 100,
});
mkdirSync(join(folder, "images"));
const lines = made.images[0].flatMap((images, i) =>
  images.map((image, k) => {
    const file = join("images", `${i}-${k}.png`);
    writeFileSync(join(folder, file), encodePng16({ ...image, pixelSizeNm: 5 }));
    return `${file},s${i},${made.lots[i]},${made.strengths[i].toFixed(2)}`;
  }),
);
const HEADING = "image,specimen,lot,strength [MPa]";
const table = tableOf("strengths.csv", lines);
const model = join(folder, "model");

function tableOf(name: string, rows: readonly string[]): string {
  const path = join(folder, name);
  writeFileSync(path, [HEADING, ...rows, ""].join("\n"));
  return path;
}

const train = (path: string, ...flags: string[]) =>
  heterostem("ucs", "train", path, "--workers", "1", "--folds", "3", "--descriptors", "structure", ...flags);

describe("heterostem ucs train and predict", () => {
  test("a table and a folder of images become a model, and new images get numbers with intervals", async () => {
    const trained = await train(table, "--out", model);
    expect(trained.stderr).toBe("");
    expect(trained.stdout).toContain("12 specimens of 6 lots, 24 images");
    expect(JSON.parse(readFileSync(join(model, "model.json"), "utf8"))).toMatchObject({
      pixelSizeNm: 5,
      unit: "MPa",
    });
    const out = join(folder, "predicted");
    const predicted = await heterostem("ucs", "predict", model, table, "--out", out, "--workers", "1");
    expect(predicted.stdout).toContain("Of 12 known: RMSE");
    const [heading, first] = readFileSync(join(out, "predictions.csv"), "utf8").split("\n");
    expect(heading).toBe("specimen,images,strength [MPa],90 % interval low [MPa],90 % interval high [MPa]");
    const [name, images, strength, low, high] = first.split(",");
    expect([name, images]).toEqual(["s0", "2"]);
    // the forest has seen this specimen: nearer than the interval for new ones
    expect(Math.abs(Number(strength) - made.strengths[0])).toBeLessThan((Number(high) - Number(low)) / 2);
    const image = join(folder, "images", "3-0.png");
    const alone = await heterostem("ucs", "predict", model, image, "--out", `${out}-1`, "--json");
    expect(JSON.parse(alone.stdout).predictions).toHaveLength(1);
  });

  test("of a batch what cannot be used is told at the end by its name; the others are predicted", async () => {
    const batch = join(folder, "batch");
    mkdirSync(batch);
    const image = { ...made.images[0][0][0], pixelSizeNm: 5 };
    const small = { ...image, width: 3, height: 3, data: image.data.slice(0, 9) };
    writeFileSync(join(batch, "a.png"), encodePng16(image));
    writeFileSync(join(batch, "b.png"), "no picture");
    writeFileSync(join(batch, "c.png"), encodePng16({ ...image, data: image.data.map(() => 0.5) }));
    writeFileSync(join(batch, "d.png"), encodePng16(small));
    writeFileSync(join(batch, "._a.png"), "hidden by macOS");
    writeFileSync(join(batch, "e.png"), encodePng16({ ...image, data: image.data.toReversed() }));
    const out = join(folder, "batch-predicted");
    const words = ["ucs", "predict", model, batch, "--out", out, "--workers", "1"];
    const { code, stdout, stderr } = await heterostem(...words, "--json");
    expect(stderr).toContain("Cannot use all files; the results of the others are there:");
    const { failed, predictions } = JSON.parse(stdout) as {
      readonly failed: readonly { readonly path: string; readonly reason: string }[];
      readonly predictions: readonly { readonly name: string }[];
    };
    expect(failed.map(({ path }) => path)).toEqual(
      ["b.png", "c.png", "d.png"].map((name) => join(batch, name)),
    );
    expect(failed.map(({ reason }) => reason)).toEqual([
      expect.stringContaining("file must be PNG"),
      expect.stringContaining("an image must have contrast and 16 px either way, got Cannot normalise"),
      expect.stringContaining("image must be at least 16 x 16 pixels, got 3 x 3"),
    ]);
    expect(predictions.map(({ name }) => basename(name))).toEqual(["a.png", "e.png"]);
    expect(code).toBe(1);
  });

  test.each([
    [
      "a missing strength",
      [...lines.slice(0, 5), "images/3-0.png,s3,A,"],
      /strength must be a number, got nothing \(.*line 7, image images.3-0.png\)/,
    ],
    [
      "one lot only",
      lines.map((line) => line.replace(/lot \d+/, "A")),
      /at least 3 groups .*for 3 folds, got one \(A\) \(.*bad\.csv\)/,
    ],
    [
      "a file that is not there",
      [...lines, "images/none.png,s99,B,7"],
      /file must be readable, got no such file \(images.none.png, .*bad\.csv line 26\)/,
    ],
  ])("%s is one error that names row and file", async (_, rows, wanted) => {
    const { code, stderr } = await train(tableOf("bad.csv", rows), "--out", join(folder, "bad"));
    expect(code).not.toBe(0);
    expect(stderr).toMatch(wanted);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  test("images of mixed pixel size are refused by name, or brought to one", async () => {
    const other = join("images", "other.png");
    writeFileSync(join(folder, other), encodePng16({ ...made.images[0][0][0], pixelSizeNm: 2.5 }));
    const mixed = tableOf("mixed.csv", [...lines, `${other},s99,B,9`]);
    const refused = await train(mixed, "--out", join(folder, "mixed"));
    expect(refused.stderr).toMatch(
      /got 5 nm in images.0-0.png, .*line 2 and 2.5 nm in images.other.png, .*line 26/,
    );
    expect((await train(mixed, "--out", join(folder, "mixed"), "--resample", "5")).code).toBe(0);
  });

  test("the same picture in several lots is refused by name", async () => {
    const same = lines.map((_, i) => `images/copy-${i}.png,s${i},lot ${i % 6},${i}`);
    const bytes = readFileSync(join(folder, "images", "0-0.png"));
    same.forEach((_, i) => writeFileSync(join(folder, "images", `copy-${i}.png`), bytes));
    const { stderr } = await train(tableOf("same.csv", same), "--out", join(folder, "same"));
    expect(stderr).toMatch(
      /got the same as images.copy-0.png, .*line 2 \(lot 0\) and images.copy-1.png, .*line 3 \(lot 1\)/,
    );
  });

  test("flags of another subcommand and a folder without a model are wrong usage", async () => {
    expect((await heterostem("ucs", "predict", model, table, "--quick")).stderr).toContain(
      "unknown option '--quick'\n(heterostem ucs predict --help",
    );
    expect((await heterostem("ucs", "predict", folder, table)).stderr).toContain("got no model.json in");
  });
});
