import type { GrayImage } from "../core/index.ts";
import type { PixelRegion } from "../image/index.ts";
import { findDataBar } from "./scale-bar/find-data-bar.ts";
import { findScaleBar } from "./scale-bar/find-scale-bar.ts";
import type { ScaleBar } from "./scale-bar/find-scale-bar.ts";

/** What a microscope or a person has drawn into a picture. */
export interface Overlays {
  /** The rows and columns that are left without strips at the edges, such as a data bar. */
  readonly field: PixelRegion;
  /** [height, width]: 1 where a pixel of the picture shows no specimen; null where all of the field do. */
  readonly mask: Uint8Array | null;
  /** What was found and left out, a sentence each. */
  readonly notes: readonly string[];
  /** The scale bar with its length; looked for when it is asked for. */
  scaleBar(): ScaleBar | null;
}

/**
 * Finds what in a picture is not specimen.
 *
 * @param image whole picture, as it is displayed
 */
export function findOverlays(image: GrayImage): Overlays {
  const bar = findDataBar(image);
  const { width, height } = image;
  const field = bar?.imageRegion ?? { x: 0, y: 0, width, height };
  const notes = bar === null ? [] : [`data bar in ${rowsText(bar.region)} left out (--keep-bar keeps it)`];
  return { field, mask: null, notes, scaleBar: () => findScaleBar(image) };
}

const rowsText = ({ y, height }: PixelRegion) => `rows ${y} to ${y + height - 1}`;
