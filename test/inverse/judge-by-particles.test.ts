import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { findMaterial, openRandomStream, type GrayImage } from "../../src/core/index.ts";
import { invertImages, openInversion, type InvertedImage } from "../../src/inverse/index.ts";
import { coverByParticles, type ParticleFinder } from "../../src/inverse/apply/cover-by-particles.ts";
import { findAggregates } from "../../src/inverse/apply/find-aggregates.ts";
import { judgeByParticles } from "../../src/inverse/apply/judge-by-particles.ts";
import { readImageFile } from "../../src/micrograph/index.ts";
import { openDetector } from "../../src/particles/index.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const RADIUS_PX = 20;
const CHAIN = Array.from({ length: 5 }, (_, k) => ({
  x: 60 + 2 * RADIUS_PX * k,
  y: 120,
  radiusPx: RADIUS_PX,
}));

/** A chain of five touching discs on a noisy ground. */
function chain(side = 300, scale = 1): GrayImage {
  const rng = openRandomStream(4, "chain");
  const data = Float32Array.from({ length: side ** 2 }, (_, at) => {
    const [u, v] = [(at % side) + 0.5, Math.floor(at / side) + 0.5];
    const isInside = CHAIN.some(
      ({ x, y, radiusPx }) => Math.hypot(u - scale * x, v - scale * y) < scale * radiusPx,
    );
    return 1 + (isInside ? 1 : 0) + 0.03 * rng.normal();
  });
  return { width: side, height: side, data, pixelSizeNm: 1, intensityUnit: "arbitrary" };
}

/** The same chain in pixels a quarter as large. */
const LARGE = chain(1200, 4);

/** Answers with one list after the other, and keeps the widths of what it was shown. */
function finderOf(answers: readonly (readonly (typeof CHAIN)[number][])[]) {
  const seen: number[] = [];
  const finder: ParticleFinder = {
    detect({ width }) {
      const discs = answers[Math.min(seen.length, answers.length - 1)];
      seen.push(width);
      return Promise.resolve(discs.map((disc) => ({ ...disc, probability: 1, secondProbability: 0 })));
    },
  };
  return { finder, seen };
}

function coverOf(image: GrayImage, finder: ParticleFinder) {
  const found = findAggregates(image);
  return coverByParticles(image, { found, aggregate: found.aggregates[0] }, finder, 0.6);
}

/** Discs as they lie in what is searched: the box of the chain and a twentieth of its width around. */
const searched = (discs: typeof CHAIN) => {
  const { box } = findAggregates(chain()).aggregates[0];
  const rim = Math.ceil(0.05 * box.width);
  return discs.map(({ x, y, radiusPx }) => ({
    x: x - box.x + rim,
    y: y - box.y + rim,
    radiusPx,
  }));
};

describe("coverByParticles()", () => {
  test("particles that are all of an aggregate cover it, two of five cover two fifths", async () => {
    const all = await coverOf(chain(), finderOf([searched(CHAIN)]).finder);
    expect(all?.particleCount).toBe(5);
    // closing fills the corners between touching discs
    expect(all?.coveredShare).toBeGreaterThan(0.93);
    const two = await coverOf(chain(), finderOf([searched(CHAIN.slice(0, 2))]).finder);
    expect(two?.particleCount).toBe(2);
    // discs count as a tenth and a pixel larger: the second reaches into the third
    expect(two?.coveredShare).toBeGreaterThan(0.38);
    expect(two?.coveredShare).toBeLessThan(0.5);
  });

  test("a large image is searched at 512 px an edge, then at 1024 where that covers too little, and the better look counts", async () => {
    const scaled = (discs: typeof CHAIN, factor: number) => {
      const { box } = findAggregates(LARGE).aggregates[0];
      const rim = Math.ceil(0.05 * box.width);
      return discs.map(({ x, y, radiusPx }) => ({
        x: (4 * x - box.x + rim) / factor,
        y: (4 * y - box.y + rim) / factor,
        radiusPx: (4 * radiusPx) / factor,
      }));
    };
    const edge = findAggregates(LARGE).aggregates[0].box.width * 1.1;
    const { finder, seen } = finderOf([
      scaled(CHAIN.slice(0, 1), edge / 512),
      scaled(CHAIN, Math.max(1, edge / 1024)),
    ]);
    const cover = await coverOf(LARGE, finder);
    expect(cover?.particleCount).toBe(5);
    expect(cover?.coveredShare).toBeGreaterThan(0.93);
    expect(seen[0]).toBeCloseTo(512, -1);
    expect(seen[1]).toBeGreaterThan(860);
  });

  test("an aggregate of less than 64 px is not judged", async () => {
    const small = chain(75, 0.25);
    const { finder, seen } = finderOf([[]]);
    expect(await coverOf(small, finder)).toBeNull();
    expect(seen).toHaveLength(0);
  });

  test("an image that has no finer pixels is searched once, and nothing found covers nothing", async () => {
    const { finder, seen } = finderOf([[]]);
    expect(await coverOf(chain(), finder)).toEqual({ particleCount: 0, coveredShare: 0 });
    expect(seen).toHaveLength(1);
  });
});

describe("judgeByParticles()", () => {
  const answer = {
    verdict: "in distribution",
    explanation: "like the training images (distance 1.0, limit 2.0)",
    faults: [],
  } as unknown as InvertedImage;

  test("says what lies outside the particles and what to do, and takes the numbers' trust away", async () => {
    const judged = await judgeByParticles(answer, () =>
      Promise.resolve({ particleCount: 63, coveredShare: 0.1 }),
    );
    expect(judged.verdict).toBe("out of distribution");
    expect(judged.explanation).toContain(
      "matter lies outside the particles, such as a support or the edge of a film (10 % of it lie in the 63 that were found, of aggregates 60 % or more)",
    );
    expect(judged.explanation).toContain("heterostem particles measures particles on a support");
    expect(judged.faults).toHaveLength(1);
  });

  test("leaves an answer whose particles cover the matter, or of which nothing can be said", async () => {
    const particles = { particleCount: 40, coveredShare: 0.97 };
    expect(await judgeByParticles(answer, () => Promise.resolve(particles))).toEqual({
      ...answer,
      particles,
    });
    expect(await judgeByParticles(answer, () => Promise.resolve(null))).toBe(answer);
  });

  test("does not look at a recording whose faults have been told", async () => {
    const faults = [{ text: "it is noisier than any image known", remedy: "record with more electrons" }];
    const faulty = { ...answer, faults };
    const look = () => Promise.reject(new Error("looked"));
    expect(await judgeByParticles(faulty, look)).toBe(faulty);
  });
});

describe("invertImages()", async () => {
  const inversion = await openInversion(join(ROOT, "models/tio2-wo3-absolute.onnx"), 1);
  afterAll(() => inversion.network.dispose());

  test("gives no numbers for an aggregate on which nothing is found, where somebody looks", async () => {
    const { image } = await readImageFile(join(ROOT, "samples/tio2-wo3.tif"));
    const source = { path: "sample", image };
    const [unchecked] = await invertImages(inversion, [source], {});
    expect(unchecked.verdict).not.toBe("out of distribution");
    expect(unchecked.particles).toBeUndefined();
    const [checked] = await invertImages(inversion, [source], { finder: finderOf([[]]).finder });
    expect(checked.verdict).toBe("out of distribution");
    expect(checked.particles).toEqual({ particleCount: 0, coveredShare: 0 });
  });
});

const DATA = join(ROOT, "../shared/data");
/** Detection on a picture of 2,048 px takes seconds of a free core. */
const PATIENCE_MS = 180_000;

describe.skipIf(!existsSync(DATA))("real images, the detector and the network that ship", async () => {
  const inversion = await openInversion(join(ROOT, "models/one-material.onnx"), 1);
  const detector = openDetector(readFileSync(join(ROOT, "models/particles-haadf.onnx")), { threads: 1 });
  afterAll(async () => {
    await inversion.network.dispose();
    await detector.dispose();
  });
  const answerOf = async (file: string, material: string, pixelSizeNm: number) => {
    const { image, mask } = await readImageFile(join(DATA, file), { keepBar: file.endsWith(".jpg") });
    const source = { path: file, image: { ...image, pixelSizeNm }, mask };
    const options = { materials: [findMaterial(material)], finder: detector };
    return (await invertImages(inversion, [source], options))[0];
  };

  test(
    "platinum on carbon gets no numbers: the carbon lies outside the particles",
    async () => {
      const { verdict, explanation, particles } = await answerOf(
        "stem_catalyst_yolo/images/PtC1.jpg",
        "Pt",
        0.4,
      );
      expect(verdict).toBe("out of distribution");
      expect(explanation).toContain("matter lies outside the particles");
      expect(particles?.coveredShare).toBeLessThan(0.3);
    },
    PATIENCE_MS,
  );

  test(
    "soot keeps its numbers: the particles are all there is",
    async () => {
      const { verdict, particles } = await answerOf("soot_tem/images/000007.png", "C", 0.338);
      expect(verdict).toBe("in distribution");
      expect(particles?.coveredShare).toBeGreaterThan(0.9);
    },
    PATIENCE_MS,
  );
});
