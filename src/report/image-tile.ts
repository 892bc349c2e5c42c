import type { GrayImage } from "../core/index.ts";
import { html, type Html } from "./html.ts";
import type { Picture } from "./png-data-uri.ts";

/** Units of lengths, the largest first [nm]. */
const LENGTH_UNITS = [
  [1e6, "mm"],
  [1e3, "µm"],
] as const;

/** A picture in a report with its caption and, where the pixel size is known, its scale bar. */
export interface ImageTile {
  /** PNG as data: URI. */
  readonly source: string;
  readonly caption: string;
  /** Field of view across the tile [nm]; null where the pixel size is not known. */
  readonly fieldWidthNm: number | null;
  /** Drawn 640 px wide, for what must be looked at closely; 200 px by default. */
  readonly isLarge?: boolean;
}

/**
 * A picture with scale bar and caption.
 *
 * @param tile picture as data URI, caption and field of view
 * @returns a figure element 200 or 640 px wide
 */
export function imageTileHtml({ source, caption, fieldWidthNm, isLarge = false }: ImageTile): Html {
  const bar = fieldWidthNm === null ? html`` : scaleBar(fieldWidthNm);
  return html`<figure class="${isLarge ? "tile large" : "tile"}">
    <div class="picture"><img src="${source}" alt="${caption}" />${bar}</div>
    <figcaption>${caption}</figcaption>
  </figure>`;
}

function scaleBar(fieldWidthNm: number): Html {
  const lengthNm = scaleBarLengthNm(fieldWidthNm);
  const share = ((100 * lengthNm) / fieldWidthNm).toFixed(2);
  return html`<span class="scale" style="width:${share}%">${lengthText(lengthNm)}</span>`;
}

/**
 * The length of a scale bar: the largest of 1, 2, 5 times a power of ten within 30 % of the field.
 *
 * @param fieldWidthNm width of the picture [nm]
 * @returns the bar's length [nm]
 * @example
 * import { scaleBarLengthNm } from "../src/report/image-tile.ts";
 * import { expect } from "vitest";
 * expect(scaleBarLengthNm(160)).toBe(20);
 */
export function scaleBarLengthNm(fieldWidthNm: number): number {
  const limit = 0.3 * fieldWidthNm;
  const decade = 10 ** Math.floor(Math.log10(limit));
  const factor = [5, 2, 1].find((step) => step * decade <= limit) ?? 1;
  return factor * decade;
}

/**
 * A round length in the unit that people say it in.
 *
 * @param lengthNm above 0 [nm]
 * @returns such as "0.5 nm", "200 nm", "5 µm", "1 mm"
 * @example
 * import { lengthText } from "../src/report/image-tile.ts";
 * import { expect } from "vitest";
 * expect([0.2, 500, 5000, 1e6].map(lengthText)).toEqual(["0.2 nm", "500 nm", "5 µm", "1 mm"]);
 */
export function lengthText(lengthNm: number): string {
  const [perUnit, unit] = LENGTH_UNITS.find(([size]) => lengthNm >= size) ?? [1, "nm"];
  return `${Number((lengthNm / perUnit).toPrecision(3))} ${unit}`;
}

/**
 * Maps intensities to greys: 0 is black, `white` and above is white.
 *
 * @param image any grey image
 * @param white intensity shown as white; in the image's unit
 * @returns an 8-bit grey picture
 */
export function grayPicture(image: GrayImage, white: number): Picture {
  const pixels = Uint8Array.from(image.data, (value) =>
    Math.round(255 * Math.min(1, Math.max(0, value / white))),
  );
  return { width: image.width, height: image.height, pixels, channels: 1 };
}
