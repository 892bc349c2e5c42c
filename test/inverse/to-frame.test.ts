import { expect, test } from "vitest";
import { drawSample } from "../../src/corpus/index.ts";
import { inversionRecipeSchema, planInversion } from "../../src/inverse/index.ts";
import { toPixelFrame } from "../../src/inverse/data/to-frame.ts";
import { rootsInto } from "../../src/posterior/index.ts";

/** One sphere-like aggregate of a material at a pixel size; no film, no noise to speak of. */
function sampleOf(material: string, pixelSizeNm: number) {
  const recipe = inversionRecipeSchema.parse({
    lengths: "pixels",
    aggregate: {
      materials: [material],
      particleCount: 6,
      radiusFirstNm: 5,
      radiusSpreadFirst: 1,
      fractalDimension: 1.8,
      fractalPrefactor: 1.3,
      necking: 0.1,
    },
    microscope: {
      widthPx: 64,
      heightPx: 64,
      pixelSizeNm,
      probeFwhmNm: 1,
      electronsPerPixel: 1e9,
      film: "none",
    },
  });
  return drawSample(planInversion(recipe).samples, 3);
}

test("a sample in its frame is the same image whatever the pixel, where scattering is single", () => {
  const [fine, coarse] = [0.5, 1].map((nm) => toPixelFrame(sampleOf("SiO2", nm), "thickness"));
  expect(fine.labels.parameters.radiusFirstNm).toBeCloseTo(5, 9);
  expect(fine.image.pixelSizeNm).toBe(1);
  const peak = Math.max(...coarse.image.data);
  // a particle is 10 px thick, two behind one another up to 20
  expect(peak).toBeGreaterThan(9);
  const differences = fine.image.data.map((value, i) => Math.abs(value - coarse.image.data[i]));
  // thin limit: mu p is 2e-4 and 4e-4; what differs is the diffraction limit of 0.1 nm, in pixels
  expect(Math.max(...differences)).toBeLessThan(0.02 * peak + 0.5);
});

test("every second sample of a network that takes either has no scale, and is not told the signal of a pixel's length", () => {
  const sample = sampleOf("Au", 0.5);
  const framed = [0, 1].map((sampleIndex) =>
    toPixelFrame({ ...sample, labels: { ...sample.labels, sampleIndex } }, "either"),
  );
  expect(framed.map(({ labels }) => labels.isScaled)).toEqual([true, false]);
  expect(Math.max(...framed[1].image.data)).toBeCloseTo(30, 5);
});

test("rootsInto() takes thicknesses from the border's median on, and is odd about it", () => {
  const image = Float32Array.of(5, 5, 5, 5, 8, 5, 5, 5, 5);
  const roots = rootsInto(new Float32Array(9), image, { scale: "thickness", offset: 0 });
  expect(roots[0]).toBe(0);
  expect(roots[4]).toBeCloseTo(1, 6);
  const below = rootsInto(
    new Float32Array(9),
    image.map((v) => 10 - v),
    { scale: "thickness", offset: 0 },
  );
  expect(below[4]).toBeCloseTo(-1, 6);
});
