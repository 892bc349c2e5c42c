import { openRandomStream, rangeError } from "../../core/index.ts";
import type { GrayImage } from "../../core/index.ts";
import { backgroundPixels, cropRegion } from "../../image/index.ts";
import type { PixelRegion } from "../../image/index.ts";
import type { Detector } from "../detect/open-detector.ts";
import { discOverlap } from "../detect/thin-discs.ts";
import type { Disc } from "../simulate/training-image.ts";

/** Half edge of what the detector is shown, and of where patches are hidden, in radii of the particle. */
const SHOWN_RADII = 8;
const HIDDEN_RADII = 2.25;
/** Edge of a patch in radii; patches overlap by half. */
const PATCH_RADII = 0.9;
/** Least probability that is told apart from none. */
const LEAST_PROBABILITY = 0.01;
/** Share of the union above which a disc is the particle that is asked about. */
const LEAST_OVERLAP = 0.5;
/** Sizes that are looked for, over the particle's: no others can be the same one. */
const SIZE_RANGE = 1.45;
/** Least edge of what the detector is shown [px]. */
const LEAST_SHOWN_PX = 64;

/** What a particle on a list owes to the pixels about it. */
export interface ParticleExplanation {
  /** The part of the image that was asked about [px]. */
  readonly box: PixelRegion;
  /** Its probability with nothing hidden, 0 to 1; the detector saw only what lies about it. */
  readonly probability: number;
  /** Edge of the patches that were hidden [px]. */
  readonly patchPx: number;
  /** [box.height, box.width] probability with nothing hidden, less that with the patch about the pixel hidden: positive where a place speaks for it. */
  readonly contributions: Float32Array;
}

/**
 * Which pixels made a particle: the detector is asked for it anew with one patch after another hidden under the background and its noise
 * [zeiler2014]. Patches overlap by half; a pixel has the mean of those that hide it.
 *
 * @param detector of the image's modality
 * @param image as it was read, what is drawn into it filled
 * @param disc the particle [px]
 * @returns contributions to its probability about the particle
 * @throws RangeError where the detector does not find it: a person has set it, or another detector found it
 */
export async function explainParticle(
  detector: Pick<Detector, "detect">,
  image: GrayImage,
  disc: Disc,
): Promise<ParticleExplanation> {
  const { radiusPx: r } = disc;
  const shown = squareAbout(disc, Math.max(SHOWN_RADII * r, LEAST_SHOWN_PX / 2), image);
  const box = squareAbout(disc, HIDDEN_RADII * r, image);
  const part = cropRegion(image, shown);
  const own = { ...disc, x: disc.x - shown.x, y: disc.y - shown.y };
  const probabilityOn = async (data: Float32Array) => {
    const asked = { threshold: LEAST_PROBABILITY, radiusPx: [r / SIZE_RANGE, r * SIZE_RANGE] as const };
    const found = await detector.detect({ ...part, data }, asked);
    const same = found.filter((one) => discOverlap(own, one) >= LEAST_OVERLAP);
    return same.reduce((most, one) => Math.max(most, one.probability), 0);
  };
  const probability = await probabilityOn(part.data);
  if (probability === 0) {
    const got = `none at ${disc.x.toFixed(1)}, ${disc.y.toFixed(1)}`;
    throw rangeError({ action: "explain particle" }, "the detector must find it", got);
  }
  const patchPx = Math.max(2, Math.round(PATCH_RADII * r));
  const background = backgroundPixels(image, part.data.length, openRandomStream(0, "hidden patches"));
  const inPart = { ...box, x: box.x - shown.x, y: box.y - shown.y };
  const [sums, counts] = [new Float64Array(box.width * box.height), new Uint8Array(box.width * box.height)];
  for (const top of patchStarts(box.height, patchPx)) {
    for (const left of patchStarts(box.width, patchPx)) {
      const data = Float32Array.from(part.data);
      const pixels = pixelsOf({ top, left, patchPx }, box);
      for (const i of pixels) {
        const [row, column] = [Math.floor(i / box.width), i % box.width];
        const at = (inPart.y + row) * part.width + inPart.x + column;
        data[at] = background[at];
      }
      const change = probability - (await probabilityOn(data));
      for (const i of pixels) {
        sums[i] += change;
        counts[i]++;
      }
    }
  }
  return { box, probability, patchPx, contributions: Float32Array.from(sums, (sum, i) => sum / counts[i]) };
}

/** A square about a disc, as far as the image reaches [px]. */
function squareAbout({ x, y }: Disc, half: number, { width, height }: GrayImage): PixelRegion {
  const [left, top] = [Math.max(0, Math.floor(x - half)), Math.max(0, Math.floor(y - half))];
  const [right, bottom] = [Math.min(width, Math.ceil(x + half)), Math.min(height, Math.ceil(y + half))];
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** Every half patch, and the last one flush with the end. */
function patchStarts(edge: number, patchPx: number): number[] {
  const last = Math.max(0, edge - patchPx);
  const step = Math.max(1, Math.floor(patchPx / 2));
  const starts = Array.from({ length: Math.floor(last / step) + 1 }, (_, k) => k * step);
  return starts.at(-1) === last ? starts : [...starts, last];
}

function pixelsOf(
  { top, left, patchPx }: { readonly top: number; readonly left: number; readonly patchPx: number },
  { width, height }: PixelRegion,
): number[] {
  const pixels: number[] = [];
  for (let row = top; row < Math.min(height, top + patchPx); row++) {
    for (let column = left; column < Math.min(width, left + patchPx); column++)
      pixels.push(row * width + column);
  }
  return pixels;
}
