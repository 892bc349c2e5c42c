import { checkGrey, checkPixelSize } from "../../../micrograph/index.ts";
import type { ImageFile } from "../../../micrograph/index.ts";
import {
  correctedList,
  explainImage,
  findParticles,
  saturatedShare,
  SATURATED_SHARE,
  searchParticles,
  type Explanation,
  type ImageParticles,
} from "../../../particles/index.ts";
import { counted } from "../../../core/index.ts";
import type { ParticleDetectors } from "../../particle-detectors.ts";
import type { Corrections } from "./take-corrections.ts";

/** What is asked of each image. */
export interface ListJob {
  readonly detectors: ParticleDetectors;
  readonly options: Omit<Parameters<typeof findParticles>[2], "corrected">;
  readonly isFitted: boolean;
  readonly corrections: Corrections;
}

/** The list of an image. */
export interface ListedImage {
  readonly found: ImageParticles;
  /** Null where no fit was asked for. */
  readonly explanation: Explanation | null;
  /** What a reader of the list should know. */
  readonly notes: readonly string[];
}

/**
 * The particles of an image: those that the detector finds, or those of a person who has corrected them; refined where that is
 * asked for.
 *
 * @throws RangeError where the image shows none, or none can be found on it
 */
export async function listParticles(job: ListJob, file: ImageFile): Promise<ListedImage> {
  checkGrey(file, "find particles");
  checkPixelSize(file, "find particles");
  const listed = await listOf(job, file);
  return {
    ...listed,
    notes: [...saturationNotes(file, listed.found), ...listed.notes],
  };
}

async function listOf(
  { detectors, options, isFitted, corrections }: ListJob,
  file: ImageFile,
): Promise<ListedImage> {
  const outlined = corrections.get(file.name);
  if (outlined === undefined) {
    return refined(file, await findParticles(detectors.openFor, file, options), isFitted);
  }
  // what the program finds by itself says which rows are the person's
  const searched = await searchParticles(detectors.openFor, file, options);
  const fitted = isFitted ? (explainImage(file.image, file.mask, searched)?.particles ?? []) : [];
  const corrected = correctedList(outlined, [...searched.particles, ...fitted], options.materials);
  const asked = { ...options, modality: searched.modality, corrected };
  const listed = refined(file, await findParticles(detectors.openFor, file, asked), isFitted);
  return { ...listed, notes: [correctionNote(file.name, listed.found), ...listed.notes] };
}

function refined({ image, mask, name }: ImageFile, found: ImageParticles, isFitted: boolean): ListedImage {
  const explanation = isFitted ? explainImage(image, mask, found) : null;
  if (explanation === null) return { found, explanation, notes: [] };
  if (isMisfit(explanation)) {
    const note = `${name}: spheres on an even ground do not explain the image, as where a support lies below; its particles stay where they were`;
    return { found, explanation, notes: [note] };
  }
  return { found: { ...found, particles: explanation.particles }, explanation, notes: [] };
}

/** Above these a fit does not describe the image: spheres on an even ground are no model of a support. */
const MOST_CHI_SQUARE = 100;
const LEAST_EXPLAINED = 0.9;

const isMisfit = ({ excess, explained }: Explanation) =>
  excess > MOST_CHI_SQUARE && explained < LEAST_EXPLAINED;

function saturationNotes({ image, mask, name }: ImageFile, { modality }: ImageParticles): string[] {
  const share = saturatedShare(image, mask, modality);
  if (share <= SATURATED_SHARE) return [];
  const side = modality === "haadf" ? "brightest" : "darkest";
  return [
    `${name}: saturated, ${(100 * share).toFixed(0)} % of the pixels are at the ${side} level: what lies behind each other there cannot be told apart, and thicknesses are too small`,
  ];
}

function correctionNote(name: string, { particles }: ImageParticles): string {
  const own = particles.filter(({ source }) => source === "corrected").length;
  const asFound = particles.length - own;
  const doubt =
    asFound === 0
      ? "; none is as this call finds it: were they corrected with other flags, or on another image?"
      : "";
  return `${name}: the list is that of a person, ${counted(own, "particle")} set by hand, ${asFound} as found${doubt}`;
}
