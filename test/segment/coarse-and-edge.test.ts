import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { evaluate } from "../graph/evaluate.ts";
import { input } from "../../src/graph/index.ts";
import { cropSource } from "../../src/segment/train/crop-source.ts";
import { evaluateImage } from "../../src/segment/evaluate-segmenter.ts";
import { networkReach, segmenterNetwork } from "../../src/segment/train/segmenter-network.ts";
import { particleOutlines, particlesOf } from "../../src/segment/index.ts";
import type { LabelledMicrograph } from "../../src/segment/index.ts";
import { rasterizeAnnotation } from "../../src/labels/index.ts";
import { normalizeForNetwork } from "../../src/segment/data/normalize.ts";
import { channelsToPixels, constantsOf, initialWeights, pixelsToChannels } from "../../src/train/index.ts";

describe("blocks of pixels", () => {
  test("channelsToPixels() undoes pixelsToChannels(), and a block's channels are its pixels in reading order", () => {
    const x = input("x", [2, 1, 4, 6]);
    const data = Float64Array.from({ length: 48 }, (_, i) => i);
    const blocks = pixelsToChannels(x, 2);
    const [there, back] = evaluate([blocks, channelsToPixels(blocks, 2)], { x: data });
    expect(blocks.shape).toEqual([2, 4, 2, 3]);
    expect([0, 6, 12, 18].map((plane) => there[plane])).toEqual([0, 1, 6, 7]);
    expect(back).toEqual(data);
  });

  test("a network on blocks of 2 px looks no farther than its reach, and farther than one without", () => {
    const recipe = { widths: [4], bottomWidth: 4, batchNormalisation: false, blockPx: 2 };
    const { marginPx } = networkReach(recipe);
    expect(marginPx).toBe(2 * networkReach({ ...recipe, blockPx: 1 }).marginPx);
    const size = { width: 96, height: 8 };
    const network = segmenterNetwork(recipe, size, 2);
    const weights = initialWeights(openRandomStream(1), network);
    const x = input("x", [1, 1, size.height, size.width]);
    const { output } = network.forward(x, constantsOf(network, weights));
    const plain = new Float64Array(size.width * size.height);
    const [before] = evaluate([output], { x: plain });
    const [after] = evaluate([output], { x: plain.with(4 * size.width + 10, 1) });
    const changed = [...after.keys()]
      .filter((i) => after[i] !== before[i])
      .map((i) => Math.abs((i % size.width) - 10));
    expect(Math.max(...changed)).toBeLessThanOrEqual(marginPx);
    expect(Math.max(...changed)).toBeGreaterThan(marginPx / 2);
  });

  test("an untrained network answers alike within a block, whatever the image: it brings no pattern of its own", () => {
    const recipe = { widths: [4], bottomWidth: 4, batchNormalisation: false, blockPx: 2 };
    const size = { width: 16, height: 8 };
    const network = segmenterNetwork(recipe, size, 3);
    const rng = openRandomStream(1);
    const x = input("x", [1, 1, size.height, size.width]);
    const { output } = network.forward(x, constantsOf(network, initialWeights(rng, network)));
    const noise = Float64Array.from({ length: size.width * size.height }, () => rng.normal());
    const [logits] = evaluate([output], { x: noise });
    const firstOfBlock = (i: number) => i - (i % 2) - (Math.floor(i / size.width) % 2) * size.width;
    logits.forEach((logit, i) => expect(logit).toBe(logits[firstOfBlock(i)]));
    expect(new Set(logits).size).toBe((3 * size.width * size.height) / 4);
  });
});

describe("levels", () => {
  const image = { width: 3, height: 1, intensityUnit: "arbitrary", pixelSizeNm: null } as const;
  const shown = (...data: number[]) => [
    ...normalizeForNetwork(
      { ...image, data: Float32Array.from(data) },
      { normalization: "levels", levels: [0, 255] },
    ).data,
  ];

  test("show the network the same grey for the same intensity, whatever else is in the image", () => {
    expect(shown(0, 127.5, 255)).toEqual([-2, 0, 2]);
    expect(shown(127.5, 127.5, 127.5)).toEqual([0, 0, 0]);
  });

  test("refuse an image that reaches beyond them", () => {
    expect(() => shown(0, 300, 65535)).toThrow(
      "Cannot normalise image: intensities must lie within the levels 0 to 255 of the study, got 300",
    );
  });
});

describe("cropSource()", () => {
  test("magnifies a cut: classes stay where the intensities are", () => {
    // a half plane: bright where the class is 1
    const [width, height] = [64, 64];
    const classIds = Uint8Array.from({ length: width * height }, (_, i) => (i % width < 30 ? 0 : 1));
    const image = Float32Array.from(classIds);
    const options = {
      edge: 32,
      cropsPerImage: 50,
      classCount: 2,
      foregroundShare: 0.5,
      symmetryCount: 8,
      zoom: 0.6,
    } as const;
    const source = cropSource([{ width, height, image, classIds }], options);
    const [x, target] = [new Float32Array(1024), new Float32Array(1024)];
    const shares = Array.from({ length: source.count }, (_, i) => {
      source.fillInto(openRandomStream(2, i), i, x, target);
      // linear interpolation is 1/2 on the line itself
      x.forEach((value, at) => expect(Math.abs(value - target[at])).toBeLessThanOrEqual(0.5));
      return target.reduce((sum, value) => sum + value, 0) / target.length;
    });
    expect(new Set(shares).size).toBeGreaterThan(20);
  });
});

/** A bright square in the middle and one that the left edge cuts; only the first is labelled. */
function labelledMiddle(): LabelledMicrograph {
  const [width, height] = [12, 12];
  const isIn = (i: number, left: number) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return x >= left && x < left + 4 && y >= 4 && y < 8;
  };
  const data = Float32Array.from({ length: width * height }, (_, i) => (isIn(i, 5) || isIn(i, 0) ? 1 : 0));
  const classIds = Uint8Array.from(data, (_, i) => (isIn(i, 5) ? 1 : 0));
  const image = { width, height, data, intensityUnit: "arbitrary", pixelSizeNm: 2 } as const;
  const facts = {
    name: "a",
    group: "a",
    split: "test",
    fold: null,
    pixelSizeNm: 2,
    classShares: [],
    sourceSha256: "",
  } as const;
  return { ...facts, width, height, image, classIds, instanceIds: null };
}

describe("labels without objects at the edge", () => {
  test("count found ones, and Otsu's, only where the labels have them", () => {
    const item = labelledMiddle();
    const answer = Uint8Array.from(item.image.data);
    const task = { rule: "plain", classCount: 2 } as const;
    const strict = evaluateImage(item, answer, { ...task, dropsEdgeObjects: false }).classes[0];
    const fair = evaluateImage(item, answer, { ...task, dropsEdgeObjects: true }).classes[0];
    expect([strict.iou, strict.otsuIou]).toEqual([0.5, 0.5]);
    expect([fair.iou, fair.otsuIou]).toEqual([1, 1]);
  });
});

test("particleOutlines() fill to the particles again", () => {
  const item = labelledMiddle();
  const { width, height } = item;
  const rule = { classId: 1, separation: "none", seedDepthPx: 1, minAreaPx: 1, edgeRule: "flag" } as const;
  const classIds = Uint8Array.from(item.image.data);
  classIds[6 * width + 6] = 0; // a hole
  const found = particlesOf(openRandomStream(1), { ...item, classIds }, rule);
  const shapes = particleOutlines(found, "square");
  expect(shapes.map(({ rings }) => rings.length)).toEqual([1, 2]);
  const annotation = { imageName: "a", size: null, shapes };
  const { labels } = rasterizeAnnotation(annotation, { width, height, classNames: ["rest", "square"] });
  expect(labels.classIds).toEqual(classIds);
});
