import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mean, openRandomStream } from "../../src/core/index.ts";
import type { GrayImage, StartStage } from "../../src/core/index.ts";
import { cropRegion } from "../../src/image/index.ts";
import { encodeTiff, imageTiles, openImageStack } from "../../src/micrograph/index.ts";
import {
  checkDownload,
  classify,
  evaluateImages,
  gradientSaliency,
  loadSet,
  occlusionSaliency,
  openEnsemble,
  openSegmenter,
  particlesOf,
  prepareSet,
  segmentFile,
  segmentReport,
  segmentSchema,
  splitSets,
  summarise,
  trainSegmenter,
  writeSteelSet,
} from "../../src/segment/index.ts";
import { pngBytes } from "../../src/report/index.ts";
import { heterostem } from "../helpers/heterostem.ts";
import { filled, written, type Picture } from "../helpers/picture-faults.ts";
import { drawSteel } from "../../src/segment/islands/draw-steel.ts";
import { jointAnswer } from "../../src/segment/apply/symmetries.ts";
import { segmentByTiles } from "../../src/segment/apply/segment-by-tiles.ts";
import { STEEL_FILES } from "../../src/segment/islands/write-steel-set.ts";
import { segmenterNetwork } from "../../src/segment/train/segmenter-network.ts";
import { exportModel, initialWeights } from "../../src/train/index.ts";
import type { TrainedSegmenter } from "../../src/segment/train/train-segmenter.ts";

const silent: StartStage = () => ({ update: () => {}, finish: () => 0 });
const folder = mkdtempSync(join(tmpdir(), "heterostem-segment-"));
const [source, prepared] = [join(folder, "steel"), join(folder, "set")];

/** The steel study, small enough for a test: one level of pooling less, few steps. */
const config = segmentSchema.parse({
  name: "drawn-steel",
  data: {
    sets: [{ images: STEEL_FILES.images, labels: STEEL_FILES.polygons }],
    labelKind: "polygonCsv",
    classNames: ["steel", "island"],
    groups: { table: STEEL_FILES.metadata, nameColumn: "image", groupColumns: ["type", "temperature"] },
    split: { by: "groups", validationShare: 0.2, testShare: 0.25 },
  },
  model: { widths: [6, 12], bottomWidth: 16 },
  training: {
    cropPx: 64,
    cropsPerImage: 16,
    epochs: 3,
    partCount: 1,
    learningRate: 0.006,
    foregroundShare: 0.6,
    averageDecay: 0.9,
  },
});

let model: TrainedSegmenter;

beforeAll(async () => {
  writeSteelSet(openRandomStream(3, "steel"), source, { count: 24, width: 128, height: 96 });
  const where = { dataFolder: source, out: prepared, startStage: silent };
  await prepareSet(openRandomStream(config.seed, "split"), config, where);
  const sets = splitSets(await loadSet(prepared), null);
  model = await trainSegmenter(openRandomStream(1, "train"), config, sets, {
    heterostemVersion: "test",
    fold: null,
    threads: 1,
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the steel study on drawn micrographs", () => {
  test("keeps heat treatments apart and counts the vertices outside the images", async () => {
    const { manifest } = await loadSet(prepared);
    const splits = new Map<string, Set<string>>();
    for (const { group, split } of manifest.entries)
      splits.set(group, (splits.get(group) ?? new Set()).add(split));
    expect([...splits.values()].every((set) => set.size === 1)).toBe(true);
    expect(manifest.warnings.some((warning) => warning.includes("vertices outside the image"))).toBe(true);
  });

  test("finds islands of treatments that were not trained on, better than Otsu's threshold", async () => {
    const { manifest, items } = await loadSet(prepared, ({ split }) => split === "test");
    const segmenter = openSegmenter(model.onnx, { threads: 1 });
    const evaluations = await evaluateImages(segmenter, items, silent);
    await segmenter.dispose();
    const summaries = (["plain", "morphological"] as const).map((rule) =>
      summarise(openRandomStream(1), evaluations, rule, config.data.classNames),
    );
    const [{ classes }] = summaries;
    expect(classes[0].iou.value).toBeGreaterThan(classes[0].otsuIou.value + 0.1);
    expect(classes[0].iou.low).toBeLessThanOrEqual(classes[0].iou.value);
    const particlesIn = (item: (typeof items)[number]) =>
      particlesOf(openRandomStream(1), item, config.particles);
    const labelled = items.map(particlesIn);
    const plain = evaluations.filter(({ rule }) => rule === "plain");
    const found = items.map((item, i) =>
      particlesIn({ ...item, classIds: plain[i].found, instanceIds: null }),
    );
    const page = segmentReport({
      manifest,
      metadata: model.metadata,
      learningCurve: model.trained.learningCurve,
      evaluations,
      summaries,
      items,
      particles: { labelled, found },
      splitName: "test",
      applyCall: "heterostem segment apply model.onnx IMAGE...",
    });
    for (const step of ["Problem", "Data set", "Model", "Training", "Evaluation", "Integration"]) {
      expect(page).toContain(`. ${step}</h2>`);
    }
  });

  test("chooses the threshold of the morphological rule on validation images alone", () => {
    expect(model.metadata.postProcessing.validationIou).toBeGreaterThan(0.2);
    expect(model.metadata.trainingNames.length).toBeGreaterThan(8);
  });
});

describe("openSegmenter()", () => {
  const image: GrayImage = drawSteel(
    openRandomStream(9, "large"),
    { type: "granular", temperatureC: 400 },
    { width: 301, height: 223 },
  ).image;

  test("gives the same probabilities whole and in tiles of any size", async () => {
    const whole = openSegmenter(model.onnx, { threads: 1 });
    const reference = await whole.probabilities(image);
    await whole.dispose();
    expect([reference.width, reference.height]).toEqual([301, 223]);
    for (const tileSize of [96, 132]) {
      const tiled = openSegmenter(model.onnx, { threads: 1, tileSize });
      const { data } = await tiled.probabilities(image);
      await tiled.dispose();
      const worst = data.reduce((most, value, i) => Math.max(most, Math.abs(value - reference.data[i])), 0);
      // the margin is the network's reach, so only the order of float32 sums differs
      expect(worst).toBeLessThan(1e-5);
    }
  });

  test("segments a large image by tiles to the classes of the whole one, though no part knows the others' intensities", async () => {
    const segmenter = openSegmenter(model.onnx, { threads: 1 });
    const settings = model.metadata.postProcessing;
    // one view of any size; four of a size that needs no padding, for padding has one side
    for (const [views, width, height] of [
      [1, 301, 223],
      [4, 300, 220],
    ]) {
      const part = cropRegion(image, { x: 0, y: 0, width, height });
      const { map, uncertainty } = await jointAnswer([segmenter], part, views);
      const large = { width, height, pixelSizeNm: null, tiles: imageTiles(part) };
      for (const rule of ["plain", "morphological"] as const) {
        const answer = await segmentByTiles([segmenter], large, { rule, settings, views, tileSize: 128 });
        const whole = classify(map, rule, settings);
        const differing = answer.classIds.filter((classId, i) => classId !== whole[i]).length;
        // rounding moves a probability by 1e-5: no pixel here lies so near the threshold
        expect(differing).toBe(0);
        expect(whole.includes(1)).toBe(true);
        expect(answer.uncertainty === null).toBe(views === 1);
        answer.uncertainty?.forEach((grey, i) =>
          expect(Math.abs(grey - 510 * (uncertainty?.[i] ?? NaN))).toBeLessThan(0.6),
        );
      }
    }
    await segmenter.dispose();
  });

  test("averages eight views so that turning the image turns the answer", async () => {
    const segmenter = openSegmenter(model.onnx, { threads: 1 });
    const { width, height } = { width: 64, height: 48 };
    const data = Float32Array.from(
      { length: width * height },
      (_, i) => image.data[Math.floor(i / width) * 301 + (i % width)],
    );
    const view = { ...image, width, height, data };
    const mirrored = { ...view, data: data.map((_, i) => data[i - (i % width) + width - 1 - (i % width)]) };
    const answer = await jointAnswer([segmenter], view, 8);
    const other = await jointAnswer([segmenter], mirrored, 8);
    const single = await jointAnswer([segmenter], view, 1);
    await segmenter.dispose();
    const worst = answer.map.data.reduce((most, value, i) => {
      const partner = i - (i % width) + width - 1 - (i % width);
      return Math.max(most, Math.abs(value - other.map.data[partner]));
    }, 0);
    expect(worst).toBeLessThan(1e-5);
    expect(single.uncertainty).toBeNull();
    // a standard deviation of numbers between 0 and 1
    expect(answer.uncertainty?.every((value) => value >= 0 && value <= 0.5)).toBe(true);
  });

  test("refuses bytes that are no segmentation model", () => {
    expect(() => openSegmenter(Uint8Array.of(1, 2, 3), { where: "a.onnx" })).toThrow(
      "Cannot open segmenter: wanted an ONNX file, got other bytes (a.onnx)",
    );
  });
});

describe("segmentFile()", () => {
  const { image } = drawSteel(
    openRandomStream(9, "large"),
    { type: "granular", temperatureC: 400 },
    { width: 301, height: 223 },
  );
  const pixels = Uint8Array.from(image.data, (value) => value);
  const plain: Picture = { width: 301, height: 223, pixels };
  /** A white box with a black bar and its length, as bright as an island. */
  const box = filled(plain, [228, 190, 64, 28], 255);
  const label = filled(written(box, "50 nm", [244, 196], 10), [234, 208, 50, 3], 10);
  const write = (name: string, { pixels: greys, ...size }: Picture) => {
    const path = join(folder, name);
    writeFileSync(path, pngBytes({ ...size, pixels: greys, channels: 1 }));
    return path;
  };
  const answerOf = async (path: string, keepBar: boolean) => {
    writeFileSync(join(folder, "model.onnx"), model.onnx);
    const segmenter = openEnsemble("apply", folder, { views: 1, ensemble: undefined, threads: 1 });
    const stack = await openImageStack(path, { keepBar });
    const answer = await segmentFile(stack, 0, segmenter, "plain");
    await segmenter.dispose();
    return answer;
  };

  test("finds in an image with a boxed scale bar the particles and the area fraction that it finds without one", async () => {
    const without = await answerOf(write("plain.png", plain), false);
    const barred = write("barred.png", label);
    const withBar = await answerOf(barred, false);
    const { areaFraction, particles } = withBar.particles;
    expect(particles.length).toBeGreaterThan(3);
    expect(withBar.notes.join()).toContain("masked");
    // what is filled moves mean and deviation of the image a little, and so a pixel here and there of an outline
    expect(particles).toHaveLength(without.particles.particles.length);
    particles.forEach(({ centerXPx, centerYPx, areaPx }, i) => {
      const other = without.particles.particles[i];
      expect(Math.hypot(centerXPx - other.centerXPx, centerYPx - other.centerYPx)).toBeLessThan(0.5);
      expect(Math.abs(areaPx / other.areaPx - 1)).toBeLessThan(0.02);
    });
    expect(Math.abs(areaFraction.value - without.particles.areaFraction.value)).toBeLessThan(0.002);
    // the same picture with its bar taken for specimen is another
    const taken = await answerOf(barred, true);
    expect(Math.abs(taken.particles.areaFraction.value - areaFraction.value)).toBeGreaterThan(0.004);
  });
});

test("heterostem segment apply tells what it cannot use of a folder at the end by its name, and segments the others", async () => {
  const batch = join(folder, "batch");
  mkdirSync(batch);
  const [first, second] = readdirSync(join(source, STEEL_FILES.images));
  copyFileSync(join(source, STEEL_FILES.images, first), join(batch, "a.png"));
  writeFileSync(join(batch, "b.png"), "no picture");
  const gap = {
    width: 64,
    height: 64,
    data: Float32Array.from({ length: 4096 }, (_, i) => (i === 5 ? NaN : i)),
  };
  writeFileSync(join(batch, "c.tif"), encodeTiff([{ ...gap, intensityUnit: "arbitrary", pixelSizeNm: 1 }]));
  writeFileSync(join(batch, "._a.png"), "hidden by macOS");
  copyFileSync(join(source, STEEL_FILES.images, second), join(batch, "d.png"));
  writeFileSync(join(folder, "model.onnx"), model.onnx);
  const out = join(folder, "segmented");
  const words = ["segment", "apply", join(folder, "model.onnx"), batch, "--pixel-size", "1", "--out", out];
  const { code, stdout, stderr } = await heterostem(...words, "--json");
  expect(stderr).toContain("Cannot use all files; the results of the others are there:");
  const { failed } = JSON.parse(stdout) as {
    readonly failed: readonly { readonly path: string; readonly reason: string }[];
  };
  expect(failed.map(({ path }) => path)).toEqual([join(batch, "b.png"), join(batch, "c.tif")]);
  expect(readdirSync(join(out, "labels"))).toEqual(["0000-a.png", "0001-d.png"]);
  expect(readFileSync(join(out, "particles.csv"), "utf8")).not.toMatch(/[bc]\.(png|tif)/);
  expect(code).toBe(1);
});

/** Pearson's, of values of any sign. */
function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [x, y] = [a, b].map((values) => {
    const all = Array.from(values);
    const middle = mean(all);
    return all.map((value) => value - middle);
  });
  const product = (u: readonly number[], v: readonly number[]) =>
    u.reduce((sum, value, i) => sum + value * v[i], 0);
  return product(x, y) / Math.sqrt(product(x, x) * product(y, y));
}

describe("what an answer comes from", () => {
  const image: GrayImage = {
    ...drawSteel(openRandomStream(4), { type: "granular", temperatureC: 400 }, { width: 128, height: 96 })
      .image,
  };

  test("gradient times input is zero beyond the network's reach, and not within", async () => {
    const region = new Uint8Array(128 * 96);
    region[48 * 128 + 20] = 1;
    const saliency = await gradientSaliency(model.onnx, image, { classId: 1, region });
    const { marginPx } = model.metadata.tiling;
    let [near, far] = [0, 0];
    saliency.forEach((value, i) => {
      const distance = Math.max(Math.abs((i % 128) - 20), Math.abs(Math.floor(i / 128) - 48));
      if (distance > marginPx) far = Math.max(far, Math.abs(value));
      else near = Math.max(near, Math.abs(value));
    });
    expect(far).toBe(0);
    expect(near).toBeGreaterThan(0);
  });

  // [adebayo2018]: a picture of edges that ignores what was learned would pass for an explanation
  test("gradient times input is another picture where the weights are drawn at random", async () => {
    const region = new Uint8Array(128 * 96).fill(1);
    const untrained = exportModel(
      segmenterNetwork(config.model, { width: 128, height: 96 }, 2),
      initialWeights(
        openRandomStream(9, "untrained"),
        segmenterNetwork(config.model, { width: 128, height: 96 }, 2),
      ),
      { ...model.metadata },
    );
    const pictures = [];
    for (const onnx of [model.onnx, untrained]) {
      pictures.push((await gradientSaliency(onnx, image, { classId: 1, region })).map(Math.abs));
    }
    const again = (await gradientSaliency(model.onnx, image, { classId: 1, region })).map(Math.abs);
    expect(correlation(pictures[0], again)).toBeCloseTo(1, 6);
    expect(correlation(pictures[0], pictures[1])).toBeLessThan(0.7);
  });

  test("hiding the patches that hold the found islands lowers their probability more than hiding others", async () => {
    const segmenter = openSegmenter(model.onnx, { threads: 1 });
    const map = await segmenter.probabilities(image);
    const region = classify(map, "plain", model.metadata.postProcessing);
    const occlusion = await occlusionSaliency(segmenter, image, { classId: 1, region, patchPx: 32 });
    await segmenter.dispose();
    const meanWhere = (isInside: number) => {
      const values = occlusion.filter((_, i) => region[i] === isInside);
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    };
    expect(meanWhere(1)).toBeGreaterThan(meanWhere(0));
  });
});

describe("bad data sets", () => {
  const prepare = (data: Partial<(typeof config)["data"]>) =>
    prepareSet(
      openRandomStream(1),
      { ...config, data: { ...config.data, ...data } },
      { dataFolder: source, out: join(folder, "bad"), startStage: silent },
    );

  test("an empty folder, labels for no image and a name outside the group table are named", async () => {
    const sets = [{ images: "nothing", labels: STEEL_FILES.polygons }];
    await expect(prepare({ sets })).rejects.toThrow(
      "Cannot read data set: wanted a folder, got no such folder",
    );
    writeFileSync(
      join(source, "none.csv"),
      "image_url;point;polygon\nother.png;(1, 1);[(1, 1), (5, 1), (5, 5)]\n",
    );
    const foreign = [{ images: STEEL_FILES.images, labels: "none.csv" }];
    await expect(prepare({ sets: foreign })).rejects.toThrow(
      "labels must be named as their images (_mask, _labels, _cp_masks, ... may follow), got images IMG_00000, IMG_00001, IMG_00002, IMG_00003, ..., labels other.png",
    );
    writeFileSync(join(source, "few.csv"), "image;type\nIMG_00000.png;upper\n");
    const groups = { table: "few.csv", nameColumn: "image", groupColumns: ["type"] };
    await expect(prepare({ groups })).rejects.toThrow(
      "table must have a row for every image, got none for IMG_00001",
    );
  });
});

test("checkDownload() tells files that are missing, cut short and right", async () => {
  writeFileSync(join(folder, "a.txt"), "hello");
  const facts = { md5: "5d41402abc4b2a76b9719d911017c592", url: "" };
  const checks = await checkDownload(folder, [
    { ...facts, name: "a.txt", bytes: 5 },
    { ...facts, name: "a.txt", bytes: 6 },
    { ...facts, name: "b.txt", bytes: 5 },
  ]);
  expect(checks.map(({ state }) => state)).toEqual(["right", "other size", "missing"]);
  expect(readFileSync(join(folder, "a.txt"), "utf8")).toBe("hello");
});
