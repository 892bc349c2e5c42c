import type { GrayImage } from "../core/index.ts";
import { grayPicture, html, imageTileHtml, pngDataUri, type Html } from "../report/index.ts";
import type { SettingComparison } from "./compare-settings.ts";

/** One specimen at every setting, side by side. */
export function exampleTiles({ examples }: Pick<SettingComparison, "examples">): Html {
  const tile = ({ setting, image }: { readonly setting: string; readonly image: GrayImage }) =>
    imageTileHtml({ source: pngDataUri(grayPicture(image, 1)), caption: setting, fieldWidthNm: null });
  return html`<div class="grid">${examples.map(tile)}</div>`;
}
