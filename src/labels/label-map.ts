import { failureText } from "../core/index.ts";

/** Class id of pixels that nobody labelled: neither trained on nor counted. */
export const UNLABELLED = 255;

/** A class for each pixel of an image. */
export interface LabelMap {
  readonly width: number;
  readonly height: number;
  /** [height, width], row-major; indices into `classNames`, or UNLABELLED. */
  readonly classIds: Uint8Array;
  /** [height, width] objects 1, 2, ..., 0 outside, so that objects that touch stay apart; null where nobody numbered them. */
  readonly instanceIds: Int32Array | null;
  /** Names by id; 0 is the background. */
  readonly classNames: readonly string[];
}

/** How much of a label map a class covers. */
export interface ClassShare {
  readonly classId: number;
  readonly name: string;
  readonly pixelCount: number;
  /** Share of all pixels, 0 to 1. */
  readonly share: number;
}

/** Shares of the classes in a label map: the first thing to look at after an import. */
export function classShares(labels: LabelMap): ClassShare[] {
  const counts = new Float64Array(256);
  for (const classId of labels.classIds) counts[classId]++;
  return labels.classNames.map((name, classId) => ({
    classId,
    name,
    pixelCount: counts[classId],
    share: counts[classId] / labels.classIds.length,
  }));
}

/**
 * Refuses a label map that does not fit its image.
 *
 * @param labels label map
 * @param image image that it should label
 * @param where file of the labels, for the error text
 * @throws RangeError naming both sizes
 */
export function checkLabelsFit(
  labels: Pick<LabelMap, "width" | "height">,
  image: { readonly width: number; readonly height: number },
  where: string,
): void {
  if (labels.width === image.width && labels.height === image.height) return;
  const wanted = `size must be that of the image, ${image.width} x ${image.height} px`;
  const text = failureText({ action: "use labels", where }, wanted, `${labels.width} x ${labels.height}`);
  throw new RangeError(`${text}${sizeHint(labels, image)}`);
}

type Size = Pick<LabelMap, "width" | "height">;

/** What may have become of labels of another size. */
function sizeHint(labels: Size, image: Size): string {
  if (labels.width === image.height && labels.height === image.width) {
    return "; width and height are swapped: one of the two was turned";
  }
  if (labels.width === image.width) {
    const rows = Math.abs(labels.height - image.height);
    return labels.height < image.height
      ? `; ${rows} rows have no labels: cut them off the image if they are its data bar`
      : `; ${rows} rows of labels have no image: cut them off if they are its data bar`;
  }
  const zoom = labels.width / image.width;
  if (Math.abs(labels.height / image.height / zoom - 1) > 0.01) return "";
  return `; they are ${Number(zoom.toPrecision(3))} times as large: give labels and image one size`;
}
