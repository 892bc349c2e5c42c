import { rangeError } from "../core/index.ts";
import type { ImageFile } from "./image-record.ts";

/** Share of coloured pixels from which a picture is no micrograph. */
const MOST_COLOUR = 0.1;

/**
 * Refuses pictures in colour where intensities are to be read off: colours are those of a map, a photograph or a drawing, and their luma
 * is no intensity.
 *
 * @param action what was to be done, such as "find particles"
 * @throws RangeError where more than a tenth of the pixels have a colour
 */
export function checkGrey(
  { path, colourShare = 0 }: Pick<ImageFile, "path"> & Partial<Pick<ImageFile, "colourShare">>,
  action: string,
): void {
  if (colourShare <= MOST_COLOUR) return;
  const got = `colour in ${Math.round(100 * colourShare)} % of its pixels`;
  const { message } = rangeError({ action, where: path }, "image must be grey", got);
  throw new RangeError(`${message}; take the micrograph itself, or save its grey channel`);
}
