import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { ANSWER, ANSWER_CHANNELS } from "../../src/particles/detect/answer-grid.ts";
import { meanOfMirrored } from "../../src/particles/detect/mirrored-answers.ts";
import { meanWithError } from "../../src/particles/measure/size-ratio.ts";
import { countWithHidden, crowdingOf } from "../../src/particles/measure/hidden-particles.ts";
import { askFields, compareSizes, countHidden } from "../../src/particles/train/judge-on-simulations.ts";
import type { StoredField } from "../../src/particles/train/scene-source.ts";

const EDGE = 64;
const found = (x: number, y: number) => ({ x, y, radiusPx: 6, probability: 0.9, secondProbability: 0 });

describe("hidden particles", () => {
  test("crowding is the sum of the areas over what they cover together", () => {
    const size = { width: EDGE, height: EDGE };
    expect(crowdingOf([found(12, 12), found(40, 40)], size)).toBeCloseTo(1, 1);
    expect(crowdingOf([found(32, 32), found(32, 32), found(32, 32)], size)).toBeCloseTo(3, 1);
  });

  test("a detector that sees half of the particles of crowded images is told to count twice as many", async () => {
    // apart in the even fields, in piles of two in the odd ones, of which one is found
    const fields = Array.from({ length: 40 }, (_, i): StoredField => {
      const places = Array.from({ length: 16 }, (__, k) => found(8 + 16 * (k % 4), 8 + 16 * (k >> 2)));
      const particles = [...places, ...(i % 2 === 0 ? [] : places)].map((disc) => ({
        ...disc,
        materialIndex: null,
        isSeen: true,
        ownShare: 1,
      }));
      const image = new Int16Array(EDGE * EDGE);
      image[0] = i % 2;
      return { edgePx: EDGE, image, particles };
    });
    const apart = fields[0].particles.map(({ x, y }) => found(x, y));
    const shifted = apart.map(({ x, y }) => found(x + 5, y));
    const detector = {
      detect: async ({ data }: { readonly data: Float32Array }) =>
        data[0] === 0 ? apart : [...apart.slice(0, 8), ...shifted.slice(0, 8)],
    };
    const classes = countHidden(await askFields(detector, fields, "haadf", 0.5));
    expect(classes.map(({ ratio }) => ratio.value)).toEqual([1, 2]);
    expect(countWithHidden(50, 1.02, classes)).toEqual({ value: 50, low: 50, high: 50 });
    expect(countWithHidden(50, 3, classes)?.value).toBe(100);
    expect(countWithHidden(50, 1, [])).toBeNull();
  });
});

describe("sizes", () => {
  test("a detector that sees everything a tenth too small has its means corrected, with the range of the images", () => {
    const particles = Array.from({ length: 16 }, (_, k) => ({
      ...found(8 + 16 * (k % 4), 8 + 16 * (k >> 2)),
      materialIndex: null,
      isSeen: true,
      ownShare: 1,
    }));
    const shrunk = (factor: number) =>
      particles.map((disc) => ({ ...disc, radiusPx: disc.radiusPx / factor }));
    const fields = Array.from({ length: 21 }, (_, i) => ({
      edgePx: EDGE,
      particles,
      found: shrunk(1 + i / 100),
    }));
    const sizes = compareSizes(fields);
    expect(sizes?.ratio.value).toBeCloseTo(1.1, 9);
    expect(sizes?.imageCount).toBe(21);
    expect(meanWithError(16, 20, sizes)?.value).toBeCloseTo(22, 9);
    expect(meanWithError(16, 20, sizes)?.high).toBeCloseTo(20 * 1.195, 2);
    expect(meanWithError(14, 20, sizes)).toBeNull();
    expect(compareSizes(fields.slice(0, 5))).toBeNull();
  });
});

describe("meanOfMirrored()", () => {
  test("the answer for a mirrored image is the mirrored answer, whatever the network says", async () => {
    const [width, height, rows, columns] = [8, 4, 2, 4];
    const rng = openRandomStream(3, "mirror");
    const weights = Float32Array.from({ length: ANSWER_CHANNELS * rows * columns }, () => rng.normal());
    // a network without any symmetry
    const ask = async (image: Float32Array) => {
      const [all, first] = [image.reduce((sum, value, i) => sum + value * i, 0), image[0]];
      return weights.map((weight, i) => weight * all + first * i);
    };
    const image = Float32Array.from({ length: width * height }, () => rng.normal());
    const flipped = image.map((_, i) => image[Math.floor(i / width) * width + width - 1 - (i % width)]);
    const size = { width, height };
    const plain = await meanOfMirrored(image, size, ask, { rows, columns });
    const other = await meanOfMirrored(flipped, size, ask, { rows, columns });
    const plane = rows * columns;
    for (let i = 0; i < plain.data.length; i++) {
      const [channel, cell] = [Math.floor(i / plane), i % plane];
      const mirror = channel * plane + Math.floor(cell / columns) * columns + columns - 1 - (cell % columns);
      const sign = channel === ANSWER.shiftX || channel === ANSWER.elongationAcross ? -1 : 1;
      expect(other.data[mirror]).toBeCloseTo(sign * plain.data[i], 3);
    }
  });
});
