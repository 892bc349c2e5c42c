import { openRandomStream } from "../../core/index.ts";
import type { GrayImage } from "../../core/index.ts";
import type { SessionOptions } from "../../graph/index.ts";
import { cropRegion, resamplePixels } from "../../image/index.ts";
import type { PixelRegion } from "../../image/index.ts";
import { openNetwork, readModelMetadata, weightsFromModel } from "../../train/index.ts";
import type { OpenNetwork } from "../../train/index.ts";
import { DETECTOR_KIND, detectorMetadataSchema } from "./detector-model.ts";
import type { DetectorMetadata } from "./detector-model.ts";
import { decodeAnswer } from "./decode-answer.ts";
import type { FoundDisc } from "./decode-answer.ts";
import { detectorGridPx, detectorNetwork, featureNetwork } from "./detector-network.ts";
import { locallyStandardised } from "./prepare-input.ts";
import { greyRange, localContrast } from "./local-contrast.ts";
import { meanOfMirrored } from "./mirrored-answers.ts";
import type { Mirror } from "./mirrored-answers.ts";
import { MIDDLE_RADIUS_PX } from "./answer-grid.ts";
import { planPyramid } from "./plan-pyramid.ts";
import { weighedByPopulation } from "./one-population.ts";
import { thinDiscs } from "./thin-discs.ts";

/** How particles are searched for. */
export interface DetectionOptions {
  /** Least probability; that of the model by default. */
  readonly threshold?: number;
  /** Share of the union above which two discs are one particle. */
  readonly mostOverlap?: number;
  /** [height, width], not 0 where a pixel shows no specimen. */
  readonly mask?: Uint8Array | null;
  /** Range of radii that are looked for [px]; all that the pyramid reaches by default. */
  readonly radiusPx?: readonly [number, number];
  /** Mirrors under which the image is shown, their answers averaged; four by default. */
  readonly mirrors?: readonly Mirror[];
}

/** What is asked of the features of an image's parts. */
export interface FeatureQuestion {
  /** Parts of the image, all of one size [px]. */
  readonly boxes: readonly PixelRegion[];
  /** [height, width], not 0 where a pixel shows no specimen; null where all do. */
  readonly mask: Uint8Array | null;
  /** Radius of typical particles, by which the level of the pyramid is chosen [px of the image]. */
  readonly typicalRadiusPx: number;
}

/** A detector that is ready to be used. */
export interface Detector {
  readonly metadata: DetectorMetadata;
  /** Finds the particles of an image as it was read; the most probable first. */
  detect(image: GrayImage, options?: DetectionOptions): Promise<FoundDisc[]>;
  dispose(): Promise<void>;
}

/** A detector that gives its features, too. */
export interface FeatureDetector extends Detector {
  /** The network's deepest features of parts of an image, averaged over each: parts that look alike to it lie near each other. */
  features(image: GrayImage, question: FeatureQuestion): Promise<Float32Array[]>;
}

/** Share of the union above which two discs are one particle. */
const MOST_OVERLAP = 0.5;
/** Least contrast of a particle, over the image's range: the network compares with the surroundings, and blows up what nobody sees. */
const LEAST_CONTRAST = 0.01;

/**
 * Opens a detector.
 *
 * An image of unknown magnification is answered over a pyramid: the network sees it enlarged, as it is, halved and so on, each
 * time for an octave of size, and what several levels say of one particle is thinned.
 *
 * @param bytes the .onnx file
 * @param options threads, device, name of the file for error texts
 * @returns the detector; dispose it when done
 * @throws RangeError when the file is no detector
 */
export function openDetector(
  bytes: Uint8Array,
  options: Pick<SessionOptions, "threads"> & { readonly where?: string } = {},
): FeatureDetector {
  const { where, ...runtime } = options;
  const metadata = readDetectorMetadata(bytes, where);
  const sessions = new Map<string, Promise<OpenNetwork>>();
  let weights: Float32Array | null = null;
  const modelFor = (networkOf: typeof detectorNetwork, { width, height }: Size) => {
    const key = `${networkOf === detectorNetwork ? "answer" : "features"} ${width}x${height}`;
    const known = sessions.get(key);
    if (known !== undefined) return known;
    const sized = networkOf(metadata.network, { width, height });
    // the same at every size, and half a second to read
    weights ??= weightsFromModel(bytes, sized, { rng: openRandomStream(0, "unused") }).weights;
    const found = openNetwork(sized, weights, runtime);
    sessions.set(key, found);
    return found;
  };
  return {
    metadata,
    async detect(
      image,
      { threshold = metadata.threshold, mostOverlap = MOST_OVERLAP, mask = null, radiusPx, mirrors } = {},
    ) {
      const found: FoundDisc[] = [];
      const matter = withBrightMatter(image, metadata.modality);
      const range = greyRange(image, mask);
      for (const scale of planPyramid(image, radiusPx)) {
        const level = levelOf(matter, mask, scale, metadata);
        const model = await modelFor(detectorNetwork, level);
        const [, rows, columns] = detectorNetwork(metadata.network, level).outputShape;
        const ask = async (data: Float32Array) => (await model.predict(data, 1)).outputs;
        const answer = await meanOfMirrored(level.data, level, ask, { rows, columns }, mirrors);
        const discs = decodeAnswer(answer, threshold);
        found.push(...discs.map((disc) => inImage(disc, level, image, scale)));
      }
      const isInside = ({ x, y, radiusPx: r }: FoundDisc) =>
        x >= 0 &&
        y >= 0 &&
        x < image.width &&
        y < image.height &&
        (radiusPx === undefined || (r >= radiusPx[0] && r <= radiusPx[1])) &&
        (mask === null || mask[Math.floor(y) * image.width + Math.floor(x)] === 0);
      const inside = found.filter(
        (disc) => isInside(disc) && localContrast(matter, disc, range) >= LEAST_CONTRAST,
      );
      const weighed = weighedByPopulation(inside).filter(({ probability }) => probability >= threshold);
      return thinDiscs(weighed, mostOverlap);
    },
    async features(image, { boxes, mask, typicalRadiusPx }) {
      const matter = withBrightMatter(image, metadata.modality);
      const scale = planPyramid(image).reduce((best, one) => {
        const offOf = (level: number) => Math.abs(Math.log((level * typicalRadiusPx) / MIDDLE_RADIUS_PX));
        return offOf(one) < offOf(best) ? one : best;
      });
      const level = levelOf(matter, mask, scale, metadata);
      const seen = { ...matter, width: level.width, height: level.height, data: level.data };
      const embeddings: Float32Array[] = [];
      for (const box of boxes) {
        const part = cropRegion(seen, onGrid(box, level, scale, detectorGridPx(metadata.network)));
        const model = await modelFor(featureNetwork, part);
        const { embeddings: own } = await model.predict(part.data, 1);
        if (own !== null) embeddings.push(own.slice());
      }
      return embeddings;
    },
    async dispose() {
      for (const session of sessions.values()) await (await session).dispose();
      sessions.clear();
    },
  };
}

/**
 * What a detector's file says of itself.
 *
 * @param bytes the .onnx file
 * @param where name of the file for error texts
 * @returns modality, network, threshold
 * @throws RangeError when the file is no detector
 */
export function readDetectorMetadata(bytes: Uint8Array, where?: string): DetectorMetadata {
  return detectorMetadataSchema.parse(readModelMetadata(bytes, { kind: DETECTOR_KIND, where }));
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** A part of an image on a level of its pyramid, on the network's grid and inside. */
function onGrid(box: PixelRegion, level: Size, scale: number, grid: number): PixelRegion {
  const along = (start: number, length: number, most: number) => {
    const edge = Math.min(most, Math.max(grid, Math.round((length * scale) / grid) * grid));
    return { edge, start: Math.min(most - edge, Math.round(start * scale)) };
  };
  const [x, y] = [along(box.x, box.width, level.width), along(box.y, box.height, level.height)];
  return { x: x.start, y: y.start, width: x.edge, height: y.edge };
}

/** Turns a bright-field image over. */
function withBrightMatter(image: GrayImage, modality: DetectorMetadata["modality"]): GrayImage {
  const data = modality === "bright-field" ? image.data.map((value) => -value) : image.data;
  return { ...image, intensityUnit: "arbitrary", data };
}

/** One level of the pyramid of an image with bright matter, standardised and padded to the network's grid with zeros. */
function levelOf(
  matter: GrayImage,
  mask: Uint8Array | null,
  scale: number,
  { network }: DetectorMetadata,
): Level {
  const resized = scale === 1 ? matter : resamplePixels(matter, { x: 1, y: 1 }, 1 / scale);
  const covered =
    mask === null
      ? null
      : resamplePixels(
          { ...matter, data: Float32Array.from(mask, (m) => (m === 0 ? 0 : 1)) },
          { x: 1, y: 1 },
          1 / scale,
        ).data.map((share) => (share > 0.01 ? 1 : 0));
  const standard = locallyStandardised(resized.data, resized, covered);
  const grid = detectorGridPx(network);
  const [width, height] = [resized.width, resized.height].map((length) => Math.ceil(length / grid) * grid);
  const data = new Float32Array(width * height);
  for (let row = 0; row < resized.height; row++) {
    data.set(standard.subarray(row * resized.width, (row + 1) * resized.width), row * width);
  }
  return { width, height, data, sourceWidth: resized.width, sourceHeight: resized.height };
}

/** One level of the pyramid: padded to the network's grid, and what the image itself takes of it [px]. */
interface Level {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
  readonly sourceWidth: number;
  readonly sourceHeight: number;
}

/** A disc of a level in the image's pixels: resampling keeps the centre of the image where it is. */
function inImage(
  disc: FoundDisc,
  { sourceWidth, sourceHeight }: { readonly sourceWidth: number; readonly sourceHeight: number },
  { width, height }: GrayImage,
  scale: number,
): FoundDisc {
  return {
    ...disc,
    x: (disc.x - sourceWidth / 2) / scale + width / 2,
    y: (disc.y - sourceHeight / 2) / scale + height / 2,
    radiusPx: disc.radiusPx / scale,
  };
}
