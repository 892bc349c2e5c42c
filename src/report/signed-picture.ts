import { html, type Html } from "./html.ts";
import type { Picture } from "./png-data-uri.ts";

/** Numbers of both signs, pixel by pixel. */
interface SignedValues {
  readonly width: number;
  readonly height: number;
  /** [height, width] */
  readonly values: ArrayLike<number>;
  /** Size at which a pixel is as red (above 0) or as blue (below) as it gets. */
  readonly limit: number;
}

/** Numbers as a picture: white at 0, red above, blue below. */
export function signedPicture({ width, height, values, limit }: SignedValues): Picture {
  const pixels = new Uint8Array(4 * values.length);
  for (let i = 0; i < values.length; i++) {
    const strength = Math.min(1, Math.abs(values[i]) / limit);
    const fade = Math.round(255 * (1 - strength));
    pixels.set(values[i] > 0 ? [255, fade, fade, 255] : [fade, fade, 255, 255], 4 * i);
  }
  return { width, height, pixels, channels: 4 };
}

/**
 * The colours of such a picture with their values.
 *
 * @param limit as people read it, without unit
 * @param unit behind the last value; "" for none
 */
export function signedBarHtml(limit: string, unit: string): Html {
  return html`<div class="colorbar">
    <i style="background:linear-gradient(to right,#00f,#fff,#f00)"></i>
    <span>-${limit}</span><span>0</span><span>${limit}${unit === "" ? "" : ` ${unit}`}</span>
  </div>`;
}
