import { existsSync } from "node:fs";
import { join } from "node:path";
import type { GrayImage, Material } from "../../core/index.ts";
import type { InputScale } from "../../posterior/index.ts";

/** Folder of the package that holds the trained networks. */
const MODEL_FOLDER = "models";

/**
 * Finds the shipped network for some images: where materials are named the one for any two, or for any one, of them; else the TiO2-WO3 network for absolute
 * intensities where every image has them.
 *
 * @param images that are to be inverted with one network
 * @param packageFolder folder of the package
 * @param materials what the particles are of, where somebody says so
 * @returns path of the model file
 * @throws Error where the package lacks the model
 */
export function shippedModel(
  images: readonly Pick<GrayImage, "intensityUnit">[],
  packageFolder: string,
  materials?: readonly Material[],
): string {
  const path = join(packageFolder, MODEL_FOLDER, shippedModelName(images, materials));
  if (existsSync(path)) return path;
  throw new Error(
    `Cannot invert: the package must hold a trained network, got no such file (${path}); name one with --model`,
  );
}

/** Its file name, as shippedModel finds it. */
export function shippedModelName(
  images: readonly Pick<GrayImage, "intensityUnit">[],
  materials?: readonly Material[],
): string {
  if (materials !== undefined) return materials.length === 1 ? "one-material.onnx" : "any-pair.onnx";
  const isAbsolute = images.every(({ intensityUnit }) => intensityUnit === "fraction of the incident beam");
  const scale: InputScale = isAbsolute ? "absolute" : "contrast";
  return `tio2-wo3-${scale}.onnx`;
}
