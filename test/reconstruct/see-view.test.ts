import { expect, test } from "vitest";
import type { GrayImage } from "../../src/core/index.ts";
import type { ImageParticles } from "../../src/particles/index.ts";
import { seeView } from "../../src/reconstruct/index.ts";

const SIDE = 96;
const SPHERES = [
  [30, 40, 9],
  [45, 44, 8],
  [60, 52, 10],
] as const;

/** Spheres on a dark ground, with the noise that the fit needs a scale of. */
const image: GrayImage = {
  width: SIDE,
  height: SIDE,
  data: Float32Array.from({ length: SIDE * SIDE }, (_, i) => {
    const [u, v] = [(i % SIDE) + 0.5, Math.floor(i / SIDE) + 0.5];
    const chords = SPHERES.map(
      ([x, y, r]) => 2 * Math.sqrt(Math.max(0, r * r - (u - x) ** 2 - (v - y) ** 2)),
    );
    return chords.reduce((sum, chord) => sum + chord, 0) + 0.3 * Math.sin(1.7 * u) * Math.cos(2.3 * v);
  }),
  intensityUnit: "arbitrary",
  pixelSizeNm: 0.5,
};
const source = {
  path: "spheres.tif",
  name: "spheres.tif",
  image,
  mask: null,
  pixelSizeSource: "file" as const,
};

/** The spheres as a detector finds them: a little off, and off by so much more. */
const foundAt = (offPx: number): ImageParticles => ({
  name: source.name,
  width: SIDE,
  height: SIDE,
  pixelSizeNm: 0.5,
  pixelSizeSource: "file",
  modality: "haadf",
  isCorrected: false,
  countWithHidden: null,
  sizeRatio: null,
  particles: SPHERES.map(([x, y, r], k) => ({
    x: x + 0.403 + offPx,
    y: y - 0.302 - offPx,
    radiusPx: r * 1.05 + offPx,
    probability: 0.9,
    secondProbability: k === 1 ? 1 : 0,
    source: "detected",
    number: k + 1,
    material: k === 1 ? "WO3" : "TiO2-anatase",
    isCut: false,
  })),
});
const NAMES = ["TiO2-anatase", "WO3"];

test("seeView() fits the same particles, to the last bit, where two processors' networks differ by 1e-6 px", () => {
  const [own, other] = [0, 1e-6].map((offPx) => seeView(source, foundAt(offPx), NAMES));
  expect(other.particles).toEqual(own.particles);
  expect([...own.particles.materialIndices]).toEqual([0, 1, 0]);
  // x from the middle, in nm: within a tenth of a pixel of the truth
  SPHERES.forEach(([x], k) =>
    expect(Math.abs(own.particles.xNm[k] - (x - SIDE / 2) * 0.5)).toBeLessThan(0.05),
  );
});

test("seeView() says what is missing of an image without particles", () => {
  expect(() => seeView(source, { ...foundAt(0), particles: [] }, NAMES)).toThrow(
    "Cannot reconstruct aggregate: image must show particles, got none (spheres.tif)",
  );
});
