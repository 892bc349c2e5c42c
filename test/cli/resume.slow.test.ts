import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { generateSpecimens } from "../../src/ucs/generate-specimens.ts";
import { ucsStudySchema } from "../../src/ucs/index.ts";
import { encodePng16 } from "../../src/micrograph/index.ts";
import { COMMANDS } from "../../src/cli/commands/index.ts";
import { heterostem } from "../helpers/heterostem.ts";
import { TINY_HRTEM } from "../helpers/hrtem-own-images.ts";
import { drawnImage, maskPng, squareMask } from "../helpers/labelled-folder.ts";

const folder = mkdtempSync(join(tmpdir(), "heterostem-resume-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (...names: string[]) => join(folder, ...names);

const RECIPE = `
name: small
seed: 7
microscope: { widthPx: 32, heightPx: 32, pixelSizeNm: 6 }
aggregate: { particleCount: { logUniform: [20, 40] } }
training: { epochs: 2, widths: [8, 16] }
corpus: { trainCount: 24, validationCount: 20, testCount: 20 }
errorAnalysis: { imageCount: 2, realisationCount: 2 }
`;
const SEGMENT = `
name: small
data:
  sets: [{ images: images, labels: labels }]
  groups: { pattern: "^s[0-9]" }
  split: { by: folds, count: 2 }
model: { widths: [4], bottomWidth: 4 }
training: { cropPx: 32, epochs: 1 }
sweep: { folds: true }
`;

const PARTICLES = `
name: small
modality: haadf
fieldPx: 128
edgePx: 64
cropPx: 32
imageCount: 4
validationCount: 2
network: { widths: [4], bottomWidth: 4 }
training: { epochs: 1, batchSize: 2, measurements: 1 }
`;

const UCS = `
name: small
imageSize: 64
foldCount: 2
budget: { lots: 12, specimensPerLot: 2, imagesPerSpecimen: 1, shiftedEvery: 2, networkSteps: 12 }
`;

/** Calls that know --resume, by their names: the words behind, and a flag whose value changes what is made. */
const CALLS: Readonly<
  Record<
    string,
    { readonly words: readonly string[]; readonly other: readonly string[]; readonly isInstead?: boolean }
  >
> = {
  generate: { words: [at("small.yaml"), "--count", "8", "--workers", "1"], other: ["--seed", "8"] },
  "corpus merge": { words: [at("parts")], other: [at("other-parts")], isInstead: true },
  adapt: {
    words: [at("image.tif"), "--from", at("start", "model.onnx"), "--samples", "200", "--workers", "1"],
    other: ["--seed", "8"],
  },
  train: { words: [at("small.yaml"), "--workers", "1"], other: ["--epochs", "3"] },
  study: { words: [at("small.yaml"), "--workers", "1"], other: ["--seed", "8"] },
  "segment train": { words: [at("set"), "--fold", "0", "--workers", "1"], other: ["--epochs", "2"] },
  "segment sweep": { words: [at("set"), "--workers", "1"], other: ["--config", at("other-segment.yaml")] },
  "segment suggest": {
    words: [..."--budgets 1,2 --seeds 2 --steps 2 --workers 1 --simulate".split(" "), at("set")],
    other: ["--seeds", "3"],
  },
  "hrtem train": { words: [at("hrtem.yaml"), "--quick", "--workers", "1"], other: ["--seed", "8"] },
  "hrtem study": { words: [at("hrtem.yaml"), "--quick", "--workers", "1"], other: ["--seed", "8"] },
  "particles train": { words: [at("particles.yaml"), "--workers", "1"], other: ["--epochs", "2"] },
  "segment pretrain": {
    words: [at("segment.yaml"), at("drawn", "images"), "--workers", "1"],
    other: ["--epochs", "2"],
  },
  "ucs study": { words: [at("ucs.yaml"), "--workers", "1"], other: ["--seed", "8"] },
  "ucs train": {
    words: [at("strengths.csv"), "--folds", "3", "--model", "cnn", "--steps", "12", "--workers", "1"],
    other: ["--seed", "8"],
  },
};

beforeAll(async () => {
  for (const part of ["images", "labels"]) mkdirSync(at("drawn", part), { recursive: true });
  writeFileSync(at("small.yaml"), RECIPE);
  writeFileSync(at("particles.yaml"), PARTICLES);
  writeFileSync(at("ucs.yaml"), UCS);
  writeFileSync(at("hrtem.yaml"), JSON.stringify(TINY_HRTEM));
  const names = Array.from({ length: 6 }, (_, i) => `s${Math.floor(i / 3)}_${i}`);
  for (const [i, name] of names.entries()) {
    writeFileSync(at("drawn", "images", `${name}.png`), drawnImage(i));
    writeFileSync(
      at("drawn", "labels", `${name}.png`),
      maskPng(squareMask(i), (id) => [255 * id]),
    );
  }
  writeFileSync(at("segment.yaml"), SEGMENT);
  writeFileSync(at("other-segment.yaml"), SEGMENT.replace("epochs: 1", "epochs: 2"));
  for (const [parent, seed] of [
    ["parts", "7"],
    ["other-parts", "8"],
  ]) {
    for (const part of ["1", "2"]) {
      const place = ["--workers", "1", "--shard", `${part}/2`, "--out", join(at(parent), `part-${part}`)];
      const made = await heterostem("generate", at("small.yaml"), "--count", "8", "--seed", seed, ...place);
      if (made.code !== 0) throw new Error(made.stderr);
    }
  }
  const started = await heterostem("train", at("small.yaml"), "--workers", "1", "--out", at("start"));
  if (started.code !== 0) throw new Error(started.stderr);
  const files = at("files");
  // a field that the aggregate leaves half empty
  writeFileSync(
    at("wide.yaml"),
    RECIPE.replace("widthPx: 32, heightPx: 32, pixelSizeNm: 6", "widthPx: 80, heightPx: 80, pixelSizeNm: 2"),
  );
  const one = ["--count", "1", "--workers", "1", "--out", at("wide")];
  await heterostem("generate", at("wide.yaml"), ...one);
  await heterostem("corpus", "export", at("wide"), "--to", "tiff", "--out", files);
  copyFileSync(join(files, "images", readdirSync(join(files, "images")).sort()[0]), at("image.tif"));
  const set = await heterostem(
    "segment",
    "prepare",
    at("segment.yaml"),
    "--data",
    at("drawn"),
    "--out",
    at("set"),
  );
  if (set.stderr !== "") throw new Error(set.stderr);
  const config = ucsStudySchema.parse({ imageSize: 64, foldCount: 2 });
  const made = await generateSpecimens(config, {
    lots: 6,
    specimensPerLot: 1,
    imagesPerSpecimen: 1,
    shiftedEvery: 100,
  });
  const rows = made.images[0].map(([image], i) => {
    writeFileSync(at(`${i}.png`), encodePng16({ ...image, pixelSizeNm: 5 }));
    return `${i}.png,s${i},${made.lots[i]},${made.strengths[i].toFixed(2)}`;
  });
  writeFileSync(at("strengths.csv"), ["image,specimen,lot,strength [MPa]", ...rows, ""].join("\n"));
});

test("all commands that know --resume are tried here", () => {
  const calls = COMMANDS.flatMap((one) =>
    "subcommands" in one
      ? one.subcommands.map((sub) => [`${one.name} ${sub.name}`, sub.flags] as const)
      : [[one.name, one.flags] as const],
  );
  const names = calls.filter(([, flags]) => "resume" in flags).map(([name]) => name);
  expect(Object.keys(CALLS).sort()).toEqual(names.sort());
});

for (const [name, { words, other, isInstead = false }] of Object.entries(CALLS)) {
  test(`heterostem ${name} --resume begins where nothing is, is done where all is, and refuses another call`, async () => {
    const out = at("runs", name.replace(" ", "-"));
    const callOf = (...given: readonly string[]) =>
      heterostem(...name.split(" "), ...given, "--out", out, "--resume");
    const call = () => callOf(...words);
    const begun = await call();
    expect(begun.stderr).toBe("");
    expect(begun.code).toBe(0);
    const entries = readdirSync(at("runs"));
    expect(entries.filter((entry) => entry.startsWith(name.replace(" ", "-")))).toEqual([
      name.replace(" ", "-"),
    ]);
    const done = await call();
    expect(done.stderr).toBe("");
    expect(done.code).toBe(0);
    expect(done.progress).not.toMatch(/Training|Growing|Simulating|Describing|Plan:/);
    const refused = await callOf(...(isInstead ? other : [...words, ...other]));
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toMatch(/Cannot resume (run|corpus): .* must be .* got .*--out/);
    expect(existsSync(join(out, "run.json"))).toBe(true);
  });
}
