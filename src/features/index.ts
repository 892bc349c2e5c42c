/**
 * Images as vectors of named numbers: intensities, texture, gradients, waves, spectra, sizes, phases, corners,
 * activations of a network.
 * Takes a grey image (and a trained vocabulary or network where one is needed); gives features, each with its name,
 * unit and source. Reads no files, normalises nothing and learns no targets.
 */
export { describeImage } from "./describe-image.ts";
export type { FeatureFamily } from "./describe-image.ts";
export { checkDescribable } from "./feature.ts";
export type { Feature } from "./feature.ts";
export { greyLevels, otsuLevel } from "./grey-levels.ts";
