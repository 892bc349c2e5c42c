import { type GrayImage, rangeError } from "../../core/index.ts";
import { checkLabelsFit } from "../../labels/index.ts";
import { resampleToPixelSize } from "../../image/index.ts";
import type { ImageFile } from "../../micrograph/index.ts";
import { prepareHrtem } from "../segment/prepare-image.ts";
import type { ClassMark } from "./class-marks.ts";
import type { LabelledImage } from "./labelled-image.ts";

/** A recorded image with the particle map that a person drew, as read from files. */
export interface RecordedImage {
  readonly name: string;
  /** Images that are scored together. */
  readonly set: string;
  /** Files it came from, for error texts. */
  readonly imageFile: string;
  readonly mapFile: string;
  readonly image: GrayImage;
  readonly map: { readonly width: number; readonly height: number; readonly classIds: Uint8Array };
  /** The part of its picture that the image shows; all of it where none is named. */
  readonly shown?: Pick<ImageFile, "picture" | "field">;
  /** Classes of its particles; null where nobody gave any. */
  readonly marks: readonly ClassMark[] | null;
}

/** Classes of a particle map, by id. */
export const MAP_CLASSES = ["film", "particle"] as const;

/** Share by which pixel sizes of one set may differ. */
const PIXEL_SIZE_TOLERANCE = 0.02;
const ACTION = "use labelled images";

/**
 * Brings recorded images to the pixel size of a model and prepares them.
 *
 * @param recorded images with maps
 * @param pixelSizeNm wanted pixel size [nm]
 * @returns images in the same order; a map's pixel is a particle where more than half of it was
 * @throws RangeError naming the file: no pixel size, a map of another size, values that are no numbers
 */
export function labelledImages(recorded: readonly RecordedImage[], pixelSizeNm: number): LabelledImage[] {
  return recorded.map((one) => {
    checkRecorded(one);
    const { name, set, map, marks } = one;
    const isFitting = isSamePixelSize(one.image.pixelSizeNm, pixelSizeNm);
    const scaled = (image: GrayImage) => (isFitting ? image : resampleToPixelSize(image, pixelSizeNm));
    const image = scaled(one.image);
    const share = scaled({ ...one.image, intensityUnit: "arbitrary", data: Float32Array.from(map.classIds) });
    const zoom = image.width / one.image.width;
    return {
      name,
      set,
      image: prepareHrtem(image),
      mask: Uint8Array.from(share.data, (value) => (value > 0.5 ? 1 : 0)),
      truth: marks === null ? null : { kind: "marks", marks: marks.map((mark) => zoomed(mark, zoom)) },
    };
  });
}

function zoomed(mark: ClassMark, zoom: number): ClassMark {
  return { ...mark, xPx: mark.xPx * zoom, yPx: mark.yPx * zoom };
}

function checkRecorded({ image, map, imageFile, mapFile }: RecordedImage): void {
  checkLabelsFit(map, image, mapFile);
  const bad = image.data.find((value) => !Number.isFinite(value));
  if (bad !== undefined) throw wrong(imageFile, "pixels must be numbers", String(bad));
}

/**
 * The one pixel size of a set that a model is to be trained on.
 *
 * @returns pixel size of the first [nm]
 * @throws RangeError naming the file whose pixel size is missing or another one
 */
export function commonPixelSizeNm(recorded: readonly RecordedImage[]): number {
  const [{ image: first, imageFile: firstFile }] = recorded;
  for (const { image, imageFile } of recorded) {
    if (image.pixelSizeNm === null) {
      throw wrong(imageFile, "image must have a pixel size", "none: give --pixel-size");
    }
    if (!isSamePixelSize(image.pixelSizeNm, first.pixelSizeNm ?? 0)) {
      const wanted = `pixel size must be ${first.pixelSizeNm} nm as in ${firstFile}`;
      throw wrong(imageFile, wanted, `${image.pixelSizeNm} nm: train on one pixel size at a time`);
    }
  }
  return first.pixelSizeNm ?? 0;
}

function isSamePixelSize(one: number | null, other: number): boolean {
  return one !== null && Math.abs(one / other - 1) < PIXEL_SIZE_TOLERANCE;
}

function wrong(where: string, wanted: string, got: string): RangeError {
  return rangeError({ action: ACTION, where }, wanted, got);
}
