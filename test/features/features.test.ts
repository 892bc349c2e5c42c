import { describe, expect, test } from "vitest";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { openRandomStream, type GrayImage } from "../../src/core/index.ts";
import { describeImage, greyLevels } from "../../src/features/index.ts";
import { FEATURE_FAMILIES } from "../../src/features/describe-image.ts";
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
