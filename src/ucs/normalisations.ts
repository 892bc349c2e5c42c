import type { GrayImage } from "../core/index.ts";
import type { Normalization } from "../image/index.ts";

/** A normalisation with its name and the grey range that descriptors count levels in afterwards. */
export interface NamedNormalization {
  readonly name: NormalizationName;
  readonly normalization: Normalization;
  readonly range: readonly [number, number];
}

/** Names of the normalisations that are compared. */
export const NORMALIZATION_NAMES = [
  "none",
  "min-max",
  "z-score",
  "histogram equalisation",
  "CLAHE",
  "histogram matching",
] as const;

/** Name of a normalisation. */
export type NormalizationName = (typeof NORMALIZATION_NAMES)[number];

/** A normalisation by its name. */
export function namedNormalization(name: NormalizationName, reference: GrayImage): NamedNormalization {
  const unit = [0, 1] as const;
  switch (name) {
    case "none":
      return { name, normalization: { kind: "none" }, range: greyRange(reference) };
    case "min-max":
      return { name, normalization: { kind: "minMax" }, range: unit };
    case "z-score":
      return { name, normalization: { kind: "zScore" }, range: [-3, 3] };
    case "histogram equalisation":
      return { name, normalization: { kind: "histogramEqualization" }, range: unit };
    case "CLAHE":
      return { name, normalization: { kind: "clahe", tileCount: 4, clipLimit: 2 }, range: unit };
    case "histogram matching":
      return {
        name,
        normalization: { kind: "histogramMatching", reference },
        range: greyRange(reference),
      };
  }
}

/** The scale that an image's grey lives on. */
export function greyRange({ data }: GrayImage): readonly [number, number] {
  const largest = data.reduce((most, value) => Math.max(most, value), 0);
  return [0, largest <= 1 ? 1 : 2 ** Math.ceil(Math.log2(largest + 1)) - 1];
}
