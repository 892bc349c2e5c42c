import type { RandomStream } from "../../core/index.ts";
import type { MicroscopeSettings } from "../microscope-settings.ts";
import type { PixelGrid } from "../projection/pixel-grid.ts";
import { smoothNoiseInto } from "./smooth-noise.ts";

/**
 * Thickness of the support film along the beam, pixel by pixel, with the contamination that has grown on it.
 *
 *   t(x) = t0/cos(tilt) [1 + slope u(x) + speckle g(x)] + c (e^(row/rows) - 1)/(e - 1)
 *
 * u runs from -1/2 to 1/2 across the field, g is smooth noise of variance 1. Contamination counts as film material.
 *
 * @param film receives the thickness, [heightPx, widthPx], 0 or more [nm]
 */
export function filmColumnsInto(
  film: Float32Array,
  rng: RandomStream,
  { widthPx, heightPx, pixelSizeNm }: PixelGrid,
  settings: MicroscopeSettings,
): Float32Array {
  const { filmThicknessNm, filmSlope, filmSlopeDeg, filmSpeckle, filmSpeckleNm, contaminationNm } = settings;
  const along = filmThicknessNm / Math.cos((settings.tiltDeg * Math.PI) / 180);
  const isSpeckled = along > 0 && filmSpeckle > 0;
  if (isSpeckled) smoothNoiseInto(film, rng.fork("speckle"), widthPx, heightPx, filmSpeckleNm / pixelSizeNm);
  else film.fill(0);
  const speckle = along * filmSpeckle;
  const angle = (filmSlopeDeg * Math.PI) / 180;
  const perColumn = (along * filmSlope * Math.cos(angle)) / widthPx;
  const perRow = (-along * filmSlope * Math.sin(angle)) / heightPx;
  for (let row = 0; row < heightPx; row++) {
    const grown = (contaminationNm * Math.expm1(row / heightPx)) / (Math.E - 1);
    const left = along + perRow * (row - (heightPx - 1) / 2) - (perColumn * (widthPx - 1)) / 2;
    const start = row * widthPx;
    for (let column = 0; column < widthPx; column++) {
      const thickness = left + perColumn * column + speckle * film[start + column];
      film[start + column] = (thickness > 0 ? thickness : 0) + grown;
    }
  }
  return film;
}
