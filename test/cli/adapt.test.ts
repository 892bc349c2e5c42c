import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { heterostem } from "../helpers/heterostem.ts";

const folder = mkdtempSync(join(tmpdir(), "heterostem-adapt-"));
const at = (...names: string[]) => join(folder, ...names);

/** 64 x 64 pixels and few images: the whole chain in seconds. */
const RECIPE = `
name: small
seed: 7
aggregate: { particleCount: { logUniform: [10, 20] }, fractalPrefactor: 1.3, necking: 0.1 }
microscope: { widthPx: 64, heightPx: 64, pixelSizeNm: 2 }
corpus: { trainCount: 64, validationCount: 32, testCount: 1 }
training: { epochs: 1, widths: [8, 16], head: gaussian }
`;

let image = "";
beforeAll(async () => {
  writeFileSync(at("small.yaml"), RECIPE);
  await heterostem("train", at("small.yaml"), "--workers", "1", "--out", at("model"));
  await heterostem(
    "generate",
    at("small.yaml"),
    "--count",
    "2",
    "--seed",
    "9",
    "--workers",
    "1",
    "--out",
    at("corpus"),
  );
  await heterostem("corpus", "export", at("corpus"), "--to", "tiff", "--out", at("files"));
  image = at("files", "images", readdirSync(at("files", "images")).sort()[0]);
}, 120_000);

const adapt = (...words: string[]) =>
  heterostem(
    "adapt",
    image,
    "--from",
    at("model", "model.onnx"),
    "--samples",
    "200",
    "--workers",
    "1",
    ...words,
  );

describe("heterostem adapt", () => {
  test("answers the image before and after, and writes network, recipe and report", async () => {
    const { code, stdout, stderr } = await adapt("--out", at("adapted"));
    expect([code, stderr.includes("Cannot")]).toEqual([0, false]);
    expect(stdout).toMatch(/^of the recording +tried +like these images\nelectrons per pixel/);
    const { recording, before, after } = JSON.parse(readFileSync(at("adapted", "answers.json"), "utf8")) as {
      recording: readonly unknown[];
      before: readonly { readonly verdict: string }[];
      after: readonly { readonly file: string; readonly distance: number }[];
    };
    expect([recording.length, before.length, after.length]).toEqual([11, 1, 1]);
    expect(after[0].distance).toBeGreaterThan(0);
    const page = readFileSync(at("adapted", "report.html"), "utf8");
    expect(page.includes("How the images were recorded")).toBe(true);
    expect(/NaN|undefined/.test(page.replaceAll(/data:image\/png;base64,[^"]+/g, ""))).toBe(false);
    // others of the same recording go to the network it wrote
    const later = await heterostem("invert", image, "--model", at("adapted", "model.onnx"), "--json");
    const { images } = JSON.parse(later.stdout) as { images: readonly { readonly distance: number }[] };
    expect(images[0].distance).toBeCloseTo(after[0].distance, 6);
    // and the recipe is one that trains
    const { code: checked } = await heterostem("feasibility", at("adapted", "recipe.yaml"), "--count", "4");
    expect(checked).toBe(0);
  }, 120_000);

  test("an image without a pixel size, one material and a network in pixels are refused before anything is drawn", async () => {
    const one = await adapt("--materials", "SiO2", "--out", at("one"));
    expect(one.stderr).toContain("Cannot adapt: two materials must be named, got 1");
    const model = await adapt("--from", at("small.yaml"), "--out", at("none"));
    expect(model.code).not.toBe(0);
    expect([existsSync(at("one")), existsSync(at("none"))]).toEqual([false, false]);
  });
});
