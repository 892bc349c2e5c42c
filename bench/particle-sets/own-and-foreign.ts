import { drawForeignSample, trueParticles } from "../../src/benchmark/index.ts";
import type { Base } from "../../src/benchmark/foreign/draw-sample.ts";
import type { Change } from "../../src/benchmark/foreign/rows.ts";
import type { TrueParticleDisc } from "../../src/benchmark/true-particles.ts";
import { openRandomStream } from "../../src/core/index.ts";
import type { GrayImage } from "../../src/core/index.ts";
import { drawMicroscopeSettings, simulateHaadf } from "../../src/stem-sim/index.ts";
import { drawAggregate } from "../../src/stochastic/index.ts";

/** A simulated image with its particles. */
export interface ListedImage {
  readonly image: GrayImage;
  readonly particles: readonly TrueParticleDisc[];
}

/** The image by the suite's own simulator of the aggregate, film and dose that the second one has under this index. */
export function drawOwnSample({ seed, prior, prepared }: Base, index: number): ListedImage {
  const rng = openRandomStream(seed, "foreign", index);
  const settings = drawMicroscopeSettings(rng.fork("microscope"), prepared.microscope);
  const { aggregate } = drawAggregate(rng.fork("aggregate", 0), prior);
  const image = simulateHaadf(rng.fork("image"), aggregate, { prepared, settings });
  return { image, particles: trueParticles({ aggregate, settings, image }, prepared.detectedPerNm) };
}

/** The same by the second simulator, one thing changed. */
export function drawChanged(base: Base, change: Change, index: number): ListedImage {
  const { image, particles } = drawForeignSample(base, change, index);
  return { image, particles };
}
