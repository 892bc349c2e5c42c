import { decodeJpeg } from "./decode-jpeg.ts";
import { oriented } from "./exif.ts";
import { readJpegFrame } from "./jpeg-frame.ts";
import { checkJpegScans } from "./jpeg-scans.ts";
import { ARBITRARY_INTENSITY, imageAxes } from "./micrograph.ts";
import type { DecodedMicrograph } from "./micrograph.ts";

/**
 * Reads a JPEG (baseline or progressive): grey as [y, x], colour as [y, x, 3].
 *
 * The density in the JFIF header is a print resolution and is not taken for the pixel size.
 *
 * @throws RangeError on damaged files, more than 100 megapixels, or scans without end
 */
export async function readJpeg(bytes: Uint8Array): Promise<DecodedMicrograph> {
  const frame = readJpegFrame(bytes);
  checkJpegScans(bytes);
  const { channelCount, values } = await decodeJpeg(bytes, frame);
  const decoded: DecodedMicrograph = {
    format: "JPEG",
    dtype: "uint8",
    axes: imageAxes(frame.width, frame.height, channelCount),
    values,
    intensity: ARBITRARY_INTENSITY,
    metadata: {},
    seriesNames: ["image"],
    series: 0,
    warnings: [],
  };
  return oriented(decoded, frame.orientation);
}
