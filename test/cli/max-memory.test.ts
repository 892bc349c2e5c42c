import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pngFile } from "../../src/image/index.ts";
import { heterostem } from "../helpers/heterostem.ts";

const folder = mkdtempSync(join(tmpdir(), "heterostem-memory-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);

const RECIPE = `
name: small
seed: 7
aggregate: { particleCount: 9, fractalPrefactor: 1.3, necking: 0.1 }
corpus: { trainCount: 4, validationCount: 2, testCount: 2 }
microscope: { widthPx: 32, heightPx: 32, pixelSizeNm: 4 }
`;
const STUDY = `
name: drawn
data:
  sets: [{ images: images, labels: labels }]
  pixelSizeNm: 1
  split: { by: images, validationShare: 0.3, testShare: 0.3 }
`;

beforeAll(async () => {
  writeFileSync(at("recipe.yaml"), RECIPE);
  writeFileSync(at("study.yaml"), STUDY);
  writeFileSync(at("pair.csv"), "x,y,z,radius,material\n0,0,0,5,WO3\n10,0,0,5,TiO2-anatase\n");
  for (const name of ["images", "labels"]) mkdirSync(at(name));
  for (let k = 0; k < 4; k++) {
    const grey = Uint8Array.from({ length: 64 * 64 }, (_, i) => (i * (k + 3)) % 251);
    const mask = grey.map((_, i) => (i % 64 < 20 + k ? 255 : 0));
    const size = { width: 64, height: 64, channels: 1, bitDepth: 8 } as const;
    writeFileSync(at(`images/${k}.png`), pngFile({ ...size, samples: grey }));
    writeFileSync(at(`labels/${k}.png`), pngFile({ ...size, samples: mask }));
  }
  for (const words of [
    ["generate", at("recipe.yaml"), "--workers", "1", "--out", at("corpus")],
    ["segment", "prepare", at("study.yaml"), "--out", at("set")],
  ]) {
    const { code, stderr } = await heterostem(...words);
    if (code !== 0) throw new Error(`Cannot prepare the test by ${words.join(" ")}: ${stderr}`);
  }
  cpSync(at("corpus"), at("broken"), { recursive: true });
  for (const name of readdirSync(at("broken/data"))) rmSync(at(`broken/data/${name}`));
}, 60_000);

/** Every command that reads images, corpora or spheres, beside those with the flags of images, of which inspect stands for all. */
test.each([
  ["inspect", "@images/0.png"],
  ["describe", "@pair.csv"],
  ["describe", "@corpus"],
  ["view", "@pair.csv", "--out", "@never.html"],
  ["simulate", "@pair.csv", "--out", "@never"],
  ["train", "@corpus", "--out", "@never"],
  ["train", "@recipe.yaml", "--workers", "1", "--out", "@never"],
  ["study", "@recipe.yaml", "--workers", "1", "--out", "@never"],
  ["demo", "@recipe.yaml", "--workers", "1", "--out", "@never"],
  ["generate", "@recipe.yaml", "--workers", "1", "--out", "@never"],
  ["corpus", "verify", "@broken", "--repair", "--workers", "1"],
  ["validate", "models/tio2-wo3-contrast.onnx", "@corpus"],
  ["corpus", "export", "@corpus", "--out", "@never"],
  ["corpus", "inspect", "@corpus", "--out", "@never"],
  ["segment", "prepare", "@study.yaml", "--out", "@never"],
  ["segment", "train", "@set", "--out", "@never"],
  ["segment", "sweep", "@set", "--out", "@never"],
  ["hrtem", "study", "configs/hrtem-au.yaml", "--quick", "--workers", "1", "--out", "@never"],
])("heterostem %s %s refuses what needs more than --max-memory, with the remedy", async (...words) => {
  const named = words.map((word) => (word.startsWith("@") ? at(word.slice(1)) : word));
  const { code, stderr } = await heterostem(...named, "--max-memory", "1e-9");
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(
      /must need at most 1e-9 GB of memory, got .* GB(?: .*|; take fewer .*)(?:; |, or )--max-memory GB allows more\n$/,
    ),
  ]);
});
