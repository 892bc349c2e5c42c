import { deflateSync } from "node:zlib";
import type { GrayImage } from "../core/index.ts";
import { checkNumber, rangeError } from "../core/index.ts";
import { bestRational } from "./rational.ts";
import { appendDirectories } from "./tiff-directory.ts";
import type { TiffEntry } from "./tiff-directory.ts";
import { imageJDescription, omeDescription } from "./tiff-description.ts";
import type { WrittenScale } from "./tiff-description.ts";

/** How the intensities are stored, and who should understand the scale. */
export interface TiffOptions {
  /** Stored type; default "float32", which keeps the intensities as they are. */
  readonly dtype?: "uint8" | "uint16" | "float32";
  /** Intensities of 0 and of the largest integer for uint8 and uint16; default minimum to maximum of all frames. */
  readonly range?: readonly [number, number];
  /** Whose calibration goes into the description: "ImageJ" (default; also Fiji, Gwyddion) or "OME" (Bio-Formats). */
  readonly calibration?: "ImageJ" | "OME";
  /** Deflate the strips; default true. */
  readonly isCompressed?: boolean;
}

const CONTEXT = { action: "encode TIFF" };
const SAMPLE_BYTES = { uint8: 1, uint16: 2, float32: 4 } as const;
/** Strips of about this size: small enough to read a part, large enough to compress. */
const STRIP_BYTES = 2 ** 18;

/**
 * Encodes an image or a stack as a TIFF whose pixel size ImageJ or Bio-Formats reads.
 *
 * The resolution tags hold pixels a nanometre as a ratio of 32-bit integers (exact to 1e-9 of the pixel size). With
 * uint8 and uint16 the meaning of the values goes into the description too, so that reading restores the intensities.
 *
 * @param frames one image or several of one size, unit and pixel size
 * @param options stored type, range, calibration, compression
 * @returns the file, little-endian, one directory a frame
 * @throws RangeError for no frame, frames that differ, intensities that are not finite with integers, more than 4 GiB
 * @example
 * import { encodeTiff } from "../src/micrograph/index.ts";
 * import { expect } from "vitest";
 * const data = Float32Array.of(1, 2);
 * const image = { width: 2, height: 1, data, intensityUnit: "arbitrary", pixelSizeNm: 0.5 } as const;
 * expect([...encodeTiff([{ ...image }]).subarray(0, 4)]).toEqual([0x49, 0x49, 42, 0]);
 */
export function encodeTiff(frames: readonly GrayImage[], options: TiffOptions = {}): Uint8Array {
  const { dtype = "float32", isCompressed = true } = options;
  checkFrames(frames);
  const scale = dtype === "float32" ? null : scaleOf(frames, dtype, options.range);
  const description = descriptionOf(frames, dtype, scale, options);
  const parts: Uint8Array[] = [];
  let length = 8;
  const append = (bytes: Uint8Array) => {
    const at = length;
    parts.push(bytes);
    length += bytes.length;
    if (length % 2 === 1) parts.push(new Uint8Array(1)); // directories and values begin on even bytes
    length += length % 2;
    checkNumber("file size", length, { max: 2 ** 32 - 1, unit: "bytes", ...CONTEXT });
    return at;
  };
  const directories = frames.map((frame, index) => {
    const strips = stripsOf(frame, dtype, scale).map((strip) => (isCompressed ? deflateSync(strip) : strip));
    const offsets = strips.map(append);
    const lengths = strips.map((strip) => strip.length);
    return pageEntries(frame, dtype, isCompressed, { offsets, lengths }, index === 0 ? description : null);
  });
  const first = appendDirectories(directories, append, () => length);
  const header = Buffer.from([0x49, 0x49, 42, 0, 0, 0, 0, 0]);
  header.writeUInt32LE(first, 4);
  return Buffer.concat([header, ...parts]);
}

function checkFrames(frames: readonly GrayImage[]): void {
  if (frames.length === 0) throw rangeError(CONTEXT, "there must be a frame", "none");
  const [first] = frames;
  const keys = ["width", "height", "pixelSizeNm", "intensityUnit"] as const;
  for (const [index, frame] of frames.entries()) {
    const wrong = keys.find((key) => frame[key] !== first[key]);
    if (wrong === undefined) continue;
    const wanted = `${wrong} of frame ${index} must be that of frame 0, ${first[wrong]}`;
    throw rangeError(CONTEXT, wanted, String(frame[wrong]));
  }
}

function scaleOf(
  frames: readonly GrayImage[],
  dtype: "uint8" | "uint16",
  range: TiffOptions["range"],
): WrittenScale {
  const [low, high] = range ?? extremesOf(frames.map((frame) => frame.data));
  if (!(Number.isFinite(low) && Number.isFinite(high) && low <= high)) {
    throw rangeError(CONTEXT, "intensity range must be finite and not empty", `[${low}, ${high}]`);
  }
  const steps = dtype === "uint8" ? 255 : 65535;
  return { unit: frames[0].intensityUnit, offset: low, scale: (high - low) / steps };
}

/** Minimum and maximum of all lists; NaN as both where a value is not finite. */
function extremesOf(lists: readonly ArrayLike<number>[]): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const list of lists) {
    for (let i = 0; i < list.length; i++) {
      if (!Number.isFinite(list[i])) return [NaN, NaN];
      if (list[i] < low) low = list[i];
      if (list[i] > high) high = list[i];
    }
  }
  return [low, high];
}

function descriptionOf(
  frames: readonly GrayImage[],
  dtype: keyof typeof SAMPLE_BYTES,
  scale: WrittenScale | null,
  { calibration = "ImageJ" }: TiffOptions,
): string {
  if (calibration === "ImageJ") return imageJDescription(frames[0], frames.length, scale);
  return omeDescription(frames[0], frames.length, dtype === "float32" ? "float" : dtype, scale);
}

const rowsPerStrip = (width: number, dtype: keyof typeof SAMPLE_BYTES) =>
  Math.max(1, Math.floor(STRIP_BYTES / (width * SAMPLE_BYTES[dtype])));

function stripsOf(
  frame: GrayImage,
  dtype: keyof typeof SAMPLE_BYTES,
  scale: WrittenScale | null,
): Uint8Array[] {
  const { width, height } = frame;
  const rows = Math.min(height, rowsPerStrip(width, dtype));
  return Array.from({ length: Math.ceil(height / rows) }, (_, i) => {
    const part = frame.data.subarray(i * rows * width, Math.min(height, (i + 1) * rows) * width);
    if (scale === null) return new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
    const stored = dtype === "uint8" ? new Uint8Array(part.length) : new Uint16Array(part.length);
    const last = dtype === "uint8" ? 255 : 65535;
    for (let k = 0; k < part.length; k++) {
      const value = scale.scale === 0 ? 0 : Math.round((part[k] - scale.offset) / scale.scale);
      stored[k] = Math.min(last, Math.max(0, value));
    }
    return new Uint8Array(stored.buffer);
  });
}

function pageEntries(
  frame: GrayImage,
  dtype: keyof typeof SAMPLE_BYTES,
  isCompressed: boolean,
  strips: { readonly offsets: readonly number[]; readonly lengths: readonly number[] },
  description: string | null,
): TiffEntry[] {
  const density = frame.pixelSizeNm === null ? null : bestRational(1 / frame.pixelSizeNm);
  const entries: (TiffEntry | null)[] = [
    [256, "long", [frame.width]],
    [257, "long", [frame.height]],
    [258, "short", [SAMPLE_BYTES[dtype] * 8]],
    [259, "short", [isCompressed ? 8 : 1]], // Adobe deflate or none
    [262, "short", [1]], // black is zero
    description === null ? null : [270, "ascii", description],
    [273, "long", strips.offsets],
    [277, "short", [1]],
    [278, "long", [Math.min(frame.height, rowsPerStrip(frame.width, dtype))]],
    [279, "long", strips.lengths],
    density === null ? null : [282, "rational", density],
    density === null ? null : [283, "rational", density],
    density === null ? null : [296, "short", [1]], // the unit stands in the description
    [305, "ascii", "heterostem"],
    [339, "short", [dtype === "float32" ? 3 : 1]],
  ];
  return entries.filter((entry) => entry !== null);
}
