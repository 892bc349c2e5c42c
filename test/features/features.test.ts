import { describe, expect, test } from "vitest";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { openRandomStream, type GrayImage } from "../../src/core/index.ts";
import { describeImage, greyLevels } from "../../src/features/index.ts";
import { FEATURE_FAMILIES } from "../../src/features/describe-image.ts";
import { findKeyPoints } from "../../src/features/key-points.ts";
import { learnVocabulary, visualWordFeatures, vladFeatures } from "../../src/features/visual-words.ts";
import { networkEmbedding } from "../../src/features/network-embedding.ts";
import { twoPointFunction } from "../../src/features/two-point.ts";
import type { Feature, FeatureFamily } from "../../src/features/index.ts";

function imageOf(width: number, height: number, valueAt: (x: number, y: number) => number): GrayImage {
  const data = Float32Array.from({ length: width * height }, (_, i) =>
    valueAt(i % width, Math.floor(i / width)),
  );
  return { width, height, data, intensityUnit: "arbitrary", pixelSizeNm: null };
}

/** Discs of random place and size on noise: something for every family. */
function discs(seed: number): GrayImage {
  const rng = openRandomStream(seed, "discs");
  const list = Array.from({ length: 25 }, () => [
    128 * rng.uniform(),
    128 * rng.uniform(),
    3 + 8 * rng.uniform(),
  ]);
  return imageOf(128, 128, (x, y) => {
    const isInside = list.some(([u, v, r]) => (x - u) ** 2 + (y - v) ** 2 < r * r);
    return (isInside ? 150 : 60) + 5 * rng.normal();
  });
}

const image = discs(1);
const find = (features: readonly Feature[], name: string) =>
  features.find((feature) => feature.name === name)?.value ?? NaN;

describe("describeImage()", () => {
  test("gives the same names for every image, all different, all finite, each with unit and a known source", () => {
    const features = describeImage(image);
    const names = features.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(describeImage(imageOf(90, 70, (x, y) => x * y)).map(({ name }) => name)).toEqual(names);
    expect(features.filter(({ value }) => !Number.isFinite(value))).toEqual([]);
    expect(features.filter(({ unit }) => unit === "")).toEqual([]);
    const library = readFileSync(resolve(import.meta.dirname, "../../docs/references.bib"), "utf8");
    expect(features.filter(({ source }) => !library.includes(`{${source},`))).toEqual([]);
  });

  test("stays finite on an image without contrast", () => {
    const flat = describeImage(imageOf(32, 32, () => 7));
    expect(flat.filter(({ value }) => !Number.isFinite(value))).toEqual([]);
    expect(find(flat, "intensity entropy")).toBe(0);
  });

  /** Families that a change of brightness and contrast must leave alone, with the image's own grey range. */
  const blind: FeatureFamily[] = [
    "cooccurrence",
    "local binary patterns",
    "granulometry",
    "two-point",
    "phases",
    "lines",
  ];

  test.each(blind)("%s does not see brightness and contrast", (family) => {
    // 2x + 32 is exact in single precision for these values, so that no grey level is rounded another way
    const whole = { ...image, data: image.data.map(Math.round) };
    const brighter = { ...whole, data: whole.data.map((value) => 2 * value + 32) };
    const [before, after] = [whole, brighter].map((one) => describeImage(one, { families: [family] }));
    after.forEach(({ value }, i) => expect(value).toBeCloseTo(before[i].value, 12));
  });

  test("sees brightness and contrast in intensities, and in co-occurrence on a fixed grey range", () => {
    const darker = { ...image, data: image.data.map((value) => 0.5 * value) };
    const options = { families: ["intensity", "cooccurrence"], range: [0, 255] } as const;
    const [before, after] = [image, darker].map((one) => describeImage(one, options));
    expect(find(after, "intensity mean")).toBeCloseTo(find(before, "intensity mean") / 2, 4);
    expect(find(after, "glcm contrast mean d1")).toBeLessThan(0.5 * find(before, "glcm contrast mean d1"));
  });

  test("names the pixel and the family that are unfit", () => {
    expect(() => describeImage(imageOf(20, 20, (x, y) => (x === 3 && y === 5 ? NaN : 1)))).toThrow(
      "Cannot describe image: pixels must be finite, got NaN (x 3, y 5)",
    );
    expect(() => describeImage(imageOf(20, 10, () => 1))).toThrow("image must be at least 16 x 16 pixels");
    const families = ["colour"] as unknown as FeatureFamily[];
    expect(() => describeImage(image, { families })).toThrow(`of ${FEATURE_FAMILIES.join(", ")}, got colour`);
  });
});

describe("what the numbers mean", () => {
  test("stripes of 8 px have all their power at 1/8 per px and are coherent", () => {
    const stripes = describeImage(imageOf(128, 128, (x) => Math.cos((2 * Math.PI * x) / 8)));
    // Hann's window spreads a wave over its two neighbours among 128: 1/128 per px
    expect(Math.abs(find(stripes, "spectrum centre") - 1 / 8)).toBeLessThan(1 / 128);
    expect(find(stripes, "gradient coherence")).toBeCloseTo(1, 12);
  });

  test("granulometry finds discs of 11 px between openings by 9 and 17 px", () => {
    const dots = imageOf(128, 128, (x, y) => (((x % 32) - 16) ** 2 + ((y % 32) - 16) ** 2 <= 36 ? 1 : 0));
    const shares = describeImage(dots, { families: ["granulometry"] }).slice(0, 5);
    const largest = shares.reduce((a, b) => (b.value > a.value ? b : a));
    // the largest square in a disc of radius 6 px has a side of 9 px
    expect(largest.name).toBe("granulometry bright 17 px");
  });

  test("two-point probability is the area fraction at 0, its square for uncorrelated pixels, the boundary near 0", () => {
    const rng = openRandomStream(4);
    const noise = twoPointFunction(imageOf(256, 256, () => (rng.uniform() < 0.3 ? 1 : 0)));
    const { areaFraction, probability } = noise;
    expect(probability[0]).toBeCloseTo(areaFraction, 12);
    // each ring averages at least 4 x 65536 correlated pairs: standard error below 0.002
    for (let r = 1; r < 100; r++) expect(Math.abs(probability[r] - areaFraction ** 2)).toBeLessThan(0.005);
    const disc = imageOf(256, 256, (x, y) => ((x - 128) ** 2 + (y - 128) ** 2 < 80 ** 2 ? 1 : 0));
    const boundary = find(describeImage(disc, { families: ["two-point"] }), "two-point boundary");
    // 2 pi r / A, less what pixels take off a circle: S2 over one pixel and its diagonal mixes steps of 1 and sqrt 2
    expect(boundary / ((2 * Math.PI * 80) / 256 ** 2)).toBeGreaterThan(1);
    expect(boundary / ((2 * Math.PI * 80) / 256 ** 2)).toBeLessThan(1.35);
  });

  test("three phases: pores outlive an opening, cracks do not, and a disc's mean chord is pi r / 2", () => {
    const isPore = (x: number, y: number) => (x - 40) ** 2 + (y - 64) ** 2 < 20 ** 2;
    const solid = imageOf(128, 128, (x, y) => (isPore(x, y) || x === 100 ? 0 : y > 110 ? 0.5 : 1));
    const features = describeImage(solid, { families: ["phases"] });
    const poreShare = solid.data.filter((_, i) => isPore(i % 128, Math.floor(i / 128))).length / 128 ** 2;
    expect(find(features, "phases dark share")).toBeCloseTo(poreShare + 1 / 128, 12);
    // an opening by a square cuts less than a square's worth off each of the disc's four diagonal sides
    const lost = poreShare - find(features, "phases deep blobs 3 px");
    expect(lost * 128 ** 2).toBeGreaterThanOrEqual(0);
    expect(lost * 128 ** 2).toBeLessThan(4 * 9);
    expect(find(features, "phases deep lines 3 px")).toBeCloseTo(1 / 128 + lost, 12);
    expect(find(features, "phases separability")).toBeCloseTo(1, 12);
    const disc = imageOf(256, 256, (x, y) =>
      (x - 128) ** 2 + (y - 128) ** 2 < 80 ** 2 ? 0 : y % 2 ? 0.9 : 1,
    );
    const chord = find(describeImage(disc, { families: ["phases"] }), "phases dark chord");
    // [torquato2002]: pi A / perimeter; rows and columns that graze the disc count whole: one in 80
    expect(Math.abs(chord / ((Math.PI * 80) / 2) - 1)).toBeLessThan(1 / 80);
  });

  test("lines: stripes have the anisotropy 1/2 of lines, a dark one on bright ground is dark, and turning changes nothing", () => {
    const lines = (valueAt: (x: number, y: number) => number) =>
      describeImage(imageOf(128, 128, valueAt), { families: ["lines"] });
    const stripes = lines((x) => Math.cos((2 * Math.PI * x) / 16));
    // a wave in one direction curves in that direction only; the blur's cut-off at the upper and lower edge lies in the margin
    expect(find(stripes, "lines anisotropy 2 px")).toBeCloseTo(0.5, 2);
    const crack = lines((x) => (Math.abs(x - 64) < 2 ? 0 : 1));
    // the second derivative of a Gaussian integrates to zero: what a line has in its middle it has beside it with the other sign
    expect(find(crack, "lines dark 1 px")).toBeGreaterThan(0);
    const turned = lines((_, y) => (Math.abs(y - 64) < 2 ? 0 : 1));
    turned.forEach(({ value }, i) => expect(value).toBeCloseTo(crack[i].value, 12));
    const bright = lines((x) => (Math.abs(x - 64) < 2 ? 1 : 0));
    expect(find(bright, "lines bright 1 px")).toBeCloseTo(find(crack, "lines dark 1 px"), 6);
  });

  test("greyLevels() puts the ends of the range on the first and last level", () => {
    const ramp = imageOf(5, 1, (x) => x);
    expect([...greyLevels(ramp, { levels: 5 })]).toEqual([0, 1, 2, 3, 4]);
    expect([...greyLevels(ramp, { levels: 3, range: [1, 3] })]).toEqual([0, 0, 1, 2, 2]);
  });
});

describe("key points and visual words", () => {
  const corners = findKeyPoints(image, { count: 60 });

  test("a corner of a square is found where it is", () => {
    const square = imageOf(64, 64, (x, y) => (x >= 20 && x < 44 && y >= 20 && y < 44 ? 1 : 0));
    const places = findKeyPoints(square, { count: 4 }).map(({ x, y }) => [x, y]);
    // the edge lies between pixels: half a pixel either way, and one for the blur
    for (const [x, y] of places) {
      expect(Math.min(Math.abs(x - 19.5), Math.abs(x - 43.5))).toBeLessThanOrEqual(1.5);
      expect(Math.min(Math.abs(y - 19.5), Math.abs(y - 43.5))).toBeLessThanOrEqual(1.5);
    }
    expect(places).toHaveLength(4);
  });

  test("brightness and contrast change neither the places nor the descriptors", () => {
    const brighter = { ...image, data: image.data.map((value) => 4 * value + 64) };
    const again = findKeyPoints(brighter, { count: 60 });
    const shared = again.filter(({ x, y }) => corners.some((corner) => corner.x === x && corner.y === y));
    // outside the image lies 0, which a brighter image sees, but corners keep 13 px off
    expect(shared).toHaveLength(60);
    for (const { x, y, descriptor } of shared) {
      const twin = corners.find((corner) => corner.x === x && corner.y === y);
      const product = descriptor.reduce((sum, value, k) => sum + value * (twin?.descriptor[k] ?? 0), 0);
      expect(product).toBeGreaterThan(1 - 1e-4);
    }
  });

  test("descriptors turn with the image", () => {
    const { width, data } = image;
    const turned = imageOf(width, width, (x, y) => data[(width - 1 - x) * width + y]);
    const matches = findKeyPoints(turned, { count: 60 }).map(({ x, y, descriptor }) => {
      // (x, y) of the turned image shows (y, width - 1 - x) of the first
      const twin = corners.find((corner) => corner.x === y && corner.y === width - 1 - x);
      return twin ? descriptor.reduce((sum, value, k) => sum + value * twin.descriptor[k], 0) : 0;
    });
    // sampling points fall on other pixels where they are rounded: most corners match almost exactly
    expect(matches.filter((product) => product > 0.95).length).toBeGreaterThan(45);
  });

  test("word shares sum to 1, VLAD has unit length, and both tell discs from stripes", () => {
    const stripes = imageOf(128, 128, (x, y) => ((x >> 3) + (y >> 3)) % 2);
    const others = findKeyPoints(stripes, { count: 60 });
    const descriptors = [...corners, ...others].map(({ descriptor }) => descriptor);
    const vocabulary = learnVocabulary(openRandomStream(2), descriptors, 6);
    const [ofDiscs, ofStripes] = [corners, others].map((points) => visualWordFeatures(points, vocabulary));
    expect(ofDiscs.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(1, 12);
    const distance = ofDiscs.reduce(
      (sum, { value }, word) => sum + Math.abs(value - ofStripes[word].value),
      0,
    );
    expect(distance).toBeGreaterThan(1);
    const vlad = vladFeatures(corners, vocabulary);
    expect(vlad.reduce((sum, { value }) => sum + value * value, 0)).toBeCloseTo(1, 12);
    expect(learnVocabulary(openRandomStream(2), descriptors, 6)).toEqual(vocabulary);
    expect(visualWordFeatures([], vocabulary).every(({ value }) => value === 0)).toBe(true);
    expect(() => learnVocabulary(openRandomStream(2), descriptors.slice(0, 3), 6)).toThrow(
      "Cannot learn visual words: there must be at least 6 descriptors, got 3",
    );
  });
});

describe("networkEmbedding()", () => {
  test("feeds the resized image and averages the planes of the output", async () => {
    const ramp = imageOf(64, 64, (x) => x);
    const seen: number[][] = [];
    const features = await networkEmbedding(
      ramp,
      ({ data, shape }) => {
        seen.push([...shape], Array.from(data.subarray(0, 16)));
        return Promise.resolve({ data: Float32Array.of(1, 3, 5, 7), shape: [1, 2, 1, 2] });
      },
      { widthPx: 16, heightPx: 16, channels: 3, name: "resnet" },
    );
    expect(seen[0]).toEqual([1, 3, 16, 16]);
    // pixels of 4: centres at 1.5, 5.5, ... of 0..63, away from the edges
    expect(seen[1][1]).toBeCloseTo(5.5 / 63, 6);
    expect(features).toEqual([
      { name: "resnet 0", value: 2, unit: "1", source: "lin2014network" },
      { name: "resnet 1", value: 6, unit: "1", source: "lin2014network" },
    ]);
  });

  test("refuses an output of another form", async () => {
    const run = () => Promise.resolve({ data: Float32Array.of(1, 2), shape: [2] });
    const input = { widthPx: 16, heightPx: 16, channels: 1 };
    await expect(networkEmbedding(image, run, input)).rejects.toThrow(
      "Cannot embed image: the network's output must be [1, n] or [1, n, h, w], got [2] with 2 numbers",
    );
  });
});
