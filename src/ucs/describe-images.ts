import { setImmediate as nextTurn } from "node:timers/promises";
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { failureText, type GrayImage } from "../core/index.ts";
import { checkDescribable, describeImage, type FeatureFamily } from "../features/index.ts";
import { featureTable, type FeatureTable } from "../forest/index.ts";
import { normalizeImage } from "../image/index.ts";
import type { NamedNormalization } from "./normalisations.ts";

/** Families that measure sizes, areas and lengths; brightness and contrast drop out of them. */
const STRUCTURE: readonly FeatureFamily[] = ["spectrum", "granulometry", "two-point", "phases", "lines"];
/** All but Gabor waves, which take as long as everything else together. */
const ALL: readonly FeatureFamily[] = [
  "intensity",
  "cooccurrence",
  "local binary patterns",
  "gradient",
  "wavelet",
  ...STRUCTURE,
];

/** Which descriptors are measured: all, or those of structure alone. */
export const DESCRIPTOR_SETS = { all: ALL, structure: STRUCTURE } as const;

/** Name of a set of descriptors. */
export type DescriptorSet = keyof typeof DESCRIPTOR_SETS;

/** An image and what errors call it. */
export interface NamedImage {
  readonly name: string;
  readonly image: GrayImage;
}

/**
 * Normalises and describes one image.
 *
 * @throws RangeError naming the image that has no contrast, is too small or has gaps
 */
export function describeNamed(
  source: NamedImage,
  { normalization, range }: NamedNormalization,
  set: DescriptorSet,
): { readonly name: string; readonly value: number }[] {
  return ofDescribable(source, () =>
    describeImage(normalizeImage(source.image, normalization).image, {
      families: DESCRIPTOR_SETS[set],
      range,
    }),
  );
}

/** Refuses what describeNamed() would, without describing it. */
export function checkDescribed(
  source: NamedImage,
  { normalization }: Pick<NamedNormalization, "normalization">,
): void {
  ofDescribable(source, () => checkDescribable(normalizeImage(source.image, normalization).image));
}

function ofDescribable<T>({ name }: NamedImage, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const wanted = "an image must have contrast and 16 px either way";
    const text = failureText({ action: "describe image", where: name }, wanted, (cause as Error).message);
    throw new RangeError(text, { cause });
  }
}

/** Names of the descriptors of a set; they are the same for every image. */
export function descriptorNames(
  source: NamedImage,
  normalization: NamedNormalization,
  set: DescriptorSet,
): string[] {
  return describeNamed(source, normalization, set).map(({ name }) => name);
}

/** What a thread is given. */
export interface DescribeShare {
  readonly images: readonly NamedImage[];
  readonly normalizations: readonly NamedNormalization[];
  readonly set: DescriptorSet;
}

/** [normalisation][image] descriptors of a share. */
export type ShareRows = readonly (readonly Float64Array[])[];

/** Describes images by every normalisation, in one thread. */
export function describeShare({ images, normalizations, set }: DescribeShare): ShareRows {
  return normalizations.map((normalization) =>
    images.map((source) =>
      Float64Array.from(describeNamed(source, normalization, set), ({ value }) => value),
    ),
  );
}

/** How images are described. */
export interface DescribeOptions {
  readonly set: DescriptorSet;
  readonly workers: number;
  readonly onProgress?: (done: number) => void;
}

/**
 * Describes images by every normalisation, each thread a share of them; the tables are the same for any number of threads.
 *
 * @throws RangeError naming the image that cannot be described
 */
export async function describeImages(
  images: readonly NamedImage[],
  normalizations: readonly NamedNormalization[],
  options: DescribeOptions,
): Promise<FeatureTable[]> {
  const { set, onProgress } = options;
  const workers = Math.min(options.workers, images.length);
  const shareOf = (first: number): DescribeShare => ({
    images: images.filter((_, i) => i % workers === first),
    normalizations,
    set,
  });
  const others = Array.from({ length: workers - 1 }, (_, i) => inThread(shareOf(i + 1)));
  const own = await describeOwn(shareOf(0), (done) => onProgress?.(Math.min(images.length, done * workers)));
  const shares = [own, ...(await Promise.all(others))];
  const names = descriptorNames(images[0], normalizations[0], set);
  return normalizations.map((_, n) =>
    featureTable(
      names,
      images.map((_image, i) => shares[i % workers][n][Math.floor(i / workers)]),
    ),
  );
}

/** The share of the calling thread, which looks up after each image: Ctrl-C and messages of the others are heard. */
async function describeOwn(share: DescribeShare, onImage: (done: number) => void): Promise<ShareRows> {
  const rows = share.normalizations.map((): Float64Array[] => []);
  for (const [index, image] of share.images.entries()) {
    describeShare({ ...share, images: [image] }).forEach(([row], n) => rows[n].push(row));
    onImage(index + 1);
    await nextTurn();
  }
  return rows;
}

async function inThread(share: DescribeShare): Promise<ShareRows> {
  const worker = new Worker(new URL("./describe-worker.js", import.meta.url), { workerData: share });
  const ended = once(worker, "exit").then(([code]) => {
    const got = `its end (code ${code})`;
    throw new Error(failureText({ action: "describe images" }, "wanted the rows of a thread", got));
  });
  const [rows] = await Promise.race([once(worker, "message"), ended]);
  return rows;
}
