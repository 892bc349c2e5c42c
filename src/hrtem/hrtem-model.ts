import { z } from "zod";
import { parseJson, type GrayImage } from "../core/index.ts";
import { decodeForest, encodeForest, type Forest } from "../forest/index.ts";
import { maskAtSize, resampleToPixelSize } from "../image/index.ts";
import { filledImage, type ImageFile } from "../micrograph/index.ts";
import { classifyParticles, type ClassAnswer } from "./classify/classifier.ts";
import { particleFeatures } from "./classify/particle-features.ts";
import { findParticles, type FoundParticle } from "./segment/find-particles.ts";
import { maskAbove, openRegions, type RegionFinder } from "./segment/find-regions.ts";
import { prepareHrtem } from "./segment/prepare-image.ts";
import type { ParticleRow } from "./population.ts";

/** A trained pair of network and forest. */
export interface HrtemModel {
  readonly regions: RegionFinder;
  readonly forest: Forest;
  /** Probability above which a pixel belongs to a particle. */
  readonly threshold: number;
  /** Pixel size of the training images [nm]. */
  readonly pixelSizeNm: number;
  /** Diameters of nine tenths of the particles in the training images [nm]; null where it is not known. */
  readonly diameterNm: readonly [number, number] | null;
  /** Seed of the simulated images it was trained on, which are no test of it; null for recorded ones. */
  readonly simulationSeed: number | null;
}

/** What the settings file of a model holds. */
export type HrtemModelSettings = Omit<HrtemModel, "regions" | "forest">;

/** What hrtem.json must hold; models of earlier versions do not say the last two. */
const settingsSchema: z.ZodType<HrtemModelSettings> = z.object({
  threshold: z.number(),
  pixelSizeNm: z.number().positive(),
  diameterNm: z.tuple([z.number(), z.number()]).nullable().default(null),
  simulationSeed: z.int().nullable().default(null),
});

/** Files of a model folder. */
export const MODEL_FILES = {
  regions: "regions.onnx",
  forest: "classes.forest",
  settings: "hrtem.json",
} as const;

/** The bytes of a model, by file name. */
export type ModelBytes = Readonly<Record<(typeof MODEL_FILES)[keyof typeof MODEL_FILES], Uint8Array>>;

/** Writes a model as files. */
export function encodeHrtemModel(onnx: Uint8Array, forest: Forest, settings: HrtemModelSettings): ModelBytes {
  return {
    "regions.onnx": onnx,
    "classes.forest": encodeForest(forest),
    "hrtem.json": new TextEncoder().encode(`${JSON.stringify(settings, null, 2)}\n`),
  };
}

/**
 * Reads the files of a model.
 *
 * @param bytes by file name
 * @param options threads of the runtime; where the bytes came from, for errors
 * @returns the model; dispose of its network when done
 */
export async function openHrtemModel(
  bytes: ModelBytes,
  { threads, where }: { readonly threads: number; readonly where: string },
): Promise<HrtemModel> {
  const context = { action: "open HRTEM model", where: `${where}/hrtem.json` };
  const settings = parseJson(new TextDecoder().decode(bytes["hrtem.json"]), settingsSchema, context);
  const forest = decodeForest(bytes["classes.forest"]);
  const regions = openRegions(bytes["regions.onnx"], { where, threads });
  return { regions, forest, ...settings };
}

/** What a model finds in an image. */
export interface AnalysedImage {
  /** The image as the network saw it, at the model's pixel size. */
  readonly image: GrayImage;
  readonly mask: Uint8Array;
  readonly particles: readonly (FoundParticle & ClassAnswer)[];
  /** Pixels of this image to one of the source, along a side. */
  readonly zoom: number;
}

/**
 * Finds and classifies the particles of an image; what is drawn into it is filled.
 *
 * @param model network and forest
 * @param file image with a pixel size, and where it shows no specimen
 * @returns mask and particles; those at the border and under what is drawn are there, with their answer, but their size is not known
 * @throws RangeError when the image has no pixel size
 */
export async function analyseHrtem(
  model: HrtemModel,
  file: Pick<ImageFile, "image" | "mask">,
): Promise<AnalysedImage> {
  const { pixelSizeNm } = model;
  const source = filledImage(file);
  const isFitting = source.pixelSizeNm !== null && Math.abs(source.pixelSizeNm / pixelSizeNm - 1) < 0.02;
  const image = prepareHrtem(isFitting ? source : resampleToPixelSize(source, pixelSizeNm));
  const probabilities = await model.regions.probabilities(image);
  const { particles, mask } = findParticles(maskAbove(probabilities, model.threshold), image);
  const hidden = file.mask === null ? null : maskAtSize(file.mask, source, image);
  const isHidden = (place: number) => hidden !== null && hidden[place] === 1;
  const features = particles.map((particle) => particleFeatures(image, particle, pixelSizeNm));
  const answers = classifyParticles(model.forest, features);
  return {
    image,
    mask: mask.map((value, place) => (isHidden(place) ? 0 : value)),
    particles: particles.map((particle, i) => ({
      ...particle,
      ...answers[i],
      touchesEdge: particle.touchesEdge || particle.pixels.some(isHidden),
    })),
    zoom: image.width / source.width,
  };
}

/**
 * Rows of the particle table of an image; particles at its border are left out.
 *
 * @param particles found and classified
 * @param options.image number of the image; options.imageName its name; options.pixelSizeNm pixel size in which the particles
 *   were found [nm]; options.zoom pixels of theirs to one of the stored image, which the table counts in; 1 by default
 * @returns one row a particle
 */
export function particleRows(
  particles: readonly (FoundParticle & ClassAnswer & { readonly truth?: ParticleRow["truth"] })[],
  options: {
    readonly image: number;
    readonly imageName: string;
    readonly pixelSizeNm: number;
    readonly zoom?: number;
  },
): ParticleRow[] {
  const { image, imageName, pixelSizeNm, zoom = 1 } = options;
  return particles
    .filter(({ touchesEdge }) => !touchesEdge)
    .map((particle) => ({
      image,
      imageName,
      ...centreOf(particle, zoom),
      areaPx: particle.areaPx / zoom ** 2,
      areaNm2: particle.areaPx * pixelSizeNm ** 2,
      equivalentDiameterNm: particle.equivalentDiameterPx * pixelSizeNm,
      circularity: particle.circularity,
      aspectRatio: particle.aspectRatio,
      predicted: particle.predicted,
      confidence: Math.max(...particle.probabilities),
      faultVotes: particle.probabilities[1],
      truth: particle.truth ?? null,
    }));
}

/** Middle of the box about a particle, in pixels of the stored image. */
function centreOf({ box }: FoundParticle, zoom: number): Pick<ParticleRow, "xPx" | "yPx"> {
  return { xPx: (box.x + box.width / 2) / zoom, yPx: (box.y + box.height / 2) / zoom };
}
