import type { IntensityUnit } from "../core/index.ts";
import type { PngContents } from "./png-chunks.ts";
import { ARBITRARY_INTENSITY } from "./micrograph.ts";
import type { IntensityScale } from "./micrograph.ts";
import { screenResolutionNote, SMALLEST_MICROSCOPE_DENSITY } from "./pixel-geometry.ts";
import { unreadable } from "./unreadable.ts";

/** Keywords of the tEXt chunks that carry the scale of a 16-bit PNG written by the suite. */
export const PNG_SCALE_KEYS = {
  pixelSizeNm: "heterostem:pixelSizeNm",
  intensityUnit: "heterostem:intensityUnit",
  intensityOffset: "heterostem:intensityOffset",
  intensityScale: "heterostem:intensityScale",
} as const;

const UNITS: readonly IntensityUnit[] = ["fraction of the incident beam", "electrons per pixel", "arbitrary"];

/** Pixel size and meaning of the grey values, as far as a PNG says them. */
export interface PngScale {
  readonly pixelSizeNm: { readonly x: number; readonly y: number } | null;
  readonly intensity: IntensityScale;
  readonly warnings: readonly string[];
}

/**
 * Reads the scale from the text chunks of the suite, or the pixel size from pHYs where it can be a microscope's.
 *
 * @throws RangeError when the suite's own keys hold something else than they should
 */
export function pngScale(png: Pick<PngContents, "text" | "pixelsPerMetre">): PngScale {
  const exactNm = numberIn(png.text, PNG_SCALE_KEYS.pixelSizeNm);
  const intensity = intensityIn(png.text);
  if (exactNm !== null) return { pixelSizeNm: { x: exactNm, y: exactNm }, intensity, warnings: [] };
  const density = png.pixelsPerMetre;
  if (density === null) return { pixelSizeNm: null, intensity, warnings: [] };
  if (Math.min(density.x, density.y) >= SMALLEST_MICROSCOPE_DENSITY) {
    return { pixelSizeNm: { x: 1e9 / density.x, y: 1e9 / density.y }, intensity, warnings: [] };
  }
  return { pixelSizeNm: null, intensity, warnings: [screenResolutionNote(density.x)] };
}

function intensityIn(text: PngContents["text"]): IntensityScale {
  const offset = numberIn(text, PNG_SCALE_KEYS.intensityOffset);
  const scale = numberIn(text, PNG_SCALE_KEYS.intensityScale);
  const unit = text[PNG_SCALE_KEYS.intensityUnit];
  if (offset === null || scale === null || unit === undefined) return ARBITRARY_INTENSITY;
  const known = UNITS.find((name) => name === unit);
  if (known !== undefined) return { unit: known, offset, scale };
  throw unreadable(`${PNG_SCALE_KEYS.intensityUnit} must be one of ${UNITS.join(", ")}`, unit);
}

function numberIn(text: PngContents["text"], key: string): number | null {
  const written = text[key];
  if (written === undefined) return null;
  const value = Number(written);
  if (written.trim() !== "" && Number.isFinite(value)) return value;
  throw unreadable(`${key} must be a number`, written);
}
