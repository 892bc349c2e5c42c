import { counted, failureText, median, type GrayImage } from "../../core/index.ts";
import type { InputScale } from "../../posterior/index.ts";

/** What an image is, before it is brought to a field. */
export interface ImageFacts extends Pick<GrayImage, "width" | "height" | "pixelSizeNm" | "intensityUnit"> {
  /** The image as errors call it. */
  readonly name: string;
}

/** What a network sees of images of several sizes. */
export interface MeasuredField {
  /** Edge of its square images [px]. */
  readonly edgePx: number;
  /** Edge of its pixels [nm], or in pixels of the files where nobody knows their size. */
  readonly pixelSizeNm: number;
  readonly hasPixelSize: boolean;
  readonly scale: InputScale;
  /** Images that show more than the field: only their centres are used. */
  readonly largerCount: number;
}

/** Edge of the largest images that are trained on [px]: larger ones get larger pixels. */
const MOST_PX = 160;
/** Edges are multiples: a network halves them four times. */
const STEP_PX = 16;
/** Fewer pixels show nothing. */
const LEAST_PX = 32;
/** Share of the smallest image's edge that may be cut off, so that pixels can stay as they are. */
const KEPT_SHARE = 0.9;
/** An image that shows less than this share of what most show is a mistake. */
const SMALLEST_SHARE = 0.5;

/**
 * Chooses the field that all images are brought to: the square that the smallest of them shows, at the coarsest of their pixels; coarser still where
 * it would have more than 160 px an edge.
 *
 * @param images of a table
 * @param where the table, for errors
 * @throws RangeError where some images state a pixel size and others not, one shows less than half of what most do, or less than 32 px
 */
export function chooseField(images: readonly ImageFacts[], where: string): MeasuredField {
  const hasPixelSize = statePixelSizes(images, where);
  const pixelOf = ({ pixelSizeNm }: ImageFacts) => (hasPixelSize ? (pixelSizeNm as number) : 1);
  const sides = images.map((image) => Math.min(image.width, image.height) * pixelOf(image));
  const smallest = sides.reduce((least, side) => Math.min(least, side));
  const unit = hasPixelSize ? "nm" : "px";
  const usual = median(sides);
  const odd = images[sides.indexOf(smallest)];
  if (smallest < SMALLEST_SHARE * usual) {
    const wanted = `images must show at least half of what most show, ${shortLength(usual)} ${unit}`;
    throw refusal(
      where,
      wanted,
      `${shortLength(smallest)} ${unit} (${odd.name})`,
      "leave it out, or crop the others",
    );
  }
  const coarsest = images.reduce((most, image) => Math.max(most, pixelOf(image)), 0);
  const edgePx = STEP_PX * Math.floor(Math.min(MOST_PX, smallest / coarsest + ROUNDING) / STEP_PX);
  if (edgePx < LEAST_PX) {
    const got = `${Math.floor(smallest / coarsest)} px at the coarsest pixels (${odd.name})`;
    throw refusal(
      where,
      `images must show at least ${LEAST_PX} px an edge`,
      got,
      "leave out what is too small or too coarse",
    );
  }
  const isCropped = edgePx * coarsest >= KEPT_SHARE * smallest;
  const pixelSizeNm = isCropped ? coarsest : Number((smallest / edgePx).toPrecision(6));
  const isAbsolute = images.every(({ intensityUnit }) => intensityUnit === "fraction of the incident beam");
  return {
    edgePx,
    pixelSizeNm,
    hasPixelSize,
    scale: isAbsolute ? "absolute" : "contrast",
    largerCount: sides.filter((side) => KEPT_SHARE * side > edgePx * pixelSizeNm).length,
  };
}

/** Quotients of lengths in decimal fractions. */
const ROUNDING = 1e-6;

function statePixelSizes(images: readonly ImageFacts[], where: string): boolean {
  const without = images.find(({ pixelSizeNm }) => pixelSizeNm === null);
  const stating = images.find(({ pixelSizeNm }) => pixelSizeNm !== null);
  if (without === undefined || stating === undefined) return without === undefined;
  throw refusal(
    where,
    "all images must say their pixel size, or none",
    `${stating.pixelSizeNm} nm for ${stating.name} and none for ${without.name}`,
    "give it in a column pixel_size_nm",
  );
}

/** The field, and what is done to the images, in a sentence. */
export function fieldWords(field: MeasuredField, imageCount: number): string {
  const { edgePx, pixelSizeNm, hasPixelSize, scale, largerCount } = field;
  const pixels = `${shortLength(pixelSizeNm)} ${hasPixelSize ? "nm" : "px of the files"}`;
  const unknown = hasPixelSize
    ? ""
    : "; no pixel sizes are stated: the answers hold for images of this magnification";
  const larger =
    largerCount === 0
      ? ""
      : `; ${largerCount} of ${counted(imageCount, "image")} show more, of which the centre is used`;
  const intensities =
    scale === "absolute"
      ? "as fractions of the beam"
      : "between each image's own darkest and brightest pixels";
  return `images of ${edgePx} x ${edgePx} px of ${pixels}, intensities ${intensities}${larger}${unknown}`;
}

const shortLength = (length: number) => String(Number(length.toPrecision(3)));

function refusal(where: string, wanted: string, got: string, remedy: string): RangeError {
  return new RangeError(`${failureText({ action: "train", where }, wanted, got)}; ${remedy}`);
}
