import { extremes, openRandomStream, type GrayImage } from "../core/index.ts";
import { encodePng16 } from "../micrograph/index.ts";
import { shortNumber } from "../report/index.ts";
import {
  drawMicroscopeSettings,
  placesInField,
  prepareMicroscope,
  simulateHaadf,
  type Microscope,
  type MicroscopeSettings,
} from "../stem-sim/index.ts";
import type { Aggregate } from "../stochastic/index.ts";
import type { ViewerProjection } from "../web/index.ts";

/** Width of a projection that is framed about its aggregate [px]. */
const FRAMED_PX = 320;
/** Room about the aggregate, the same as in the 3D view. */
const MARGIN = 1.12;

/** An image with what was drawn for it. */
export interface Shot {
  readonly image: GrayImage;
  readonly settings: MicroscopeSettings;
  readonly microscope: Microscope;
}

/** Images an aggregate with a microscope, in the streams of this command. */
export function takeShot(aggregate: Aggregate, microscope: Microscope): Shot {
  const prepared = prepareMicroscope(microscope, aggregate.materials);
  const rng = openRandomStream("view");
  const settings = drawMicroscopeSettings(rng.fork("microscope"), microscope);
  return { image: simulateHaadf(rng.fork("image"), aggregate, { prepared, settings }), settings, microscope };
}

/** A microscope whose field of view is framed as the 3D view opens: about the centre of volume. */
export function framedOn({ centersNm: c, radiiNm: r }: Aggregate, microscope: Microscope): Microscope {
  const reach = r.reduce(
    (far, radius, i) => Math.max(far, Math.hypot(c[3 * i], c[3 * i + 1], c[3 * i + 2]) + radius),
    0,
  );
  const pixelSizeNm = (2 * MARGIN * reach) / FRAMED_PX;
  return { ...microscope, widthPx: FRAMED_PX, heightPx: FRAMED_PX, pixelSizeNm };
}

/** The image as the page shows it, with what it says of itself. */
export function projectionOf(aggregate: Aggregate, { image, settings, microscope }: Shot): ViewerProjection {
  const [low, high] = extremes(image.data);
  const fieldNm = [image.width, image.height].map((edge) => edge * settings.pixelSizeNm);
  const outside = placesInField(aggregate, microscope, settings).filter((place) => place > 1).length;
  const caption = [
    `Simulated STEM image at ${microscope.beamEnergyKeV} kV`,
    `field of view ${fieldNm.map((edge) => edge.toFixed(0)).join(" x ")} nm`,
    `grey from ${shortNumber(low)} to ${shortNumber(high)} (${image.intensityUnit})`,
    ...(outside === 0 ? [] : [`${outside} of ${aggregate.particleCount} particles outside`]),
  ].join(", ");
  return { png: encodePng16(image, { range: [low, high] }), fieldNm: [fieldNm[0], fieldNm[1]], caption };
}
