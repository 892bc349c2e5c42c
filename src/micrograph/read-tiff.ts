import { sourceOf } from "./byte-source.ts";
import { orientationOf, oriented } from "./exif.ts";
import type { DecodedMicrograph, PixelArray } from "./micrograph.ts";
import type { ReadOptions } from "./read-options.ts";
import { emptyValues, peakBytes } from "./stored-values.ts";
import { decodeTiffPage } from "./tiff/decode-tiff-page.ts";
import { openTiff } from "./tiff/open-tiff.ts";
import type { TiffFrame } from "./tiff/open-tiff.ts";
import { applyPalette } from "./tiff/palette.ts";
import { checkedValueCount } from "./unreadable.ts";

/**
 * Reads TIFF and BigTIFF [tiff6]: strips and tiles, none/CCITT/LZW/JPEG/deflate/PackBits/Zstandard, predictors, planar
 * samples, integers of 1 to 64 bits, floats of 16 to 64, complex; pages of one size as a stack, others as further series.
 *
 * The pixel size comes from the tags of Zeiss, FEI, TVIPS, Olympus, JEOL, DigitalMicrograph, ImageJ or OME; the plain
 * resolution tags count only where they are finer than any screen's. Where white is zero, the intensity is turned round.
 *
 * @returns [frame..., y, x, channel]
 * @throws RangeError on damaged files and codings that are not read
 */
export async function readTiff(bytes: Uint8Array, options: ReadOptions = {}): Promise<DecodedMicrograph> {
  const { record, frames } = openTiff(sourceOf(bytes), options);
  const [{ page, layout }] = frames;
  const values = await decodeFrames(frames);
  const colored = applyPalette(page, layout, values, options);
  const orientation = orientationOf(page);
  if (colored === null) return oriented({ ...record, values }, orientation);
  const { channelCount, palette } = colored;
  const decoded: DecodedMicrograph = {
    ...record,
    dtype: palette === undefined ? "uint8" : record.dtype,
    axes:
      channelCount > 1
        ? [...record.axes, { name: "channel", size: channelCount, pixelSize: null, pixelUnit: null }]
        : record.axes,
    values: colored.values,
    ...(palette === undefined ? {} : { palette }),
  };
  return oriented(decoded, orientation);
}

async function decodeFrames(frames: readonly TiffFrame[]): Promise<PixelArray> {
  const [{ page, layout: first }] = frames;
  const { width, height, sampleCount, dtype } = first;
  const perPage = width * height * sampleCount;
  checkedValueCount("TIFF", [frames.length, height, width, sampleCount], peakBytes(dtype));
  if (frames.length === 1) return decodeTiffPage(page, first);
  const partCount = dtype.startsWith("complex") ? 2 : 1;
  const stack = emptyValues(dtype, frames.length * perPage);
  for (const [index, frame] of frames.entries()) {
    stack.set(await decodeTiffPage(frame.page, frame.layout), index * perPage * partCount);
  }
  return stack;
}
