import { expect, test } from "vitest";
import { openRandomStream, type GrayImage } from "../../src/core/index.ts";
import { trainClassifier } from "../../src/hrtem/classify/classifier.ts";
import { particleFeatures } from "../../src/hrtem/classify/particle-features.ts";
import { analyseHrtem, particleRows, type HrtemModel } from "../../src/hrtem/index.ts";
import { findParticles } from "../../src/hrtem/segment/find-particles.ts";
import { findOverlays } from "../../src/micrograph/find-overlays.ts";
import { burnBar, grey, type Picture } from "../helpers/picture-faults.ts";

const SIDE = 256;
const PIXEL_NM = 0.02;
/** x, y and radius of bright discs [px]; the last stands where the bar will be. */
const DISCS = [
  [70, 60, 24],
  [180, 70, 30],
  [190, 180, 26],
  [40, 228, 20],
] as const;

function picture(): Picture {
  const rng = openRandomStream(1, "masked particles");
  const pixels = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => {
    const [x, y] = [i % SIDE, Math.floor(i / SIDE)];
    const isIn = DISCS.some(([cx, cy, radius]) => Math.hypot(x - cx, y - cy) <= radius);
    const fringe = isIn ? 70 + 12 * Math.cos((2 * Math.PI * x) / 8) : 0;
    return grey(80 + fringe + 8 * rng.normal());
  });
  return { width: SIDE, height: SIDE, pixels };
}

const imageOf = ({ width, height, pixels }: Picture): GrayImage => ({
  width,
  height,
  data: Float32Array.from(pixels),
  intensityUnit: "arbitrary",
  pixelSizeNm: PIXEL_NM,
});

/** Regions by brightness in place of a network, so that the test sees what is handed to it; a forest of two particles. */
async function modelOf(image: GrayImage): Promise<HrtemModel> {
  const regions = {
    probabilities: async ({ data }: GrayImage) => data.map((value) => (value > 0.5 ? 1 : 0)),
    dispose: async () => {},
  };
  const mask = Uint8Array.from(image.data, (value) => (value > 120 ? 1 : 0));
  const { particles } = findParticles(mask, image);
  const labelled = particles.map((particle, i) => ({
    features: particleFeatures(image, particle, PIXEL_NM),
    truth: i % 2 === 0 ? ("fault" as const) : ("no fault" as const),
  }));
  const forest = await trainClassifier(labelled, { seed: 1, workers: 1 });
  return { regions, forest, threshold: 0.5, pixelSizeNm: PIXEL_NM, diameterNm: null, simulationSeed: null };
}

test("analyseHrtem() finds with a burned-in bar the particles that it finds without, and counts none under the bar", async () => {
  const [plain, barred] = [imageOf(picture()), imageOf(burnBar(picture()))];
  const model = await modelOf(plain);
  const { mask } = findOverlays(barred);
  const rowsOf = async (file: { readonly image: GrayImage; readonly mask: Uint8Array | null }) => {
    const found = await analyseHrtem(model, file);
    const options = { image: 0, imageName: "a", pixelSizeNm: PIXEL_NM };
    return { found, rows: particleRows(found.particles, options) };
  };
  const without = await rowsOf({ image: plain, mask: null });
  const withBar = await rowsOf({ image: barred, mask });
  expect(without.rows).toHaveLength(4);
  // the disc under the bar is not seen whole
  expect(withBar.rows).toHaveLength(3);
  withBar.rows.forEach(({ xPx, yPx, areaPx }, i) => {
    const other = without.rows[i];
    // the filled pixels move mean and deviation, and so the threshold, by less than the noise of one pixel
    expect(Math.hypot(xPx - other.xPx, yPx - other.yPx)).toBeLessThan(1);
    expect(Math.abs(areaPx / other.areaPx - 1)).toBeLessThan(0.02);
  });
  expect(withBar.found.mask.some((value, i) => value === 1 && mask?.[i] === 1)).toBe(false);
  // taken for specimen, the bar is bright enough to be particles itself
  const taken = await rowsOf({ image: barred, mask: null });
  expect(taken.found.mask.filter((value, i) => value === 1 && mask?.[i] === 1).length).toBeGreaterThan(100);
});
