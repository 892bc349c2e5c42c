import { type GrayImage, rangeError } from "../core/index.ts";
import { cooccurrenceFeatures } from "./cooccurrence.ts";
import { checkDescribable, type Feature } from "./feature.ts";
import { gaborFeatures } from "./gabor.ts";
import { gradientFeatures } from "./gradient-orientation.ts";
import { granulometryFeatures } from "./granulometry.ts";
import { intensityStatistics } from "./intensity-statistics.ts";
import { localBinaryPatternFeatures } from "./local-binary-pattern.ts";
import { spectrumFeatures } from "./radial-spectrum.ts";
import { twoPointFeatures } from "./two-point.ts";
import { lineFeatures } from "./lines.ts";
import { phaseFeatures } from "./phases.ts";
import { waveletFeatures } from "./wavelet.ts";

/** Families of features that need nothing but the image. */
export const FEATURE_FAMILIES = [
  "intensity",
  "cooccurrence",
  "local binary patterns",
  "gradient",
  "gabor",
  "wavelet",
  "spectrum",
  "granulometry",
  "two-point",
  "phases",
  "lines",
] as const;

/** Name of a family. */
export type FeatureFamily = (typeof FEATURE_FAMILIES)[number];

/** What is measured, and on which scale of grey. */
export interface DescribeOptions {
  /** All by default. */
  readonly families?: readonly FeatureFamily[];
  /**
   * Intensities of the first and last grey level of histogram, entropy and co-occurrence; each image's own extremes
   * by default, which takes brightness and contrast out of them.
   */
  readonly range?: readonly [number, number];
}

type Measure = (image: GrayImage, options: DescribeOptions) => Feature[];

const MEASURES: Readonly<Record<FeatureFamily, Measure>> = {
  intensity: intensityStatistics,
  cooccurrence: (image, { range }) => cooccurrenceFeatures(image, range === undefined ? {} : { range }),
  "local binary patterns": localBinaryPatternFeatures,
  gradient: gradientFeatures,
  gabor: gaborFeatures,
  wavelet: waveletFeatures,
  spectrum: spectrumFeatures,
  granulometry: granulometryFeatures,
  "two-point": twoPointFeatures,
  phases: phaseFeatures,
  lines: lineFeatures,
};

/**
 * Describes an image by named numbers, each with its unit and source.
 *
 * @param image at least 16 x 16 finite pixels; crop the data bar first
 * @param options families and grey range
 * @returns features in the order of the families; names and order are the same for every image
 * @throws RangeError for an image that is too small or has gaps, or an unknown family
 * @example
 * import { describeImage } from "../src/features/index.ts";
 * import { expect } from "vitest";
 * const data = Float32Array.from({ length: 1024 }, (_, i) => (i * 37) % 101);
 * const image = { width: 32, height: 32, data, intensityUnit: "arbitrary", pixelSizeNm: null } as const;
 * const features = describeImage(image, { families: ["wavelet"] });
 * expect(features.map(({ name }) => name)[0]).toBe("haar horizontal level 1");
 */
export function describeImage(image: GrayImage, options: DescribeOptions = {}): Feature[] {
  checkDescribable(image);
  const { families = FEATURE_FAMILIES } = options;
  return families.flatMap((family) => {
    const measure = MEASURES[family] as Measure | undefined;
    if (measure === undefined) {
      const wanted = `families must be of ${FEATURE_FAMILIES.join(", ")}`;
      throw rangeError({ action: "describe image" }, wanted, String(family));
    }
    return measure(image, options);
  });
}
