import { createHash } from "node:crypto";
import { UsageError } from "../core/index.ts";
import { foreignFile } from "./foreign-file.ts";
import { detectFamily } from "./detect-format.ts";
import type { FileFamily } from "./detect-format.ts";
import type { DecodedMicrograph, Micrograph } from "./micrograph.ts";
import { readDm } from "./read-dm.ts";
import { readHdf5 } from "./read-hdf5.ts";
import { readJpeg } from "./read-jpeg.ts";
import { readMrc } from "./read-mrc.ts";
import { readNpy } from "./read-npy.ts";
import type { ReadOptions } from "./read-options.ts";
import { readPng } from "./read-png.ts";
import { readSer } from "./read-ser.ts";
import { readTiff } from "./read-tiff.ts";
import { reasonOf, remedyOf, withRemedy } from "./unreadable.ts";

type Reader = (bytes: Uint8Array, options: ReadOptions) => DecodedMicrograph | Promise<DecodedMicrograph>;

const READERS: Readonly<Record<FileFamily, Reader>> = {
  PNG: readPng,
  JPEG: readJpeg,
  TIFF: readTiff,
  HDF5: readHdf5,
  DM: readDm,
  SER: readSer,
  MRC: readMrc,
  NPY: readNpy,
};

/**
 * Reads a micrograph from the bytes of its file, whatever the format; the first bytes decide, not the name.
 *
 * @param bytes the whole file
 * @param fileName name for provenance and error texts
 * @param options which of several arrays in the file
 * @returns stored values, axes with pixel size and unit, metadata, provenance; `frameImage` makes a grey image of it
 * @throws RangeError "Cannot read micrograph: ..." saying what was wanted, what came, and at which byte
 * @example
 * import { readMicrograph } from "../src/micrograph/index.ts";
 * import { expect } from "vitest";
 * const text = new TextEncoder().encode("not an image");
 * await expect(readMicrograph(text, "notes.txt")).rejects.toThrow("Cannot read micrograph: file must be");
 */
export async function readMicrograph(
  bytes: Uint8Array,
  fileName: string,
  options: ReadOptions = {},
): Promise<Micrograph> {
  const family = detectFamily(bytes);
  if (family === null) {
    const foreign = foreignFile(bytes, fileName);
    const reason = `file must be ${knownFamilies()}, got ${foreign?.what ?? firstBytes(bytes)}`;
    throw failure(foreign === null ? reason : withRemedy(reason, foreign.remedy), fileName);
  }
  let decoded: DecodedMicrograph;
  try {
    decoded = await READERS[family](bytes, options);
  } catch (cause) {
    const reason = reasonOf(cause);
    throw failure(
      reason === "damaged data" ? `${family} must be whole, got ${reason}` : reason,
      fileName,
      cause,
    );
  }
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { ...decoded, fileName, byteLength: bytes.byteLength, sha256 };
}

/** The error of a reader, with action and file; what is not in the project's words means damage. */
export function readFailure(cause: unknown, fileName: string, what = "file"): Error {
  if (cause instanceof UsageError) return cause;
  const reason = reasonOf(cause);
  return failure(
    reason.includes(", got ") ? reason : `${what} must be whole, got ${reason}`,
    fileName,
    cause,
  );
}

function failure(reason: string, fileName: string, cause?: unknown): RangeError {
  const options = cause === undefined ? {} : { cause };
  const { wrong, remedy } = remedyOf(reason);
  return new RangeError(`Cannot read micrograph: ${wrong} (${fileName})${remedy}`, options);
}

const knownFamilies = () =>
  Object.keys(READERS)
    .join(", ")
    .replace(/, (\w+)$/, " or $1");

function firstBytes(bytes: Uint8Array): string {
  if (bytes.length === 0) return "an empty file";
  const hex = [...bytes.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, "0"));
  return `first bytes ${hex.join(" ")}`;
}
