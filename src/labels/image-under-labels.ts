import type { GrayImage } from "../core/index.ts";
import { cropRegion } from "../image/index.ts";
import { findDataBar } from "../micrograph/index.ts";
import { checkLabelsFit } from "./label-map.ts";

/** Whoever cuts a data bar off by eye misses its edge by no more rows. */
const CUT_TOLERANCE_PX = 8;

/** The part of an image that its labels cover. */
export interface ImageUnderLabels {
  readonly image: GrayImage;
  /** What was cut off; null where nothing was. */
  readonly note: string | null;
}

/**
 * The image that labels were drawn on: all of it, or what lies beside the microscope's data bar, where labels have that size.
 *
 * @param image as it was read
 * @param labels width and height of the labels [px]
 * @param where file of the labels, for the error text
 * @returns the image, or the part of it that the labels cover
 * @throws RangeError naming both sizes where they do not fit
 */
export function imageUnderLabels(
  image: GrayImage,
  labels: { readonly width: number; readonly height: number },
  where: string,
): ImageUnderLabels {
  if (labels.width === image.width && labels.height < image.height) {
    const bar = findDataBar(image);
    if (bar !== null && Math.abs(bar.imageRegion.height - labels.height) <= CUT_TOLERANCE_PX) {
      const y = bar.region.y === 0 ? image.height - labels.height : 0;
      const note = `labels are those of rows ${y} to ${y + labels.height - 1}, without the data bar: the image was cut to them`;
      return { image: cropRegion(image, { x: 0, y, width: image.width, height: labels.height }), note };
    }
  }
  checkLabelsFit(labels, image, where);
  return { image, note: null };
}
