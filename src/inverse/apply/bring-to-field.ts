import type { InversionModel } from "../../posterior/index.ts";
import { fitToField } from "./fit-to-field.ts";
import { isolateMain } from "./isolate-main.ts";
import { prepareImage } from "./prepare-image.ts";
import type { SourceImage } from "./read-images.ts";

/**
 * Brings a recorded image to what a network sees: repaired, without neighbours, on the network's field and scale of intensities.
 *
 * @param recorded image as its file has it
 * @param model whose field it is
 * @returns the image in the field, notes of all that was done, doubts where an answer cannot be relied on
 * @throws RangeError where nothing can be read off the image, or it does not fit the field
 */
export function bringToField(recorded: SourceImage, model: InversionModel): SourceImage {
  const file = prepareImage(recorded, model.pixelSizeNm);
  const alone = isolateMain(file.image);
  const fitted = fitToField(alone.image, model, file.path);
  return {
    ...file,
    image: fitted.image,
    doubts: [...(file.doubts ?? []), ...fitted.doubts],
    notes: [...(file.notes ?? []), ...alone.notes, ...fitted.notes],
  };
}
