import { quantile } from "../../core/index.ts";
import {
  grayPicture,
  html,
  imageTileHtml,
  nameWithUnit,
  pngDataUri,
  shortNumber,
  signedBarHtml,
  signedPicture,
  unitText,
  type Html,
} from "../../report/index.ts";
import type { HiddenPatches } from "../apply/hide-patches.ts";
import type { InvertedImage } from "../apply/inverted-image.ts";

/** An answer with the places of its image that it comes from. */
export interface Explanation extends HiddenPatches {
  readonly answer: Pick<InvertedImage, "file" | "image">;
}

/** Share of the pixels that are within full colour. */
const FULL_COLOUR_QUANTILE = 0.995;

/** The part of the report that says which places of each image moved an answer. */
export function explanationHtml(explanations: readonly Explanation[]): Html {
  return html`<p>
      Each place of the image was hidden in turn under background and its noise, and the network asked again.
      Red places raise the answer, blue ones lower it: without them it would be lower, or higher, by the
      number of the colour. What many places tell alike shows faint, for the others still tell it.
    </p>
    ${explanations.map(tilesOf)}`;
}

function tilesOf({ answer: { file, image }, label, unit, value, patchPx, contributions }: Explanation): Html {
  const { width, height, pixelSizeNm } = image;
  const limit = quantile(contributions.map(Math.abs), FULL_COLOUR_QUANTILE) || 1;
  const fieldWidthNm = pixelSizeNm === null ? null : width * pixelSizeNm;
  const white = quantile(image.data, 0.998) || 1;
  const name = nameWithUnit(label, unit);
  const picture = signedPicture({ width, height, values: contributions, limit });
  return html`<div class="grid">
    ${imageTileHtml({ source: pngDataUri(grayPicture(image, white)), caption: `${file}: ${label} ${shortNumber(value)}${unitText(unit)}`, fieldWidthNm })}
    <div>
      ${imageTileHtml({ source: pngDataUri(picture), caption: `what each place adds to the ${name}, by patches of ${patchPx} px`, fieldWidthNm })}
      ${signedBarHtml(shortNumber(limit), unit)}
    </div>
  </div>`;
}
