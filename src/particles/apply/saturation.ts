import type { GrayImage } from "../../core/index.ts";
import type { Modality } from "../../image/index.ts";

/** Share of saturated pixels that is told; of larger ones thicknesses are not to be had. */
export const SATURATED_SHARE = 0.01;

/**
 * Share of the pixels at the matter's end of the grey levels, where the detector or the display clipped it: the brightest level in HAADF, the
 * darkest in bright field.
 *
 * @param image as it was read
 * @param mask not 0 where a pixel shows no specimen; null where all do
 * @param modality how it was taken
 * @returns 0 to 1
 */
export function saturatedShare(
  { data }: Pick<GrayImage, "data">,
  mask: ArrayLike<number> | null,
  modality: Modality,
): number {
  let [end, atEnd, shown] = [modality === "haadf" ? -Infinity : Infinity, 0, 0];
  data.forEach((value, i) => {
    if (mask !== null && mask[i] !== 0) return;
    shown++;
    if (modality === "haadf" ? value > end : value < end) [end, atEnd] = [value, 0];
    if (value === end) atEnd++;
  });
  // the one extreme pixel that every image has is not clipped
  return atEnd <= 1 ? 0 : atEnd / shown;
}
