import { extremes, failureText } from "../../core/index.ts";
import { filledImage } from "../../micrograph/index.ts";
import type { InversionModel } from "../../posterior/index.ts";
import { fitToField, type FittedImage, type NetworkField } from "../apply/fit-to-field.ts";
import type { SourceImage } from "../apply/read-images.ts";

/** A network's field, for images whose truths were measured. */
export interface MeasuredNetworkField extends NetworkField {
  readonly measured: NonNullable<InversionModel["measured"]>;
}

/**
 * Brings an image to the field of a network of measured images, in training and afterwards alike: what is drawn into it is filled, then pixel size,
 * centre and intensities are those of the field. Nothing is asked of how it was imaged: what is unlike the training images, the test for images out of distribution says.
 *
 * @param file as it was read
 * @param field of the network
 * @returns the image, doubts and notes
 * @throws RangeError where it shows nothing, its pixel size is missing, or its field is less than half of the network's
 */
export function prepareMeasured(file: SourceImage, field: MeasuredNetworkField): FittedImage {
  const { path, notes = [], doubts = [] } = file;
  const image = filledImage({ image: file.image, mask: file.mask ?? null });
  const [low, high] = extremes(image.data);
  if (low === high) {
    const wanted = "the image must show something";
    throw new RangeError(failureText({ action: "use image", where: path }, wanted, `${low} in every pixel`));
  }
  const { hasPixelSize } = field.measured;
  const unused =
    hasPixelSize || image.pixelSizeNm === null
      ? []
      : ["pixel size not used: the network was trained without"];
  const fitted = fitToField(hasPixelSize ? image : { ...image, pixelSizeNm: 1 }, field, path);
  return {
    ...fitted,
    notes: [...notes, ...unused, ...fitted.notes],
    doubts: [...doubts, ...fitted.doubts],
  };
}
