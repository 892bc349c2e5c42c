import { brightBorderShare, type Modality } from "../../image/index.ts";
import { filledImage } from "../../micrograph/index.ts";
import type { SourceImage } from "./read-images.ts";

/** Share of the border that may be bright in dark field: matter that reaches it. Of 224 simulated images it is 0.22 at most. */
export const MOST_BRIGHT_BORDER = 0.5;

/**
 * A bright-field image as a dark-field one: matter bright on a dark background.
 *
 * Matter of thickness t takes I0 - I = I0 (1 - exp(-mu t)) from a beam that is I0 beside it ([reimer2008] eq. 6.6). What HAADF collects, 1 - exp(-mu' t), has the
 * same form, so a network for images without a scale of intensities reads both. Phase grain and Fresnel fringes stay in the image.
 *
 * @param file image with the mask of what is no specimen
 * @param modality how it was taken; undefined asks its border, which is bright in bright field
 * @returns the file itself where it is a dark-field image; else what its image lacks of its brightest pixel, and a note
 */
export function asDarkField(file: SourceImage, modality: Modality | undefined): SourceImage {
  const { image, mask = null, notes = [] } = file;
  if (modality === "haadf") return file;
  const isToldBright = modality === "bright-field";
  if (!isToldBright && brightBorderShare(filledImage({ image, mask })) <= MOST_BRIGHT_BORDER) return file;
  let top = -Infinity;
  for (let i = 0; i < image.data.length; i++) {
    if (mask?.[i] !== 1 && image.data[i] > top) top = image.data[i];
  }
  const data = image.data.map((value) => top - value);
  const why = isToldBright ? "bright field" : "taken for bright field, since its border is bright";
  return {
    ...file,
    modality: "bright-field",
    image: { ...image, data, intensityUnit: "arbitrary" },
    notes: [...notes, `${why}: what matter takes from the beam is read like what it scatters in dark field`],
  };
}
