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
  /** The same as processor time of all threads, which other programs on the machine lengthen less. */
  readonly detectProcessorSeconds: number;
  readonly withFitProcessorSeconds: number;
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
  const [detectSeconds, detectProcessorSeconds] = await timed(now, async () => {
    const detector = openFresh();
    await detector.detect(image);
    await detector.dispose();
  });
  let found = 0;
  const [withFitSeconds, withFitProcessorSeconds] = await timed(now, async () => {
    const detector = openFresh();
    const names = materials.map(({ name }) => name);
    const listed = await findParticles(() => detector, source, { modality: "haadf", materials: names });
    explainImage(image, null, listed);
    found = listed.particles.length;
    await detector.dispose();
  });
  return {
    edgePx: EDGE_PX,
    truePerImage: PARTICLES,
    found,
    detectSeconds,
    withFitSeconds,
    detectProcessorSeconds,
    withFitProcessorSeconds,
  };
}

/** Seconds by a clock, and of the processor. */
async function timed(now: () => number, work: () => Promise<void>): Promise<readonly [number, number]> {
  const [started, used] = [now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(used);
  return [(now() - started) / 1000, (user + system) / 1e6];
}
