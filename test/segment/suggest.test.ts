import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode, encode } from "fast-png";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { readCoco, readRoiSet } from "../../src/labels/index.ts";
import {
  loadSet,
  prepareSet,
  segmentSchema,
  splitSets,
  trainSegmenter,
  writeSteelSet,
} from "../../src/segment/index.ts";
import { STEEL_FILES } from "../../src/segment/islands/write-steel-set.ts";
import { heterostem } from "../helpers/heterostem.ts";

const silent = () => ({ update() {}, finish: () => 0 });
const folder = mkdtempSync(join(tmpdir(), "heterostem-suggest-"));
const at = (...names: string[]) => join(folder, ...names);

/** Seven drawn micrographs are labelled, two are not; a network of a few steps knows a little. */
const study = segmentSchema.parse({
  name: "drawn-steel",
  data: {
    sets: [{ images: STEEL_FILES.images, labels: STEEL_FILES.polygons }],
    labelKind: "polygonCsv",
    classNames: ["steel", "island"],
    split: { by: "names", validation: "0000[45]", test: "0000[6]" },
  },
  model: { widths: [6], bottomWidth: 8 },
  training: {
    cropPx: 32,
    cropsPerImage: 16,
    epochs: 4,
    partCount: 1,
    learningRate: 0.01,
    foregroundShare: 0.6,
  },
});

beforeAll(async () => {
  const size = { width: 96, height: 64 };
  writeSteelSet(openRandomStream(3, "steel"), at("steel"), { count: 7, ...size });
  writeSteelSet(openRandomStream(4, "steel"), at("more"), { count: 2, ...size });
  const where = { dataFolder: at("steel"), out: at("set"), startStage: silent };
  await prepareSet(openRandomStream(1, "split"), study, where);
  const sets = splitSets(await loadSet(at("set")), null);
  const options = { heterostemVersion: "test", fold: null, threads: 1 };
  const { onnx } = await trainSegmenter(openRandomStream(1, "train"), study, sets, options);
  writeFileSync(at("model.onnx"), onnx);
  mkdirSync(at("unlabelled"));
  const images = STEEL_FILES.images;
  copyFileSync(at("steel", images, "IMG_00000.png"), at("unlabelled", "IMG_00000.png"));
  for (const i of [0, 1])
    copyFileSync(at("more", images, `IMG_0000${i}.png`), at("unlabelled", `new_${i}.png`));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Tasks {
  readonly tasks: readonly {
    readonly tile: string;
    readonly source: string;
    readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
    readonly score: number;
    readonly disagreement: number;
  }[];
}

const suggest = (out: string, ...words: string[]) => {
  const sources = [at("model.onnx"), at("unlabelled"), "--labelled", at("set")];
  const common = "--tile 32 --workers 1 --out".split(" ");
  return heterostem("segment", "suggest", ...sources, ...common, at(out), ...words);
};
const tasksOf = (out: string) => (JSON.parse(readFileSync(at(out, "tasks.json"), "utf8")) as Tasks).tasks;
const greys = (path: string) => decode(readFileSync(path)).data;

describe("heterostem segment suggest", () => {
  test("writes tiles of images that nobody has labelled, with labels to correct in every format, the same at every call", async () => {
    const { code, stderr, stdout } = await suggest("a", "--budget", "4");
    expect(stderr).toBe("");
    expect(code).toBe(0);
    // the first image was trained on
    expect(stdout).toContain("1 image passed over, labelled already by name: IMG_00000.png");
    const tasks = tasksOf("a");
    expect(tasks).toHaveLength(4);
    const annotations = readCoco(readFileSync(at("a", "coco.json"), "utf8"), "coco.json");
    const studio = JSON.parse(readFileSync(at("a", "label-studio.json"), "utf8")) as readonly {
      readonly predictions: readonly { readonly result: readonly unknown[] }[];
    }[];
    const cvat = readFileSync(at("a", "cvat.xml"), "utf8").split("<image ").slice(1);
    for (const [i, { tile, source, box }] of tasks.entries()) {
      const whole = greys(source);
      const cut = greys(at("a", "tiles", `${tile}.png`));
      // linear in the image's greys, from its darkest to its brightest
      const [low, high] = [Math.min(...whole), Math.max(...whole)];
      const first = ((whole[box.y * 96 + box.x] - low) / (high - low)) * 65535;
      expect(Math.abs(cut[0] - first)).toBeLessThan(1);
      const mask = greys(at("a", "labels", `${tile}.png`));
      const area = mask.filter((value) => value === 200).length;
      expect(area + mask.filter((value) => value === 0).length).toBe(32 * 32);
      const { shapes, imageName } = annotations[i];
      expect(imageName).toBe(`${tile}.png`);
      expect(studio[i].predictions[0].result).toHaveLength(shapes.length);
      expect(cvat[i]).toContain(`name="${tile}.png" width="32" height="32"`);
      expect(cvat[i].match(/<(polygon|mask) label="island"/g)?.length ?? 0).toBe(shapes.length);
      expect(shapes.length > 0).toBe(area > 0);
      const rois = at("a", "rois", `${tile}.zip`);
      expect(existsSync(rois) ? readRoiSet(readFileSync(rois)).length : 0).toBe(shapes.length);
    }
    expect(readFileSync(at("a", "report.html"), "utf8").match(/<img /g)).toHaveLength(8);
    expect(readFileSync(at("a", "tasks.csv"), "utf8").trim().split("\n")).toHaveLength(5);
    await suggest("b", "--budget", "4");
    for (const name of readdirSync(at("a"), { recursive: true, encoding: "utf8" }).filter((one) =>
      /\.\w+$/.test(one),
    ))
      expect(readFileSync(at("b", name)).equals(readFileSync(at("a", name))), name).toBe(true);
  });

  test("where all images have names of labelled ones, the refusal says which", async () => {
    const words = [
      at("model.onnx"),
      at("unlabelled", "IMG_00000.png"),
      "--labelled",
      at("set"),
      "--out",
      at("no"),
    ];
    const { code, stderr } = await heterostem("segment", "suggest", ...words, "--budget", "1");
    expect(code).toBe(2);
    expect(stderr).toContain(
      "got none in IMG_00000.png; 1 image passed over, labelled already by name: IMG_00000.png",
    );
  });

  test("by uncertainty takes the largest scores; by diversity and by both, others", async () => {
    for (const by of ["uncertainty", "diversity", "both"])
      await suggest(by, "--budget", "3", "--by", by, "--measure", "entropy");
    const scores = tasksOf("uncertainty").map(({ score }) => score);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    await suggest("all", "--budget", "99", "--by", "uncertainty", "--measure", "entropy");
    expect(tasksOf("all").slice(0, 3)).toMatchObject(tasksOf("uncertainty").map(({ tile }) => ({ tile })));
    // two images of 3 x 2 tiles
    expect(tasksOf("all")).toHaveLength(12);
    const names = (out: string) => tasksOf(out).map(({ tile }) => tile);
    expect(names("diversity")).not.toEqual(names("uncertainty"));
    expect(tasksOf("all").every(({ disagreement }) => disagreement > 0 && disagreement < 0.5)).toBe(true);
  });

  test("its folder is prepared and trained on as it is once labels are corrected, with the former labels, and known to the next call", async () => {
    await suggest("round", "--budget", "3");
    const [first, second] = tasksOf("round");
    // a person draws a square that the network cannot have found, and leaves a strip undecided
    const corrected = new Uint8Array(32 * 32);
    for (let y = 4; y < 12; y++) corrected.fill(200, 32 * y + 4, 32 * y + 12);
    corrected.fill(255, 32 * 31);
    const png = encode({ width: 32, height: 32, data: corrected, depth: 8, channels: 1 });
    writeFileSync(at("round", "labels", `${first.tile}.png`), png);
    const prepared = await heterostem("segment", "prepare", at("round", "study.yaml"), "--out", at("set-2"));
    expect(prepared.stderr).toBe("");
    const { manifest, items } = await loadSet(at("set-2"));
    const tile = items.find(({ name }) => name === first.tile);
    expect(tile?.classShares[1]).toBe(64 / 1024);
    expect(tile?.classIds.filter((id) => id === 255)).toHaveLength(32);
    expect(tile?.group).toBe(first.tile.slice(0, 5));
    const former = await loadSet(at("set"));
    for (const { name, split, classIds, image } of former.items) {
      const again = items.find((one) => one.name === name);
      expect([again?.split, again?.classIds, again?.image.data]).toEqual([split, classIds, image.data]);
    }
    expect(manifest.entries.filter(({ split }) => split === "training")).toHaveLength(4 + 3);
    const short = "--epochs 1 --workers 1 --out".split(" ");
    const trained = await heterostem("segment", "train", at("set-2"), ...short, at("model-2"));
    expect(trained.stderr).toBe("");
    const next = ["segment", "suggest", at("model-2"), at("unlabelled"), "--labelled", at("set-2")];
    await heterostem(...next, "--tile", "32", "--budget", "99", "--workers", "1", "--out", at("round-2"));
    const left = tasksOf("round-2").map((task) => task.tile);
    expect(left).toHaveLength(12 - 3);
    expect(left).not.toContain(second.tile);
  });

  test("takes regions that were corrected in ImageJ in place of masks", async () => {
    await suggest("rois", "--budget", "12");
    const yaml = readFileSync(at("rois", "study.yaml"), "utf8");
    const changed = yaml.replace("labels: labels\n", "labels: rois\n      labelKind: imageJRois\n");
    expect(changed).not.toBe(yaml);
    writeFileSync(at("rois", "study.yaml"), changed);
    const { stderr } = await heterostem(
      "segment",
      "prepare",
      at("rois", "study.yaml"),
      "--out",
      at("set-rois"),
    );
    expect(stderr).toBe("");
    const { items } = await loadSet(at("set-rois"), ({ split }) => split === "training");
    const drawn = items.filter(({ name }) => existsSync(at("rois", "rois", `${name}.zip`)));
    expect(drawn.length).toBeGreaterThan(0);
    for (const { name, classIds } of drawn) {
      const mask = greys(at("rois", "labels", `${name}.png`));
      expect(classIds.filter((id) => id === 1).length).toBe(mask.filter((value) => value === 200).length);
    }
  });

  test("says what it cannot do, and leaves nothing", async () => {
    const small = await suggest("never", "--tile", "16");
    expect(small.stderr).toContain(
      "Cannot suggest tiles: --tile must be at least 32 px, on which the model's study can train, got 16",
    );
    const none = await heterostem("segment", "suggest", "--out", at("never"));
    expect(none.stderr).toContain(
      "Cannot suggest tiles: wanted a model and images, or --simulate SET, got neither",
    );
    expect(existsSync(at("never"))).toBe(false);
  });
});

describe("heterostem segment suggest --simulate", () => {
  const replay = (out: string, ...words: string[]) => {
    const small = "--tile 32 --budgets 1,2,4 --seeds 2 --steps 4 --workers 1 --out".split(" ");
    return heterostem("segment", "suggest", "--simulate", at("set"), ...small, at(out), ...words);
  };
  interface Replay {
    readonly trainings: readonly {
      readonly seed: number;
      readonly by: string;
      readonly count: number;
      readonly tiles: readonly string[];
      readonly meanIou: number;
    }[];
  }
  const replayOf = (out: string) => JSON.parse(readFileSync(at(out, "replay.json"), "utf8")) as Replay;

  test("adds tiles in each way to the same first ones, and tells the scores with intervals over seeds", async () => {
    const { code, stdout, stderr } = await replay("replay");
    expect(stderr).toBe("");
    expect(code).toBe(0);
    const { trainings } = replayOf("replay");
    expect(trainings).toHaveLength(2 * (1 + 4 * 2));
    for (const { seed, by, count, tiles } of trainings) {
      expect(new Set(tiles).size).toBe(count);
      const before = trainings.find(
        (one) => one.seed === seed && one.count === count / 2 && [by, "start"].includes(one.by),
      );
      expect(tiles.slice(0, Math.floor(count / 2))).toEqual(before?.tiles ?? []);
    }
    const [one, other] = trainings.filter(({ by }) => by === "start");
    expect(one.tiles).not.toEqual(other.tiles);
    expect(stdout).toContain("over random (95 %)");
    expect(readFileSync(at("replay", "report.html"), "utf8")).toContain("labelled tiles");
    expect(readFileSync(at("replay", "replay.svg"), "utf8")).toContain("diversity");
  });

  test("goes on after a kill to the same results, and not with other settings", async () => {
    const partial = at("resumed.partial");
    mkdirSync(join(partial, "trainings"), { recursive: true });
    const done = readdirSync(at("replay", "trainings")).filter((name) => !/seed-1-(both|random)/.test(name));
    expect(done).toHaveLength(14);
    for (const name of done) copyFileSync(at("replay", "trainings", name), join(partial, "trainings", name));
    copyFileSync(at("replay", "settings.json"), join(partial, "settings.json"));
    const other = await replay("resumed", "--resume", "--steps", "5");
    expect(other.stderr).toContain("settings must be those of the unfinished run, got others");
    const { stderr } = await replay("resumed", "--resume");
    expect(stderr).toBe("");
    expect(replayOf("resumed")).toEqual(replayOf("replay"));
    const again = await replay("resumed", "--resume");
    expect(again.stdout).toContain("done already");
  });

  test("refuses more tiles than there are, and a model", async () => {
    const many = await replay("never", "--budgets", "1,999");
    expect(many.stderr).toContain("Cannot replay labelling: --budgets must be at most 24 tiles, got 999");
    const words = ["segment", "suggest", at("model.onnx"), "--simulate", at("set"), "--out", at("never")];
    expect((await heterostem(...words)).stderr).toContain("trains networks of its own and takes no model");
    expect(existsSync(at("never"))).toBe(false);
  });
});
