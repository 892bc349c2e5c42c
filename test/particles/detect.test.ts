import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import {
  openDetector,
  outlinedFields,
  detectionScores,
  discOverlap,
  matchDiscs,
  thinDiscs,
  trainDetector,
  outlinedParticle,
  outlineOverlap,
  boxOverlap,
} from "../../src/particles/index.ts";
import { centreTargetsInto } from "../../src/particles/detect/centre-targets.ts";
import { decodeAnswer } from "../../src/particles/detect/decode-answer.ts";
import { ANSWER, ANSWER_CHANNELS, TARGET, TARGET_CHANNELS } from "../../src/particles/detect/answer-grid.ts";
import { weighedByPopulation } from "../../src/particles/detect/one-population.ts";
import { planPyramid } from "../../src/particles/detect/plan-pyramid.ts";
import { locallyStandardised } from "../../src/particles/detect/prepare-input.ts";
import { unsureParticles } from "../../src/particles/suggest/unsure-particles.ts";
import type { TrueParticle } from "../../src/particles/index.ts";
import { drawFields } from "../../src/particles/train/scene-source.ts";

test("outlinedFields(): images without a particle are trained on beside others, never alone", () => {
  const data = Float32Array.from({ length: 128 * 128 }, (_, i) => i % 7);
  const image = { width: 128, height: 128, data, intensityUnit: "arbitrary", pixelSizeNm: null } as const;
  const [bare, full] = [[], [{ x: 60, y: 60, radiusPx: 9 }]].map((discs) => ({
    name: "a.png",
    image,
    discs,
  }));
  const rng = openRandomStream(1, "split");
  const { training, validation } = outlinedFields(rng, [bare, full], "haadf", 128);
  expect([training.length, validation.length]).toEqual([1, 1]);
  expect(() => outlinedFields(rng, [bare, bare], "haadf", 128)).toThrow(
    "Cannot tune detector: images must have outlined particles, got none (a.png)",
  );
});

test("unsureParticles(): a particle of two answers in four is in doubt by the standard deviation of its probability", () => {
  const disc = (x: number, probability: number) => ({
    x,
    y: 0,
    radiusPx: 5,
    probability,
    secondProbability: 0,
  });
  // the second lies within the same particle: an overlap of 0.62
  const sure = [disc(0, 0.9), disc(0, 0.9), disc(0, 0.9), disc(0, 0.9)];
  const answers = sure.map((one, i) => (i < 2 ? [one, disc(50 + 2 * i, 0.8)] : [one]));
  const found = unsureParticles(answers);
  expect(found.map(({ x }) => x)).toEqual([0, 50]);
  expect(found[0].disagreement).toBeCloseTo(0, 12);
  // of 0.8, 0.8, 0 and 0
  expect(found[1].disagreement).toBeCloseTo(0.4, 12);
});

const CELLS = 16;
const PLANE = CELLS * CELLS;
const seen = (x: number, y: number, radiusPx: number, materialIndex: number | null = null) => ({
  x,
  y,
  radiusPx,
  materialIndex,
  isSeen: true,
  ownShare: 1,
});

/** The answer that a target asks for. */
function answerOf(target: Float32Array) {
  const data = new Float32Array(ANSWER_CHANNELS * PLANE);
  for (let cell = 0; cell < PLANE; cell++) {
    data[ANSWER.centre * PLANE + cell] = 12 * target[TARGET.centre * PLANE + cell] - 6;
    for (const key of ["size", "shiftX", "shiftY"] as const) {
      data[ANSWER[key] * PLANE + cell] = target[TARGET[key] * PLANE + cell];
    }
    data[ANSWER.material * PLANE + cell] = 8 * target[TARGET.material * PLANE + cell] - 4;
  }
  return { data, rows: CELLS, columns: CELLS };
}

const targetOf = (particles: readonly TrueParticle[]) =>
  centreTargetsInto(new Float32Array(TARGET_CHANNELS * PLANE), particles, CELLS);
const planeOf = (target: Float32Array, channel: number) =>
  target.subarray(channel * PLANE, (channel + 1) * PLANE);

describe("centre maps", () => {
  test("what the targets say is what the decoder reads: place, radius and material of overlapping discs", () => {
    const particles = [
      seen(20.3, 22.1, 9, 0),
      seen(33.9, 24.7, 9.5, 1),
      seen(22, 44, 12.5, 0),
      seen(50, 9.5, 6.1, 1),
    ];
    const found = decodeAnswer(answerOf(targetOf(particles)), 0.9).sort((a, b) => a.radiusPx - b.radiusPx);
    const wanted = [...particles].sort((a, b) => a.radiusPx - b.radiusPx);
    expect(found.length).toBe(4);
    found.forEach((disc, i) => {
      // single precision of the maps
      for (const key of ["x", "y", "radiusPx"] as const) expect(disc[key]).toBeCloseTo(wanted[i][key], 4);
      expect(Number(disc.secondProbability > 0.5)).toBe(wanted[i].materialIndex);
    });
  });

  test("hidden particles and those a little too large count neither as found nor as missed; far too large ones are absent", () => {
    const hidden = targetOf([{ ...seen(32, 32, 10), isSeen: false }, seen(12, 12, 14)]);
    expect(planeOf(hidden, TARGET.isCentre).includes(1)).toBe(false);
    const counts = planeOf(hidden, TARGET.counts);
    expect([counts[8 * CELLS + 8], counts[3 * CELLS + 3], counts[0]]).toEqual([0, 0, 1]);
    expect(planeOf(targetOf([seen(32, 32, 30)]), TARGET.counts).includes(0)).toBe(false);
  });
});

describe("planPyramid()", () => {
  test("levels halve down to 32 px; large images are not enlarged", () => {
    expect(planPyramid({ width: 640, height: 640 })).toEqual([2, 1, 0.5, 0.25, 0.125, 0.0625]);
    expect(planPyramid({ width: 2048, height: 2048 })[0]).toBe(1);
  });

  test("with a range of radii, levels that reach none of them are left out", () => {
    expect(planPyramid({ width: 640, height: 640 }, [3, 3.5])).toEqual([2]);
  });
});

describe("locallyStandardised()", () => {
  const size = { width: 100, height: 100 };
  const noise = openRandomStream(5).fillNormal(new Float64Array(10_000));

  test("a slope of the light and its gain make no difference far from the edges", () => {
    const plain = locallyStandardised(Float32Array.from(noise), size);
    const uneven = locallyStandardised(
      Float32Array.from(noise, (value, i) => 7 * (value + 0.01 * (i % 100)) + 300),
      size,
    );
    // over a window of 81 px the slope adds 0.23 of a standard deviation, to the square 3 %
    expect(Math.abs(uneven[50 * 100 + 50] - plain[50 * 100 + 50])).toBeLessThan(0.1);
  });

  test("masked pixels become 0 and count nowhere", () => {
    const image = Float32Array.from(noise);
    const mask = Uint8Array.from({ length: 10_000 }, (_, i) => (i % 100 < 30 ? 1 : 0));
    const blotted = image.map((value, i) => (mask[i] === 1 ? 1e4 : value));
    const [clean, masked] = [image, blotted].map((one) => locallyStandardised(one, size, mask));
    expect(masked[50 * 100 + 10]).toBe(0);
    expect(Math.abs(masked[50 * 100 + 60] - clean[50 * 100 + 60])).toBeLessThan(1e-4);
  });
});

describe("thinDiscs()", () => {
  const disc = (x: number, radiusPx: number, probability: number) => ({ x, y: 0, radiusPx, probability });

  test("discOverlap() is 1 for equal discs, 0 for touching ones, the ratio of areas for one in the other", () => {
    expect(discOverlap(disc(0, 3, 1), disc(0, 3, 1))).toBeCloseTo(1, 12);
    expect(discOverlap(disc(0, 3, 1), disc(6, 3, 1))).toBe(0);
    expect(discOverlap(disc(0, 3, 1), disc(0.5, 1, 1))).toBeCloseTo(1 / 9, 12);
  });

  test("of two that mean one particle the more probable stays; one behind another stays too", () => {
    const kept = thinDiscs([disc(0, 10, 0.5), disc(1, 10, 0.9), disc(12, 10, 0.4)], 0.5);
    expect(kept.map(({ probability }) => probability)).toEqual([0.9, 0.4]);
  });
});

describe("weighedByPopulation()", () => {
  const found = (radiusPx: number, probability: number) => ({
    x: 0,
    y: 0,
    radiusPx,
    probability,
    secondProbability: 0.5,
  });

  test("sizes within a factor of two of the most frequent keep their probability, far ones lose it", () => {
    const discs = [
      found(20, 0.6),
      found(22, 0.5),
      found(18, 0.5),
      found(30, 0.4),
      found(3, 0.5),
      found(150, 0.3),
    ];
    const weighed = weighedByPopulation(discs).map(({ probability }) => probability);
    expect(weighed.slice(0, 4)).toEqual([0.6, 0.5, 0.5, 0.4]);
    // ln(20/3) is 1.9: 2.4 widths of the fall beyond the free range, which leave 0.06
    expect(Math.max(...weighed.slice(4))).toBeLessThan(0.03);
  });
});

describe("scores", () => {
  test("outlineOverlap() of a disc with its own pixels is 1, of half of it one half", () => {
    const size = { width: 40, height: 40 };
    const disc = { x: 20, y: 20, radiusPx: 8 };
    const mask = Uint8Array.from({ length: 1600 }, (_, i) =>
      Math.hypot((i % 40) + 0.5 - 20, Math.floor(i / 40) + 0.5 - 20) <= 8 ? 1 : 0,
    );
    const overlapOf = (pixels: ArrayLike<number>) => {
      const particle = outlinedParticle(pixels, size);
      return particle === null ? NaN : outlineOverlap(particle, disc, size);
    };
    expect(overlapOf(mask)).toBe(1);
    expect(overlapOf(mask.map((value, i) => (i % 40 < 20 ? value : 0)))).toBeCloseTo(0.5, 12);
  });

  test("boxOverlap() compares the box around a disc, cut by the image", () => {
    expect(boxOverlap([0, 0, 10, 10], { x: 5, y: 5, radiusPx: 5 }, { width: 20, height: 20 })).toBe(1);
    expect(boxOverlap([0, 0, 5, 10], { x: 0, y: 5, radiusPx: 5 }, { width: 20, height: 20 })).toBe(1);
  });

  test("each particle is matched once, the best pair first", () => {
    const table = [
      [0.9, 0.6],
      [0.8, 0.2],
    ];
    const matching = matchDiscs(2, 2, (t, f) => table[t][f]);
    expect(matching.pairs.map(([t, f]) => [t, f])).toEqual([[0, 0]]);
    const { f1, precision, meanMatchedIou } = detectionScores([matching]);
    expect([f1, precision, meanMatchedIou]).toEqual([0.5, 0.5, 0.9]);
  });
});

describe("trainDetector()", () => {
  test("a small detector learns to find bright discs in a minute, and its file is opened again", async () => {
    const drawImage = (rng: ReturnType<typeof openRandomStream>) => {
      const [side, image] = [64, new Float32Array(64 * 64)];
      const particles = [0, 1].map((i) => seen(8 + 48 * rng.uniform(), 16 + 32 * i, 7 + 4 * rng.uniform()));
      for (let at = 0; at < image.length; at++) {
        const isInside = particles.some(
          ({ x, y, radiusPx }) =>
            Math.hypot((at % side) + 0.5 - x, Math.floor(at / side) + 0.5 - y) < radiusPx,
        );
        image[at] = (isInside ? 1 : 0) + 0.1 * rng.normal();
      }
      return { side, image, particles, pixelSizeNm: 1 };
    };
    const rng = openRandomStream(1, "detector test");
    const fields = {
      training: await drawFields(rng.fork("training"), drawImage, { edgePx: 64, count: 64 }),
      validation: await drawFields(rng.fork("validation"), drawImage, { edgePx: 64, count: 8 }),
    };
    const training = {
      network: { widths: [12, 16], bottomWidth: 16 },
      cropPx: 64,
      batchSize: 8,
      epochs: 30,
      learningRate: 5e-3,
      measurements: 4,
    };
    const { onnx } = await trainDetector(rng, fields, training, { metadata: { modality: "haadf" } });
    const detector = openDetector(onnx);
    const fresh = drawImage(openRandomStream(7, "fresh"));
    const image = {
      width: 64,
      height: 64,
      data: fresh.image,
      intensityUnit: "arbitrary",
      pixelSizeNm: null,
    } as const;
    const found = await detector.detect(image, { radiusPx: [6, 13] });
    await detector.dispose();
    const { pairs } = matchDiscs(2, found.length, (t, f) => discOverlap(fresh.particles[t], found[f]));
    expect(pairs.length).toBe(2);
  }, 120_000);

  test("a model of another kind is refused in words", () => {
    expect(() => openDetector(new Uint8Array(10))).toThrow(
      "Cannot load model: wanted an ONNX file, got other bytes",
    );
  });
});
