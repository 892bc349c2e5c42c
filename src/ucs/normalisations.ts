import type { GrayImage } from "../core/index.ts";
import type { Normalization } from "../image/index.ts";

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

/** A normalisation with its name and the grey range that descriptors count levels in afterwards. */
export interface NamedNormalization {
  readonly name: NormalizationName;
  readonly normalization: Normalization;
  readonly range: readonly [number, number];
}

/** A normalisation by its name. */
export function namedNormalization(name: NormalizationName, reference: GrayImage): NamedNormalization {
  const own = greyRange(reference);
  const all: Readonly<Record<NormalizationName, readonly [Normalization, NamedNormalization["range"]]>> = {
    none: [{ kind: "none" }, own],
    "min-max": [{ kind: "minMax" }, [0, 1]],
    "z-score": [{ kind: "zScore" }, [-3, 3]],
    "histogram equalisation": [{ kind: "histogramEqualization" }, [0, 1]],
    CLAHE: [{ kind: "clahe", tileCount: 4, clipLimit: 2 }, [0, 1]],
    "histogram matching": [{ kind: "histogramMatching", reference }, own],
  };
  const [normalization, range] = all[name];
  return { name, normalization, range };
}

/** The scale that an image's grey lives on. */
export function greyRange({ data }: GrayImage): readonly [number, number] {
  const largest = data.reduce((most, value) => Math.max(most, value), 0);
  return [0, largest <= 1 ? 1 : 2 ** Math.ceil(Math.log2(largest + 1)) - 1];
}
