import { rangeError } from "../core/index.ts";
import type { ImageFile } from "./image-record.ts";

/**
 * Refuses images whose file and scale bar say different pixel sizes, where sizes are to be measured: one of them is wrong, and nobody said which.
 *
 * @param action what was to be done, such as "find particles"
 * @throws RangeError where they differ by more than the bar can be read by, 3 % at least, and none was given by hand
 */
export function checkPixelSize(
  { path, pixelSizeDoubt }: Pick<ImageFile, "path" | "pixelSizeDoubt">,
  action: string,
): void {
  if (pixelSizeDoubt === null) return;
  const wanted = "file and scale bar must say one pixel size";
  const { message } = rangeError({ action, where: path }, wanted, pixelSizeDoubt);
  throw new RangeError(`${message}; --pixel-size says which is right`);
}
