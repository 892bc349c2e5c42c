import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { chooseTiles } from "../../src/segment/suggest/choose-tiles.ts";
import { kCentreGreedy } from "../../src/segment/suggest/k-centre.ts";
import { tileBoxes } from "../../src/segment/suggest/tile-boxes.ts";
import { tileUncertainty } from "../../src/segment/suggest/tile-uncertainty.ts";

const at = (...numbers: number[]) => Float32Array.from(numbers);

describe("tileBoxes()", () => {
  test("never overlap, stay in the image, and are as many as fit", () => {
    for (const [width, height, tilePx] of [
      [100, 64, 32],
      [97, 131, 32],
      [1536, 1024, 256],
      [33, 32, 32],
    ]) {
      const boxes = tileBoxes({ width, height }, tilePx);
      expect(boxes).toHaveLength(Math.floor(width / tilePx) * Math.floor(height / tilePx));
      const covered = new Uint8Array(width * height);
      for (const box of boxes) {
        for (let y = box.y; y < box.y + box.height; y++)
          for (let x = box.x; x < box.x + box.width; x++) covered[y * width + x]++;
      }
      expect(covered.every((count) => count <= 1)).toBe(true);
      expect(covered.reduce((sum, count) => sum + count, 0)).toBe(boxes.length * tilePx * tilePx);
    }
  });

  test("take an image that is smaller than a tile as it is", () => {
    expect(tileBoxes({ width: 20, height: 48 }, 32)).toEqual([{ x: 0, y: 8, width: 20, height: 32 }]);
  });
});

describe("kCentreGreedy()", () => {
  test("takes one point of each of four heaps before a second of any", () => {
    const rng = openRandomStream(1, "heaps");
    const heaps = [at(0, 0), at(10, 0), at(0, 10), at(10, 10)];
    const points = Array.from({ length: 40 }, (_, i) => heaps[i % 4].map((value) => value + rng.normal()));
    const chosen = kCentreGreedy(points, 4);
    expect(new Set(chosen.map(({ index }) => index % 4)).size).toBe(4);
    expect(chosen[0].distance).toBeNull();
  });

  test("leaves a gap of at most twice the least possible, which all pairs of centres give", () => {
    const rng = openRandomStream(2, "points");
    const points = Array.from({ length: 14 }, () => at(rng.uniform(), rng.uniform()));
    const gapOf = (centres: readonly number[]) =>
      Math.max(
        ...points.map((point) =>
          Math.min(...centres.map((c) => Math.hypot(point[0] - points[c][0], point[1] - points[c][1]))),
        ),
      );
    const pairs = points.flatMap((_, i) => points.slice(0, i).map((__, j) => [i, j]));
    const least = Math.min(...pairs.map(gapOf));
    const greedy = gapOf(kCentreGreedy(points, 2).map(({ index }) => index));
    expect(greedy).toBeGreaterThanOrEqual(least);
    expect(greedy).toBeLessThanOrEqual(2 * least);
  });

  test("keeps away from what is covered already, begins at the middle where nothing is, and gives all where few are", () => {
    const line = [0, 1, 2, 3, 4].map((x) => at(x));
    expect(kCentreGreedy(line, 1, { centres: [at(4)] })).toEqual([{ index: 0, distance: 4 }]);
    expect(kCentreGreedy(line, 2).map(({ index }) => index)).toEqual([2, 0]);
    const equal = [at(1), at(1), at(1)];
    expect(kCentreGreedy(equal, 9).map(({ index }) => index)).toEqual([0, 1, 2]);
  });
});

describe("chooseTiles()", () => {
  // two unsure heaps of tiles that look alike, and one tile like none other of which the network is sure
  const candidates = [
    ...[0.9, 0.8, 0.7].map((uncertainty, i) => ({ uncertainty, embedding: at(i / 10, 0) })),
    ...[0.6, 0.5, 0.4, 0.3, 0.2].map((uncertainty, i) => ({ uncertainty, embedding: at(5 + i / 10, 0) })),
    { uncertainty: 0.01, embedding: at(100, 0) },
  ];
  const indices = (by: "uncertainty" | "diversity" | "both", labelled: Float32Array[] = []) =>
    chooseTiles(candidates, { by, count: 2, labelled }).map(({ index }) => index);

  test("by uncertainty takes the most uncertain, however alike they are", () => {
    expect(indices("uncertainty")).toEqual([0, 1]);
  });

  test("by diversity takes what is like none other, however sure the network is", () => {
    expect(indices("diversity")).toContain(8);
    expect(indices("diversity", [at(0, 0)])[0]).toBe(8);
  });

  test("by both takes different ones among the eight most uncertain, the most uncertain first", () => {
    expect(indices("both")).toEqual([0, 7]);
    // beside what is labelled, the second heap is new
    expect(indices("both", [at(0, 0)])[0]).toBe(7);
    const [first, second] = chooseTiles(candidates, { by: "both", count: 2, labelled: [] });
    expect([first.uncertaintyRank, second.uncertaintyRank]).toEqual([1, 8]);
    expect(second.distance).toBeCloseTo(5.4, 5);
  });
});

describe("tileUncertainty()", () => {
  const box = { x: 1, y: 0, width: 2, height: 2 };
  const answer = (channelCount: number, data: Float32Array, uncertainty: Float32Array | null) => ({
    map: { width: 3, height: 2, channelCount, data },
    uncertainty,
  });

  test("is entropy 1 where any class is as likely, 0 where one is sure, for one channel and for several", () => {
    const sure = at(0, 1, 0, 0, 0, 1);
    expect(tileUncertainty(answer(1, sure, null), box, null)).toEqual({
      disagreement: null,
      entropy: 0,
      shownShare: 1,
    });
    const half = answer(1, at(0, 0.5, 0.5, 0, 0.5, 0.5), null);
    expect(tileUncertainty(half, box, null).entropy).toBeCloseTo(1, 12);
    const thirds = answer(3, new Float32Array(18).fill(1 / 3), null);
    expect(tileUncertainty(thirds, box, null).entropy).toBeCloseTo(1, 6);
  });

  test("is the mean over the tile's own pixels that show specimen", () => {
    const spread = at(9, 0.1, 0.2, 9, 0.3, 0.4);
    const whole = tileUncertainty(answer(1, new Float32Array(6), spread), box, null);
    expect(whole.disagreement).toBeCloseTo(0.25, 6);
    const mask = Uint8Array.of(0, 0, 1, 0, 0, 1);
    const part = tileUncertainty(answer(1, new Float32Array(6), spread), box, mask);
    expect(part.disagreement).toBeCloseTo(0.2, 6);
    expect(part.shownShare).toBe(0.5);
    const none = tileUncertainty(answer(1, new Float32Array(6), spread), box, new Uint8Array(6).fill(1));
    expect(none).toEqual({ disagreement: 0, entropy: 0, shownShare: 0 });
  });
});
