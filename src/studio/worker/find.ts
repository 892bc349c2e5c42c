import { openRandomStream } from "../../core/index.ts";
import type { Modality } from "../../image/index.ts";
import type { ImageFile } from "../../micrograph/index.ts";
import {
  findParticles,
  guessModality,
  openDetector,
  orderedMaterials,
  sizeStatistics,
  type Detector,
} from "../../particles/index.ts";
import { asset } from "./assets.ts";
import type { FoundParticles, ParticleOrder } from "./protocol.ts";
import { imageOf } from "./read-image.ts";
import { readyRuntime } from "./runtime.ts";

/** Detectors that are open, by what they are for. */
const detectors = new Map<Modality, Detector>();

async function readyDetector(modality: Modality): Promise<void> {
  if (detectors.has(modality)) return;
  const where = `particles-${modality}.onnx`;
  await readyRuntime();
  detectors.set(modality, openDetector(await asset(where), { where, threads: 1 }));
}

function openFor(modality: Modality): Detector {
  const detector = detectors.get(modality);
  if (detector === undefined)
    throw new Error(`Cannot find particles: detector ${modality} must be open, got none`);
  return detector;
}

/** Every primary particle of an image, by the detectors and the steps of `heterostem particles find`. */
export async function particlesOf(order: ParticleOrder): Promise<FoundParticles> {
  const { file } = await imageOf(order);
  const { modality, corrected } = order;
  const isFound = corrected === undefined;
  if (isFound) await readyDetectors(file, modality);
  const materials = orderedMaterials(order.materials);
  const found = await findParticles(openFor, file, { modality, materials, corrected });
  const sizes = sizeStatistics(openRandomStream(1, "particles"), [found]);
  return { found, sizes, threshold: isFound ? openFor(found.modality).metadata.threshold : null };
}

/** Where the grey levels leave the mode open both detectors are asked. */
async function readyDetectors({ image, mask }: ImageFile, told: Modality | null): Promise<void> {
  const guess = guessModality(image, mask);
  const isClear = told !== null || guess.isClear;
  for (const one of isClear ? [told ?? guess.modality] : MODALITIES) await readyDetector(one);
}

const MODALITIES: readonly Modality[] = ["haadf", "bright-field"];
