import { counted, quantile, type GrayImage } from "../core/index.ts";
import { grayPicture, pngDataUri, type FramedPage } from "../report/index.ts";
import { viewAggregate, type View } from "../stem-sim/index.ts";
import type { Aggregate } from "../stochastic/index.ts";
import { framedDraws, readViewerBundle } from "../web/index.ts";

/** An aggregate, how it lies under the beam, and the image of it. */
interface ImagedAggregate {
  readonly aggregate: Aggregate;
  readonly view: View;
  readonly image: GrayImage;
}

/** Share of pixels that are darker than white. */
const WHITE_QUANTILE = 0.998;

/** Aggregates in 3D beside their images, to leaf through in a report. */
export function framedAggregates(title: string, shown: readonly ImagedAggregate[]): FramedPage {
  return framedDraws({
    bundle: readViewerBundle(),
    title,
    fixed: [],
    places: ["its simulated image"],
    draws: shown.map(({ aggregate, view, image }, k) => ({
      aggregate: viewAggregate(aggregate, view),
      caption: `${k + 1} of ${shown.length}: ${counted(aggregate.particleCount, "particle")}`,
      pictures: [pngDataUri(grayPicture(image, quantile(image.data, WHITE_QUANTILE)))],
    })),
  });
}
