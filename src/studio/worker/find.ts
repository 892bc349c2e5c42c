import { openRandomStream } from "../../core/index.ts";
import type { Modality } from "../../image/index.ts";
import { checkGrey, type ImageFile } from "../../micrograph/index.ts";
import {
  findParticles,
  guessModality,
  openDetector,
  orderedMaterials,
  sizeStatistics,
  type Detector,
  type ImageParticles,
} from "../../particles/index.ts";
import { asset } from "./assets.ts";
import type { FoundParticles, ParticleOrder } from "./protocol.ts";
import { imageKey, imageOf } from "./read-image.ts";
import { readyRuntime } from "./runtime.ts";

/** Detectors that are open, by what they are for. */
const detectors = new Map<Modality, Detector>();
/** What they said of the image that was asked about last: of which materials it is changes none of that. */
let said: {
  readonly key: string;
  readonly byModality: Map<Modality, ReturnType<Detector["detect"]>>;
} | null = null;

/** Opens the detector for a modality where it is not open yet. */
export async function readyDetector(modality: Modality): Promise<void> {
  if (detectors.has(modality)) return;
  const where = `particles-${modality}.onnx`;
  await readyRuntime();
  detectors.set(modality, openDetector(await asset(where), { where, threads: 1 }));
}

/** The open detector for a modality. */
export function openFor(modality: Modality): Detector {
  const detector = detectors.get(modality);
  if (detector === undefined)
    throw new Error(`Cannot find particles: detector ${modality} must be open, got none`);
  return detector;
}

/** Detectors that are opened when they are asked, and answer once for an image, however often they are asked. */
function rememberingDetectors(key: string): (modality: Modality) => Detector {
  if (said?.key !== key) said = { key, byModality: new Map() };
  const { byModality } = said;
  return (modality) => {
    const search = async (...asked: Parameters<Detector["detect"]>) => {
      await readyDetector(modality);
      return openFor(modality).detect(...asked);
    };
    return {
      get metadata() {
        return openFor(modality).metadata;
      },
      dispose: () => openFor(modality).dispose(),
      detect(...asked) {
        const known = byModality.get(modality) ?? search(...asked);
        byModality.set(modality, known);
        known.catch(() => byModality.delete(modality));
        return known;
      },
    };
  };
}

/** The particles of an image, by the detectors and the steps of `heterostem particles find`; or those of a person, measured. */
export async function listParticles(
  order: ParticleOrder,
): Promise<{ readonly file: ImageFile; readonly found: ImageParticles }> {
  const { file } = await imageOf(order);
  checkGrey(file, "find particles");
  const { taken, corrected } = order;
  const materials = orderedMaterials(taken.materials);
  const detectorFor = rememberingDetectors(imageKey(order));
  if (corrected === undefined) {
    return { file, found: await findParticles(detectorFor, file, { modality: taken.modality, materials }) };
  }
  const modality = taken.modality ?? guessModality(file.image, file.mask).modality;
  // what a person lists needs nothing that is found, but what the detector knows
  await readyDetector(modality);
  return { file, found: await findParticles(detectorFor, file, { modality, materials, corrected }) };
}

/** That of `heterostem particles find`, where nobody gives one. */
const BOOTSTRAP_SEED = 1;

/** Every primary particle of an image, with sizes. */
export async function particlesOf(order: ParticleOrder): Promise<FoundParticles> {
  const { found } = await listParticles(order);
  const sizes = sizeStatistics(openRandomStream(BOOTSTRAP_SEED, "particles"), [found]);
  const threshold = order.corrected === undefined ? openFor(found.modality).metadata.threshold : null;
  return { found, sizes, seed: BOOTSTRAP_SEED, threshold };
}
