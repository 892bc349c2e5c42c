import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { dihedralInto } from "../../src/train/index.ts";
import { shuffledIndices } from "../../src/train/batches.ts";

describe("batches", () => {
  test("dihedralInto() gives the eight symmetries of the square, all different, corners to corners", () => {
    const image = Float32Array.from({ length: 9 }, (_, i) => i);
    const copies = Array.from({ length: 8 }, (_, s) => [...dihedralInto(image, 3, s, new Float32Array(9))]);
    expect(new Set(copies.map(String)).size).toBe(8);
    expect(copies[0]).toEqual([...image]);
    expect(copies[1]).toEqual([2, 1, 0, 5, 4, 3, 8, 7, 6]);
    expect(copies[4]).toEqual([0, 3, 6, 1, 4, 7, 2, 5, 8]);
    for (const copy of copies) {
      expect(copy[4]).toBe(4);
      expect([copy[0], copy[2], copy[6], copy[8]].sort()).toEqual([0, 2, 6, 8]);
      // neighbours stay neighbours: the edge between two corners holds the pixel between them
      expect(copy[1]).toBe((copy[0] + copy[2]) / 2);
    }
  });

  test("shuffledIndices() visits every sample once, in another order each epoch", () => {
    const rng = openRandomStream(1);
    const first = shuffledIndices(rng.fork(0), 100);
    expect([...first].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(shuffledIndices(rng.fork(1), 100)).not.toEqual(first);
  });
});
