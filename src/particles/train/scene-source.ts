import { setImmediate as nextTurn } from "node:timers/promises";
import { median } from "../../core/index.ts";
import type { GrayImage, RandomStream } from "../../core/index.ts";
import { resamplePixels, type Modality } from "../../image/index.ts";
import { dihedralInto } from "../../train/index.ts";
import type { SampleSource } from "../../train/index.ts";
import { RADIUS_RANGE_PX, STRIDE_PX } from "../detect/answer-grid.ts";
import { centreTargetsInto } from "../detect/centre-targets.ts";
import { locallyStandardised } from "../detect/prepare-input.ts";
import type { TrainingImage, TrueParticle } from "../simulate/training-image.ts";

/** A simulated image as it is kept for training. */
export interface StoredField {
  /** Edge of the square [px]. */
  readonly edgePx: number;
  /** [edgePx, edgePx], with mean 0 and standard deviation 1, in steps of STORED_STEP. */
  readonly image: Int16Array;
  readonly particles: readonly TrueParticle[];
}

/** Intensities are kept in these steps [standard deviations]. */
const STORED_STEP = 1 / 2000;
const MOST_STORED = 15;
/** Samples are enlarged by at most this factor. */
const MOST_ENLARGED = 2;
/** Share of samples at another magnification, and its range of typical radii [px]: a clump of small particles is no particle, nor is a part of a large one. */
const STRANGE_SHARE = 0.35;
const STRANGE_RADIUS_PX = [2, 32] as const;
/** Share of samples that are laid on a particle; the others lie anywhere. */
const PLACED_SHARE = 0.85;
/** Share of samples with a blank rectangle, as panels and scale bars leave it. */
const BLANK_SHARE = 0.1;
/** Largest spread of the contrast after a sample was standardised, ln of a factor. */
const CONTRAST_CHANGE = 0.15;
/** Most noise that is added to a sample [standard deviations]. */
const MOST_NOISE = 0.4;

/**
 * Draws the images of a training, one a stream, and keeps them small.
 *
 * The middle of each is cut out: what lies near an edge of a simulated field sees its other side.
 *
 * @param rng stream; image i has its fork ("field", i)
 * @param drawImage an image from a stream
 * @param options edge of what is kept [px], how many, what is told after each
 * @returns the images
 */
export async function drawFields(
  rng: RandomStream,
  drawImage: (rng: RandomStream) => TrainingImage,
  options: {
    readonly edgePx: number;
    readonly count: number;
    readonly onField?: (done: number) => void;
  },
): Promise<StoredField[]> {
  const fields: StoredField[] = [];
  for (let i = 0; i < options.count; i++) {
    const { image, particles } = cutOut(drawImage(rng.fork("field", i)), options.edgePx);
    fields.push({ edgePx: options.edgePx, image: storedValues(image), particles });
    options.onField?.(i + 1);
    await nextTurn();
  }
  return fields;
}

/** A kept image as a detector reads it: dark matter in bright field. */
export function fieldImage({ edgePx, image }: StoredField, modality: Modality): GrayImage {
  const sign = modality === "bright-field" ? -1 : 1;
  return {
    width: edgePx,
    height: edgePx,
    data: Float32Array.from(image, (value) => sign * value * STORED_STEP),
    intensityUnit: "arbitrary",
    pixelSizeNm: null,
  };
}

/** Intensities of an image as they are kept. */
export function storedValues(image: Float32Array): Int16Array {
  const mean = image.reduce((sum, value) => sum + value, 0) / image.length;
  const variance = image.reduce((sum, value) => sum + (value - mean) ** 2, 0) / image.length;
  const scale = variance > 0 ? 1 / Math.sqrt(variance) : 0;
  return Int16Array.from(image, (value) => {
    const standard = Math.max(-MOST_STORED, Math.min(MOST_STORED, (value - mean) * scale));
    return Math.round(standard / STORED_STEP);
  });
}

/**
 * A source of parts of the stored images with what the network is to answer.
 *
 * A part is brought to a magnification at which the image's particles have sizes that the network answers for, laid on one of
 * them, turned by a symmetry of the square, and given noise.
 *
 * @param fields see drawFields
 * @param options edge of a sample [px]; whether samples are changed beyond place and size
 * @returns the source
 */
export function fieldSource(
  fields: readonly StoredField[],
  { cropPx, isChanged }: { readonly cropPx: number; readonly isChanged: boolean },
): SampleSource {
  return {
    count: fields.length,
    fillInto(rng, index, x, target) {
      const { image, particles } = drawPart(rng, fields[index], cropPx);
      const symmetry = isChanged ? rng.integerBelow(8) : 0;
      const turned = dihedralInto(image, cropPx, symmetry, new Float32Array(image.length));
      const blank = isChanged && rng.uniform() < BLANK_SHARE ? drawBlank(rng, cropPx) : null;
      if (isChanged) addNoiseInPlace(rng, turned);
      const standard = locallyStandardised(turned, { width: cropPx, height: cropPx }, blank);
      const contrast = isChanged ? Math.exp(CONTRAST_CHANGE * rng.normal()) : 1;
      for (let i = 0; i < x.length; i++) x[i] = contrast * standard[i];
      const shown = particles
        .map((particle) => turn(particle, cropPx, symmetry))
        .map((particle) => (isBlank(blank, particle, cropPx) ? { ...particle, isSeen: false } : particle));
      centreTargetsInto(target, shown, cropPx / STRIDE_PX);
    },
  };
}

/** A square of a field, resampled to the edge of a sample. */
function drawPart(rng: RandomStream, field: StoredField, cropPx: number) {
  const { edgePx, particles } = field;
  const seen = particles.filter(({ isSeen }) => isSeen);
  const typicalPx = seen.length === 0 ? RADIUS_RANGE_PX[0] : median(seen.map(({ radiusPx }) => radiusPx));
  const [least, most] = rng.uniform() < STRANGE_SHARE ? STRANGE_RADIUS_PX : RADIUS_RANGE_PX;
  const wantedPx = least * (most / least) ** rng.uniform();
  const scale = Math.min(MOST_ENLARGED, Math.max(cropPx / edgePx, wantedPx / typicalPx));
  const span = Math.min(edgePx, Math.round(cropPx / scale));
  const isPlaced = seen.length > 0 && rng.uniform() < PLACED_SHARE;
  const on = isPlaced ? seen[rng.integerBelow(seen.length)] : null;
  const startOf = (centre: number | null) => {
    const start = centre === null ? (edgePx - span + 1) * rng.uniform() : centre - span * rng.uniform();
    return Math.max(0, Math.min(edgePx - span, Math.floor(start)));
  };
  const [left, top] = [startOf(on?.x ?? null), startOf(on?.y ?? null)];
  const part = {
    width: span,
    height: span,
    data: Float32Array.from({ length: span * span }, (_, i) => {
      return field.image[(top + Math.floor(i / span)) * edgePx + left + (i % span)] * STORED_STEP;
    }),
    intensityUnit: "arbitrary",
    pixelSizeNm: null,
  } as const;
  const ratio = span / cropPx;
  const image = span === cropPx ? part.data : resamplePixels(part, { x: 1, y: 1 }, ratio).data;
  return {
    image,
    particles: particles.map((particle) => ({
      ...particle,
      x: (particle.x - left) / ratio,
      y: (particle.y - top) / ratio,
      radiusPx: particle.radiusPx / ratio,
    })),
  };
}

/** A particle of an image that `dihedralInto` has turned. */
function turn(particle: TrueParticle, edge: number, symmetry: number): TrueParticle {
  const isTransposed = (symmetry & 4) !== 0;
  const [a, b] = isTransposed ? [particle.y, particle.x] : [particle.x, particle.y];
  const [along, across] = particle.elongation ?? [0, 0];
  // a mirror turns the direction's sign over, the diagonal swaps the axes
  const isMirrored = ((symmetry & 1) !== 0) !== ((symmetry & 2) !== 0);
  return {
    ...particle,
    elongation: [isTransposed ? -along : along, isMirrored ? -across : across],
    x: (symmetry & 1) === 0 ? a : edge - a,
    y: (symmetry & 2) === 0 ? b : edge - b,
  };
}

function addNoiseInPlace(rng: RandomStream, image: Float32Array): void {
  const noise = rng.uniform() < 0.5 ? 0 : MOST_NOISE * rng.uniform() ** 2;
  if (noise === 0) return;
  const deviates = rng.fillNormal(new Float64Array(image.length));
  for (let i = 0; i < image.length; i++) image[i] += noise * deviates[i];
}

function isBlank(blank: Uint8Array | null, { x, y }: TrueParticle, edge: number): boolean {
  const place = (value: number) => Math.max(0, Math.min(edge - 1, Math.floor(value)));
  return blank !== null && blank[place(y) * edge + place(x)] !== 0;
}

/** The middle of an image. */
export function cutOut(
  { image, side, particles }: TrainingImage,
  edgePx: number,
): { readonly image: Float32Array; readonly particles: readonly TrueParticle[] } {
  const start = Math.floor((side - edgePx) / 2);
  const cut = new Float32Array(edgePx * edgePx);
  for (let row = 0; row < edgePx; row++) {
    const from = (row + start) * side + start;
    cut.set(image.subarray(from, from + edgePx), row * edgePx);
  }
  const moved = particles.map((particle) => ({ ...particle, x: particle.x - start, y: particle.y - start }));
  const isInside = ({ x, y }: TrueParticle) => x >= 0 && y >= 0 && x < edgePx && y < edgePx;
  return { image: cut, particles: moved.filter(isInside) };
}

function drawBlank(rng: RandomStream, edge: number): Uint8Array {
  const blank = new Uint8Array(edge * edge);
  const [width, height] = [0, 1].map(() => Math.floor(edge * (0.1 + 0.4 * rng.uniform())));
  const [left, top] = [width, height].map((size) => Math.floor((edge - size) * rng.uniform()));
  for (let row = top; row < top + height; row++) blank.fill(1, row * edge + left, row * edge + left + width);
  return blank;
}
