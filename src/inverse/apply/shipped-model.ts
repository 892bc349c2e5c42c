import { existsSync } from "node:fs";
import { join } from "node:path";
import type { GrayImage } from "../../core/index.ts";
import type { InputScale } from "../../posterior/index.ts";

/** Folder of the package that holds the trained networks. */
const MODEL_FOLDER = "models";

/**
 * Finds the shipped network for some images: the one for absolute intensities where every image has them.
 *
 * @param images that are to be inverted with one network
 * @param packageFolder folder of the package
 * @returns path of the model file
 * @throws Error where the package lacks the model
 */
export function shippedModel(
  images: readonly Pick<GrayImage, "intensityUnit">[],
  packageFolder: string,
): string {
  const path = join(packageFolder, MODEL_FOLDER, shippedModelName(images));
  if (existsSync(path)) return path;
  throw new Error(
    `Cannot invert: the package must hold a trained network, got no such file (${path}); name one with --model`,
  );
}

/** Its file name: the network for absolute intensities where every image has them, else the one for contrast. */
export function shippedModelName(images: readonly Pick<GrayImage, "intensityUnit">[]): string {
  const isAbsolute = images.every(({ intensityUnit }) => intensityUnit === "fraction of the incident beam");
  const scale: InputScale = isAbsolute ? "absolute" : "contrast";
  return `tio2-wo3-${scale}.onnx`;
}
