import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { drawSample } from "../../src/corpus/index.ts";
import { inversionRecipeSchema, planInversion } from "../../src/inverse/index.ts";
import { explainImage, findParticles } from "../../src/particles/index.ts";
import type { Detector } from "../../src/particles/index.ts";

const EDGE_PX = 1024;
const PARTICLES = 100;
/** The field of the recipe, 176 nm, on 1024 px. */
const PIXEL_SIZE_NM = 176 / EDGE_PX;

/** How long an image of 1024 x 1024 px with an aggregate of 100 particles takes. */
export interface LargeImageTime {
  readonly edgePx: number;
  readonly truePerImage: number;
  readonly found: number;
  readonly detectSeconds: number;
  /** Detection with the two materials told apart, and the fit of all particles. */
  readonly withFitSeconds: number;
}

/**
 * Times detection and fit.
 *
 * @param openFresh opens the detector: what opening takes counts
 * @param root of the package
 * @param now a clock [ms]
 */
export async function timeLargeImage(
  openFresh: () => Detector,
  root: string,
  now: () => number,
): Promise<LargeImageTime> {
  const plain = parse(readFileSync(join(root, "configs/tio2-wo3.yaml"), "utf8")) as {
    aggregate: object;
    microscope: object;
  };
  const recipe = inversionRecipeSchema.parse({
    ...plain,
    aggregate: { ...plain.aggregate, particleCount: PARTICLES },
    microscope: {
      ...plain.microscope,
      widthPx: EDGE_PX,
      heightPx: EDGE_PX,
      pixelSizeNm: PIXEL_SIZE_NM,
    },
  });
  const { samples, materials } = planInversion({ ...recipe, seed: 20_262 });
  const { image } = drawSample(samples, 0);
  const source = { path: "large image", name: "large", image, mask: null, pixelSizeSource: null };
  const started = now();
  const detector = openFresh();
  await detector.detect(image);
  const detectSeconds = (now() - started) / 1000;
  await detector.dispose();
  const again = now();
  const other = openFresh();
  const found = await findParticles(() => other, source, {
    modality: "haadf",
    materials: materials.map(({ name }) => name),
  });
  explainImage(image, null, found);
  const withFitSeconds = (now() - again) / 1000;
  await other.dispose();
  return {
    edgePx: EDGE_PX,
    truePerImage: PARTICLES,
    found: found.particles.length,
    detectSeconds,
    withFitSeconds,
  };
}
