import { createHash } from "node:crypto";
import type { ByteSource } from "./byte-source.ts";
import { detectFamily } from "./detect-format.ts";
import { orientationOf } from "./exif.ts";
import { openFileBytes } from "./file-bytes.ts";
import { frameLayout } from "./frame-image.ts";
import type { Micrograph } from "./micrograph.ts";
import { readFailure } from "./read-micrograph.ts";
import { openDm } from "./read-dm.ts";
import { openMrc } from "./read-mrc.ts";
import { openNpy } from "./read-npy.ts";
import type { ReadOptions } from "./read-options.ts";
import type { BandedMicrograph, RowBand } from "./row-band.ts";
import { storedRows } from "./stored-values.ts";
import type { StoredRows } from "./stored-values.ts";
import { decodeTiffPage } from "./tiff/decode-tiff-page.ts";
import { openTiff } from "./tiff/open-tiff.ts";

/** First bytes of a file by which its format is known. */
const HEAD_BYTES = 4096;
/** Bytes of a file that are read at once for its SHA-256. */
const PIECE_BYTES = 2 ** 24;

/** An open file that gives its pixels band by band; `close` ends it. */
export interface OpenBands {
  /** The micrograph without values. */
  readonly micrograph: Micrograph;
  /** Rows of a frame as a micrograph of their own, without the axis of frames. */
  band(frame: number, band: RowBand): Promise<Micrograph>;
  close(): void;
}

/**
 * Opens a file whose rows can be read without the others: TIFF that need not be turned or coloured, MRC, NPY, and DM of plain numbers.
 *
 * @param path of the file
 * @param options which of several arrays in the file
 * @param isWanted whether it is to be read so, by what the file says; SHA-256 is taken of wanted ones alone
 * @returns null for other files, and for those that are not wanted
 * @throws UsageError where the file cannot be read, RangeError where it is damaged
 */
export async function openBands(
  path: string,
  options: ReadOptions,
  isWanted: (about: Micrograph) => boolean,
): Promise<OpenBands | null> {
  const source = openFileBytes(path, path);
  let opened: OpenBands | null = null;
  try {
    opened = bandsOf(source, path, options, isWanted);
  } catch (cause) {
    throw readFailure(cause, path);
  } finally {
    if (opened === null) source.close();
  }
  return opened === null ? null : { ...opened, close: () => source.close() };
}

function bandsOf(
  source: ByteSource,
  fileName: string,
  options: ReadOptions,
  isWanted: (about: Micrograph) => boolean,
): OpenBands | null {
  const banded = bandedOf(source, options);
  if (banded === null) return null;
  const about: Micrograph = {
    ...banded.record,
    values: new Uint8Array(0),
    fileName,
    byteLength: source.byteLength,
    sha256: "",
  };
  if (!isWanted(about)) return null;
  const plane = about.axes.filter(({ name }) => name !== "frame");
  return {
    micrograph: { ...about, sha256: sha256Of(source) },
    async band(frame, band) {
      const axes = plane.map((axis) => (axis.name === "y" ? { ...axis, size: band.rowCount } : axis));
      try {
        return { ...about, axes, values: await banded.rows(frame, band) };
      } catch (cause) {
        throw readFailure(cause, fileName);
      }
    },
    close: () => {},
  };
}

function bandedOf(source: ByteSource, options: ReadOptions): BandedMicrograph | null {
  const head = source.read(0, Math.min(source.byteLength, HEAD_BYTES));
  switch (detectFamily(head, source.byteLength)) {
    case "TIFF":
      return tiffBands(source, options);
    case "MRC": {
      const { record, stored } = openMrc(source);
      return arrayBands(source, record, stored);
    }
    case "DM": {
      const opened = openDm(source, options);
      return opened === null ? null : arrayBands(source, opened.record, opened.stored);
    }
    case "NPY": {
      const { record, whole, isFortranOrder } = openNpy(source);
      if (isFortranOrder || !record.axes.some(({ name }) => name === "y")) return null;
      const { width, height, channelCount } = frameLayout({ ...record, fileName: record.format });
      return arrayBands(source, record, { whole, height, rowLength: width * channelCount });
    }
    default:
      return null;
  }
}

const arrayBands = (
  source: ByteSource,
  record: BandedMicrograph["record"],
  stored: StoredRows,
): BandedMicrograph => ({ record, rows: (frame, band) => storedRows(source, stored, frame, band) });

function tiffBands(source: ByteSource, options: ReadOptions): BandedMicrograph | null {
  const { record, frames } = openTiff(source, options);
  const [{ page, layout }] = frames;
  if (layout.photometric === 3 || orientationOf(page) !== 1) return null;
  return {
    record,
    rows: (frame, band) => decodeTiffPage(frames[frame].page, frames[frame].layout, band),
  };
}

function sha256Of(source: ByteSource): string {
  const hash = createHash("sha256");
  for (let at = 0; at < source.byteLength; at += PIECE_BYTES) {
    hash.update(source.read(at, Math.min(PIECE_BYTES, source.byteLength - at)));
  }
  return hash.digest("hex");
}
