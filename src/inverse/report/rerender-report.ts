import { quantile, type GrayImage } from "../../core/index.ts";
import {
  fixed,
  grayPicture,
  html,
  imageTileHtml,
  percent,
  pngDataUri,
  signedBarHtml,
  signedPicture,
  tableHtml,
  tableOf,
  type Html,
  type Picture,
} from "../../report/index.ts";
import type { Rerendering } from "../apply/rerender.ts";

/** Residuals at which a pixel is as red or as blue as it gets, in spreads. */
const FULL_COLOUR = 4;

/** The part of the report that images the posterior again and shows where it fails. */
export function rerenderingHtml(rerenderings: readonly Rerendering[]): Html {
  const counts = rerenderings.map(({ drawCount }) => drawCount);
  const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
  return html`<p>
      For each image, ${fewest === most ? most : `${fewest} to ${most}`} structures were drawn from its
      posterior and imaged under its own conditions, or under conditions drawn from the recipe where nobody
      has written them down: observed, one draw, the mean of the draws, and the residual map (observed minus
      mean over the spread of the draws; red above, blue below, full colour at ${FULL_COLOUR} spreads). All
      are centred on their signal: the posterior knows the kind of structure, not this one.
    </p>
    ${rerenderings.map(tilesOf)}
    <p>
      Share of the draws whose classical measure lies below that of the observed image; values near 0 or 1 say
      that the posterior does not explain the image.
    </p>
    ${tableHtml(
      tableOf(Object.keys(rerenderings[0].ranks), [
        { heading: "measure", text: (name) => name },
        ...rerenderings.map((one) => ({
          heading: one.name,
          number: (name: string) => one.ranks[name],
          show: fixed(2),
        })),
      ]),
    )}`;
}

function tilesOf(one: Rerendering): Html {
  const white = quantile(one.observed.data, 0.998) || 1;
  const tile = (picture: Picture, caption: string) =>
    imageTileHtml({ source: pngDataUri(picture), caption, fieldWidthNm: fieldOf(one.observed) });
  return html`<div class="grid">
    ${tile(grayPicture(one.observed, white), `observed, ${one.name}`)}
    ${tile(grayPicture(one.example, white), "one draw")}
    ${tile(grayPicture(one.mean, white), "mean of the draws")}
    <div>
      ${tile(residualPicture(one), `residuals, ${percent(one.strangeShare)} of the pixels beyond 2 spreads`)}
      ${signedBarHtml(String(FULL_COLOUR), "spreads")}
    </div>
  </div>`;
}

function fieldOf({ width, pixelSizeNm }: GrayImage): number | null {
  return pixelSizeNm === null ? null : width * pixelSizeNm;
}

function residualPicture({ observed: { width, height }, residuals }: Rerendering): Picture {
  return signedPicture({ width, height, values: residuals, limit: FULL_COLOUR });
}
