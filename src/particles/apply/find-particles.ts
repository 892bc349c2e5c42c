import { counted, extremes, median, rangeError } from "../../core/index.ts";
import type { GrayImage } from "../../core/index.ts";
import type { Modality } from "../../image/index.ts";
import type { Detector } from "../detect/open-detector.ts";
import { asDetected } from "../correct/listed-disc.ts";
import { countWithHidden, crowdingOf } from "../measure/hidden-particles.ts";
import type { ImageParticles, ListedDisc, Particle } from "../measure/image-particles.ts";
import { LEAST_STRENGTH_RATIO, strengthRatio } from "./strength-ratio.ts";
import { withMaterials } from "../fit/assign-materials.ts";
import { isMoreThanNegative, negativeOf } from "./against-negative.ts";
import { detectEither, guessModality, type ModalityGuess } from "./guess-modality.ts";
import { saturatedShare } from "./saturation.ts";
import { standingOut } from "./stand-out.ts";

/** An image as it was read, with what is known of it. */
export interface ParticleSource extends Pick<ImageParticles, "name" | "pixelSizeSource"> {
  readonly path: string;
  readonly image: GrayImage;
  /** [height, width], not 0 where a pixel shows no specimen; null where all do. */
  readonly mask: Uint8Array | null;
}

/** What is asked of an image. */
export interface FindOptions {
  /** How the image was taken; guessed where null. */
  readonly modality: Modality | null;
  /** Names of the materials, the lighter first; one where there is one, none where nobody said. */
  readonly materials: readonly string[];
  /** Least probability of a particle; that of the detector where undefined. */
  readonly threshold?: number | undefined;
  /** The list of a person, who has moved, added and removed: in place of what the detector finds. */
  readonly corrected?: readonly ListedDisc[] | undefined;
}

/** Share of pixels at the matter's end of the grey levels above which an image is called saturated. */
const MOST_SATURATED = 0.25;
/** What helps where none is found. */
const REMEDY =
  "is --modality right? --least-probability asks for more, and a particle that fills the field wants a smaller magnification";
/** Least that the clear ones of the found stand out of the ground [standard deviations]. */
const LEAST_STANDING = 6;
/** From here on nothing is asked further; lumps on the slope of a ball that fills the field had 6 and 11, particles 26 at least. */
const CLEAR_STANDING = 20;
/** Factor about the median radius within which an image is compared with its negative: the others are few, and cost time. */
const LIKE_SIZES = 2;
/** Smallest edge of an image that is searched [px]. */
const LEAST_EDGE_PX = 64;

/**
 * Finds the particles of an image.
 *
 * @param openFor gives the detector of a modality
 * @param source the image
 * @param options modality, materials, threshold, corrections
 * @returns its particles, the most probable first
 * @throws RangeError where the image has no contrast, is saturated, too small, or shows no particle: none is found, none that stands
 *   out of the ground, or no more than on its negative
 */
export async function findParticles(
  openFor: (modality: Modality) => Detector,
  source: ParticleSource,
  options: FindOptions,
): Promise<ImageParticles> {
  const found = await searchParticles(openFor, source, options);
  const { particles, modality } = found;
  if (particles.length > 0 && options.corrected !== undefined) return found;
  const got = particles.length === 0 ? "none" : await doubt(openFor(modality), source, found, options);
  if (got === null) return found;
  const { message } = failure(source, "image must show particles", `${got}, taken as ${modality}`);
  throw new RangeError(`${message}; ${REMEDY}`);
}

/**
 * Why what was found may be lumps of noise or of a bare film: they stand out of pixels of noise no further than its own lumps do, or, where they stand out
 * a little, or the ground is uneven or not to be seen, the negative of the image shows the detector as many.
 *
 * @returns what the image shows in place of particles; null where nothing speaks against them
 */
async function doubt(
  detector: Detector,
  { image, mask }: ParticleSource,
  { particles, modality }: ImageParticles,
  { threshold = detector.metadata.threshold }: FindOptions,
): Promise<string | null> {
  const standing = standingOut(image, mask, particles, modality);
  if (standing !== null && standing >= CLEAR_STANDING) return null;
  if (standing !== null && standing < LEAST_STANDING) {
    return `${counted(particles.length, "lump")} no clearer than lumps of noise (${standing.toFixed(1)} standard deviations, wanted ${LEAST_STANDING})`;
  }
  const typicalPx = median(particles.map((disc) => disc.radiusPx));
  const radiusPx = [typicalPx / LIKE_SIZES, typicalPx * LIKE_SIZES] as const;
  const alike = particles.filter((disc) => disc.radiusPx >= radiusPx[0] && disc.radiusPx <= radiusPx[1]);
  const found = alike.map(({ probability }) => ({ probability: probability ?? 1 }));
  const negative = await detector.detect(negativeOf(image), { mask, threshold, radiusPx });
  if (isMoreThanNegative(found, negative, threshold)) return null;
  return `${counted(found.length, "lump")} where its negative shows ${negative.length}, as bare film does`;
}

/**
 * As `findParticles`, of images that may show none.
 *
 * @returns its particles, the most probable first; those of a person in their own order
 * @throws RangeError where the image has no contrast, is saturated or too small
 */
export async function searchParticles(
  openFor: (modality: Modality) => Detector,
  source: ParticleSource,
  options: FindOptions,
): Promise<ImageParticles> {
  checkSource(source);
  const { image, mask, name, pixelSizeSource } = source;
  const { threshold, corrected } = options;
  // before anything else: a detector finds its way on clipped images, too, and what it says there is worth nothing
  const taken: ModalityGuess =
    options.modality === null ? guessModality(image, mask) : { modality: options.modality, isClear: true };
  if (taken.isClear) checkSaturation(source, taken.modality);
  const seen = await discsOf(openFor, source, { ...options, taken });
  const { modality, discs } = seen;
  checkSaturation(source, modality);
  const { width, height, pixelSizeNm } = image;
  const particles = toldApart(source, seen, options).map((disc, i): Particle => ({
    ...disc,
    number: i + 1,
    material: materialOf(disc, options.materials),
    isCut: isCut(disc, image),
  }));
  // the ratios hold for the detector's own threshold
  const isOwn = threshold === undefined && corrected === undefined;
  const { hidden, sizes } = openFor(modality).metadata;
  return {
    name,
    width,
    height,
    pixelSizeNm,
    pixelSizeSource,
    modality,
    particles,
    isCorrected: corrected !== undefined,
    countWithHidden: countWithHidden(discs.length, crowdingOf(discs, image), isOwn ? hidden : []),
    sizeRatio: isOwn ? sizes : null,
  };
}

/** What was corrected by a person, else what the detector of the modality finds. */
async function discsOf(
  openFor: (modality: Modality) => Detector,
  { image, mask }: ParticleSource,
  { threshold, corrected, taken }: FindOptions & { readonly taken: ModalityGuess },
): Promise<{ readonly modality: Modality; readonly discs: readonly ListedDisc[] }> {
  if (corrected !== undefined) return { modality: taken.modality, discs: corrected };
  const asked = { mask, ...(threshold === undefined ? {} : { threshold }) };
  const { modality, discs } = await detectEither(openFor, image, asked, taken);
  return { modality, discs: discs.map(asDetected) };
}

/** Tells two materials apart; on a list of a person those alone that nobody has said anything of. */
function toldApart(
  { image, mask }: ParticleSource,
  { discs, modality }: { readonly discs: readonly ListedDisc[]; readonly modality: Modality },
  { corrected, materials: [first, second] }: FindOptions,
): readonly ListedDisc[] {
  if (first === undefined || second === undefined) return discs;
  const ratio = strengthRatio([first, second], modality);
  if (ratio < LEAST_STRENGTH_RATIO) return discs;
  const isAsked = ({ secondProbability }: ListedDisc) =>
    corrected === undefined || secondProbability === null;
  if (!discs.some(isAsked)) return discs;
  const told = withMaterials(image, mask, discs, { modality, ratio });
  return discs.map((disc, k) => (isAsked(disc) ? told[k] : disc));
}

function materialOf({ secondProbability }: ListedDisc, [first, second]: readonly string[]): string | null {
  if (first === undefined) return null;
  if (second === undefined) return first;
  if (secondProbability === null) return null;
  return secondProbability < 0.5 ? first : second;
}

const isCut = ({ x, y, radiusPx: r }: ListedDisc, { width, height }: GrayImage) =>
  x - r < 0 || y - r < 0 || x + r > width || y + r > height;

function checkSource(source: ParticleSource): void {
  const { width, height, data } = source.image;
  if (Math.min(width, height) < LEAST_EDGE_PX) {
    throw failure(
      source,
      `image must be at least ${LEAST_EDGE_PX} px wide and high`,
      `${width} x ${height} px`,
    );
  }
  const [low, high] = extremes(data);
  if (!(high > low)) throw failure(source, "image must have contrast", `${low} everywhere`);
}

/** Where matter is clipped, particles behind each other are gone. */
function checkSaturation(source: ParticleSource, modality: Modality): void {
  const share = saturatedShare(source.image, source.mask, modality);
  if (share <= MOST_SATURATED) return;
  const side = modality === "haadf" ? "brightest" : "darkest";
  const got = `${Math.round(100 * share)} % of its pixels at the ${side} level, taken as ${modality}`;
  const { message } = failure(source, "image must not be saturated", got);
  throw new RangeError(`${message}; record it with less gain, or say --modality where that is wrong`);
}

function failure({ path }: ParticleSource, wanted: string, got: string): RangeError {
  return rangeError({ action: "find particles", where: path }, wanted, got);
}
