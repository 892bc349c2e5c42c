import jpeg from "jpeg-js";
import { describe, expect, test } from "vitest";
import { mean, openRandomStream, standardDeviation, type GrayImage } from "../../src/core/index.ts";
import {
  compressionLoss,
  cropRegion,
  fillMasked,
  noiseExponent,
  recordingTraces,
  removeSpikes,
  resampleSharply,
} from "../../src/image/index.ts";

const SIZE = 160;
const DISCS = [
  [50, 60, 22],
  [80, 70, 18],
  [95, 100, 25],
] as const;

/** Discs of 8 times the background's counts, on a scale of 8 bits. */
function picture(seed: number, change: (signal: number) => number = (signal) => signal): GrayImage {
  const rng = openRandomStream(seed, "picture");
  const data = Float32Array.from({ length: SIZE * SIZE }, (_, i) => {
    const isInside = DISCS.some(([x, y, r]) => Math.hypot((i % SIZE) - x, Math.floor(i / SIZE) - y) < r);
    return rng.poisson(isInside ? 160 : 20);
  });
  const top = Math.max(...data);
  const pixels = data.map((value) => Math.round(255 * change(value / top)));
  return { width: SIZE, height: SIZE, data: pixels, intensityUnit: "arbitrary", pixelSizeNm: 1 };
}

function compressed(image: GrayImage, quality: number): GrayImage {
  const { width, height } = image;
  const data = new Uint8Array(4 * width * height).fill(255);
  image.data.forEach((value, i) => data.fill(value, 4 * i, 4 * i + 3));
  const decoded = jpeg.decode(jpeg.encode({ width, height, data }, quality).data, { useTArray: true });
  return { ...image, data: image.data.map((_, i) => decoded.data[4 * i]) };
}

describe("compressionLoss()", () => {
  test("is near 0 for pictures that were never compressed, whatever their seed", () => {
    for (const seed of [1, 2, 3]) expect(compressionLoss(picture(seed))).toBeLessThan(0.15);
  });

  test("finds the blocks of JPEG in any crop, the more the stronger", () => {
    const losses = [95, 75, 50].map((quality) => compressionLoss(compressed(picture(1), quality)) ?? 0);
    expect(losses[0]).toBeGreaterThan(0.15);
    expect(losses[1]).toBeGreaterThan(0.5);
    expect(losses[2]).toBeGreaterThanOrEqual(losses[1]);
    const part = cropRegion(compressed(picture(1), 75), { x: 5, y: 3, width: 140, height: 150 });
    expect(compressionLoss(part)).toBeGreaterThan(0.5);
  });

  test("says nothing of pictures without fine detail or of a few blocks", () => {
    const smooth = { ...picture(1), data: picture(1).data.map((_, i) => (i % SIZE) / 4) };
    expect(compressionLoss(smooth)).toBeNull();
    expect(compressionLoss(cropRegion(picture(1), { x: 0, y: 0, width: 20, height: 20 }))).toBeNull();
  });
});

describe("noiseExponent()", () => {
  test("is near 1 for counts, near 0 for their square roots, above 1 for their squares", () => {
    expect(noiseExponent(picture(1))).toBeGreaterThan(0.6);
    expect(noiseExponent(picture(1))).toBeLessThan(1.12);
    expect(noiseExponent(picture(1, Math.sqrt))).toBeLessThan(0.4);
    expect(noiseExponent(picture(1, (signal) => signal ** 2))).toBeGreaterThan(1.2);
  });

  test("says nothing where the noise of the dark half is lost in 8 bits", () => {
    const flat = { ...picture(1), data: picture(1).data.map((value) => (value < 90 ? 3 : value)) };
    expect(noiseExponent(flat)).toBeNull();
  });
});

describe("removeSpikes()", () => {
  test("takes hot and dead pixels and pairs of them, and nothing of a picture without", () => {
    const clean = picture(4);
    expect(removeSpikes(clean).spikeCount).toBe(0);
    const data = clean.data.slice();
    // single ones in the film and on a disc, a pair side by side
    const [hot, dead] = [[20 * SIZE + 20, 30 * SIZE + 130, 30 * SIZE + 131], [60 * SIZE + 50]];
    for (const at of hot) data[at] = 255;
    for (const at of dead) data[at] = 0;
    const { image, spikeCount } = removeSpikes({ ...clean, data });
    expect(spikeCount).toBe(4);
    for (const at of hot) expect(image.data[at]).toBeLessThan(60);
    for (const at of dead) expect(image.data[at]).toBeGreaterThan(120);
  });
});

describe("fillMasked()", () => {
  const clean = picture(5);
  const mask = clean.data.map((_, i) => {
    const [x, y] = [i % SIZE, Math.floor(i / SIZE)];
    return x >= 8 && x < 53 && y >= 140 && y < 150 ? 1 : 0;
  });
  const drawn = { ...clean, data: clean.data.map((value, i) => (mask[i] === 1 ? 255 : value)) };
  const filled = fillMasked(drawn, Uint8Array.from(mask), openRandomStream(1, "fill"));

  test("puts the level and the noise of the surroundings where something was drawn, and changes nothing else", () => {
    const inside = filled.data.filter((_, i) => mask[i] === 1);
    const film = clean.data.filter((_, i) => mask[i] === 1);
    // 450 values with a deviation of 5: their mean is known to 0.25, a rim of 3 pixels to 2
    expect(Math.abs(mean(inside) - mean(film))).toBeLessThan(3);
    expect(standardDeviation(inside) / standardDeviation(film)).toBeGreaterThan(0.7);
    expect(standardDeviation(inside) / standardDeviation(film)).toBeLessThan(1.5);
    expect(filled.data.filter((_, i) => mask[i] === 0)).toEqual(drawn.data.filter((_, i) => mask[i] === 0));
  });

  test("leaves a picture as it is where nothing or all of it is masked", () => {
    const rng = openRandomStream(1);
    expect(fillMasked(clean, new Uint8Array(SIZE * SIZE), rng)).toBe(clean);
    expect(fillMasked(clean, new Uint8Array(SIZE * SIZE).fill(1), rng)).toBe(clean);
  });
});

describe("resampleSharply()", () => {
  test("keeps noise and edges that a mean over partly covered pixels evens out", () => {
    const rng = openRandomStream(2);
    const noise = { ...picture(1), data: picture(1).data.map(() => rng.normal()) };
    // 1 to 1.1 nm: independent pixels of 1.1 nm would have 1 / 1.1 of the deviation
    expect(standardDeviation(resampleSharply(noise, 1.1).data)).toBeGreaterThan(0.8);
    expect(standardDeviation(resampleSharply(noise, 0.95).data)).toBeGreaterThan(0.8);
  });

  test("keeps a constant, the field, and an image of that pixel size", () => {
    const constant = { ...picture(1), data: picture(1).data.map(() => 7) };
    const finer = resampleSharply(constant, 0.7);
    expect([finer.width, finer.height, finer.pixelSizeNm]).toEqual([229, 229, 0.7]);
    for (const value of finer.data) expect(value).toBeCloseTo(7, 4);
    expect(resampleSharply(constant, 1)).toBe(constant);
  });

  test("averages what is much finer than the new pixels", () => {
    const stripes = { ...picture(1), data: picture(1).data.map((_, i) => (i % 2) * 2) };
    const { data, width } = resampleSharply(stripes, 4);
    for (let x = 2; x < width - 2; x++) expect(data[20 * width + x]).toBeCloseTo(1, 1);
  });
});

test("recordingTraces() tells background, noise, clipping, spoiled pixels and compression of one picture", () => {
  const clean = picture(6);
  const data = clean.data.slice();
  data[20 * SIZE + 20] = 255;
  const { background, clipped, spoiledPixels, ...traces } = recordingTraces({ ...clean, data });
  // 20 counts of about 1.25 grey levels each: noise sqrt(20) counts
  expect(background.noise / background.level).toBeCloseTo(1 / Math.sqrt(20), 1);
  expect(spoiledPixels).toBe(1);
  expect(clipped.high).toBeCloseTo(2 / SIZE ** 2, 6);
  expect(traces.noiseExponent).toBe(noiseExponent({ ...clean, data }));
  expect(traces.compressionLoss).toBeLessThan(0.15);
  // the noise of a compressed picture is the compression's
  expect(recordingTraces(compressed(clean, 60))).toMatchObject({ spoiledPixels: null, noiseExponent: null });
});
