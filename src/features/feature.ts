import { type GrayImage, rangeError } from "../core/index.ts";

/** One number that describes an image. */
export interface Feature {
  /** Name, such as "glcm contrast d2"; the same for every image. */
  readonly name: string;
  readonly value: number;
  /** Unit of the value: "1" for shares and ratios, "level" for grey levels, "px", "nm" or a product of these. */
  readonly unit: string;
  /** Key into docs/references.bib: where the number is defined. */
  readonly source: string;
}

/**
 * Checks that an image can be described: at least 16 pixels either way, every pixel finite.
 *
 * @param image any intensities
 * @throws RangeError naming size or pixel at fault
 * @example
 * import { checkDescribable } from "../src/features/index.ts";
 * import { expect } from "vitest";
 * const image = { width: 8, height: 8, data: new Float32Array(64), intensityUnit: "arbitrary", pixelSizeNm: null } as const;
 * expect(() => checkDescribable(image)).toThrow("image must be at least 16 x 16 pixels, got 8 x 8 with 64 pixels");
 */
export function checkDescribable(image: GrayImage): void {
  const action = "describe image";
  const { width, height, data } = image;
  if (width < 16 || height < 16 || data.length !== width * height) {
    const got = `${width} x ${height} with ${data.length} pixels`;
    throw rangeError({ action }, "image must be at least 16 x 16 pixels", got);
  }
  const wrong = data.findIndex((value) => !Number.isFinite(value));
  if (wrong < 0) return;
  const where = `x ${wrong % width}, y ${Math.floor(wrong / width)}`;
  throw rangeError({ action, where }, "pixels must be finite", String(data[wrong]));
}
