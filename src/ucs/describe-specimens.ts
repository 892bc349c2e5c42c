import { failureText, type GrayImage } from "../core/index.ts";
import { describeImage, type FeatureFamily } from "../features/index.ts";
import { featureTable, type FeatureTable } from "../forest/index.ts";
import { normalizeImage, type Normalization } from "../micrograph/index.ts";

/** A normalisation with its name and the grey range that descriptors count levels in afterwards. */
export interface Pipeline {
  readonly name: string;
  readonly normalization: Normalization;
  readonly range: readonly [number, number];
}

/**
 * The normalisations that are compared.
 *
 * @param reference image whose histogram the others are matched to
 * @returns pipelines, the one without normalisation first
 */
export function pipelines(reference: GrayImage): Pipeline[] {
  const unit = [0, 1] as const;
  return [
    { name: "none", normalization: { kind: "none" }, range: unit },
    { name: "min-max", normalization: { kind: "minMax" }, range: unit },
    { name: "z-score", normalization: { kind: "zScore" }, range: [-3, 3] },
    { name: "histogram equalisation", normalization: { kind: "histogramEqualization" }, range: unit },
    { name: "CLAHE", normalization: { kind: "clahe", tileCount: 4, clipLimit: 2 }, range: unit },
    { name: "histogram matching", normalization: { kind: "histogramMatching", reference }, range: unit },
  ];
}

/** Families that are measured: Gabor waves and granulometry take ten times as long as all others together. */
const FAMILIES: readonly FeatureFamily[] = [
  "intensity",
  "cooccurrence",
  "local binary patterns",
  "gradient",
  "wavelet",
  "spectrum",
  "two-point",
];

/**
 * Describes specimens: every image normalised and described, the images of a specimen averaged feature by feature.
 *
 * @param specimens images of each
 * @param pipeline normalisation and grey range
 * @param names of the specimens, for errors
 * @returns one row a specimen
 * @throws RangeError naming the specimen whose image cannot be normalised or described
 */
export function describeSpecimens(
  specimens: readonly (readonly GrayImage[])[],
  pipeline: Pipeline,
  names: readonly string[],
): FeatureTable {
  let featureNames: string[] = [];
  const rows = specimens.map((images, index) => {
    const vectors = images.map((image) => {
      try {
        const { image: normal } = normalizeImage(image, pipeline.normalization);
        const features = describeImage(normal, { families: FAMILIES, range: pipeline.range });
        featureNames = features.map(({ name }) => name);
        return features.map(({ value }) => value);
      } catch (cause) {
        const context = { action: "describe specimen", where: names[index] };
        const wanted = "every image must have contrast and 16 px";
        throw new RangeError(failureText(context, wanted, (cause as Error).message), { cause });
      }
    });
    return vectors[0].map((_, k) => vectors.reduce((sum, vector) => sum + vector[k], 0) / vectors.length);
  });
  return featureTable(featureNames, rows);
}
