import { openRandomStream, type GrayImage } from "../core/index.ts";
import { drawPowders, drawSample, type Sample, type SampleRecipe } from "../corpus/index.ts";
import type { InversionRecipe } from "../inverse/index.ts";
import { planInversion } from "../inverse/index.ts";
import { simulateHaadf } from "../stem-sim/index.ts";
import { drawForeignSample, type Base } from "./foreign/draw-sample.ts";
import { prepareForeign } from "./foreign/prepare-foreign.ts";
import { CHANGES } from "./foreign/rows.ts";
import { FOREIGN_CHANGES, TILTS_DEG, type ImageSet } from "./tasks.ts";
import { trueParticles, type TrueParticleDisc } from "./true-particles.ts";

/** An image of the benchmark with what whoever answers is told, and with the truth. */
export interface BenchmarkImage {
  /** Name of the images that are answered together, such as "0007". */
  readonly group: string;
  /** Name of the file without its ending, such as "0007-02". */
  readonly name: string;
  readonly image: GrayImage;
  /** Electrons per pixel. */
  readonly electronsPerPixel: number;
  /** Turn of the holder about the image's x axis [degrees]. */
  readonly tiltDeg: number;
  /** What the second simulator changed; "" for images of the first. */
  readonly change: string;
  /** Parameters of the powder and descriptors of this aggregate, by key. */
  readonly truths: Readonly<Record<string, number>>;
  /** The particles that the image shows; none of the second simulator, whose bodies need not be round. */
  readonly particles: readonly TrueParticleDisc[];
}

/**
 * Draws the images of a set; the same bytes at every call.
 *
 * @param recipe of the benchmark
 * @param set which images, and how many
 * @returns image by image, group by group
 */
export function* drawSet(recipe: InversionRecipe, set: ImageSet): Generator<BenchmarkImage, void, undefined> {
  const { samples } = planInversion({ ...recipe, seed: set.seed });
  if (set.name === "foreign") {
    const base = prepareForeign(recipe, set.seed);
    for (let index = 0; index < set.groupCount; index++) yield foreignImage(base, index);
    return;
  }
  if (set.name === "powder") {
    const counts = { powderCount: set.groupCount, imageCount: set.imagesPerGroup };
    let i = 0;
    for (const { powder, sample } of drawPowders(samples, counts)) {
      yield ownImage(sample, samples, { group: powder, place: i++ % set.imagesPerGroup, tiltDeg: 0 });
    }
    return;
  }
  for (let group = 0; group < set.groupCount; group++) {
    const sample = drawSample(samples, group);
    if (set.name === "single") yield ownImage(sample, samples, { group, place: null, tiltDeg: 0 });
    else yield* tiltedImages(sample, samples, group);
  }
}

const numberName = (value: number, digits: number) => String(value).padStart(digits, "0");

interface Place {
  readonly group: number;
  /** Place in the group; null where it has one image. */
  readonly place: number | null;
  readonly tiltDeg: number;
}

function ownImage(
  { image, aggregate, labels }: Sample,
  { prepared }: SampleRecipe,
  { group, place, tiltDeg }: Place,
): BenchmarkImage {
  const { microscope: settings, parameters, descriptors } = labels;
  const name = numberName(group, 4);
  return {
    group: name,
    name: place === null ? name : `${name}-${numberName(place, 2)}`,
    image,
    electronsPerPixel: settings.electronsPerPixel,
    tiltDeg,
    change: "",
    truths: { ...descriptors, ...parameters },
    particles: trueParticles({ aggregate, settings, image }, prepared.detectedPerNm),
  };
}

function* tiltedImages(sample: Sample, recipe: SampleRecipe, group: number): Generator<BenchmarkImage> {
  for (const [place, tiltDeg] of TILTS_DEG.entries()) {
    const settings = { ...sample.labels.microscope, tiltDeg };
    const rng = openRandomStream(recipe.seed, "benchmark tilt", group, place);
    const image = simulateHaadf(rng, sample.aggregate, { prepared: recipe.prepared, settings });
    const labels = { ...sample.labels, microscope: settings };
    yield ownImage({ ...sample, image, labels }, recipe, { group, place, tiltDeg });
  }
}

/** Changes take turns, so that the first images of the set hold every one. */
function foreignImage(base: Base, index: number): BenchmarkImage {
  const wanted = FOREIGN_CHANGES[index % FOREIGN_CHANGES.length];
  const change = CHANGES.find(({ name }) => name === wanted) ?? CHANGES[0];
  const { image, truths, electronsPerPixel } = drawForeignSample(base, change, index);
  const name = numberName(index, 4);
  return { group: name, name, image, electronsPerPixel, tiltDeg: 0, change: wanted, truths, particles: [] };
}
