/** Families of files, told apart by their first bytes. */
export type FileFamily = "PNG" | "JPEG" | "TIFF" | "HDF5" | "DM" | "SER" | "MRC" | "NPY";

interface Signature {
  readonly family: FileFamily;
  readonly offset: number;
  readonly bytes: readonly number[];
}

const SIGNATURES: readonly Signature[] = [
  { family: "PNG", offset: 0, bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  { family: "JPEG", offset: 0, bytes: [0xff, 0xd8, 0xff] },
  { family: "TIFF", offset: 0, bytes: [0x49, 0x49, 0x2a, 0x00] },
  { family: "TIFF", offset: 0, bytes: [0x4d, 0x4d, 0x00, 0x2a] },
  { family: "TIFF", offset: 0, bytes: [0x49, 0x49, 0x2b, 0x00] },
  { family: "TIFF", offset: 0, bytes: [0x4d, 0x4d, 0x00, 0x2b] },
  { family: "HDF5", offset: 0, bytes: [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a] },
  { family: "NPY", offset: 0, bytes: [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] },
  // before DM: a big-endian map 3 or 4 columns wide begins with the same bytes
  { family: "MRC", offset: 208, bytes: [0x4d, 0x41, 0x50] },
  { family: "DM", offset: 0, bytes: [0, 0, 0, 3] },
  { family: "DM", offset: 0, bytes: [0, 0, 0, 4] },
  { family: "SER", offset: 0, bytes: [0x49, 0x49, 0x97, 0x01] },
];

const MRC_HEADER_BYTES = 1024;
const MRC_MODE_BYTES: Readonly<Record<number, number>> = { 0: 1, 1: 2, 2: 4, 4: 8, 6: 2, 12: 2 };

/**
 * The family of a file, by its first bytes; the name is not asked, since names lie.
 *
 * @param bytes the first ones, or all
 * @param byteLength of the whole file
 * @returns the family; null where no signature fits
 */
export function detectFamily(bytes: Uint8Array, byteLength = bytes.length): FileFamily | null {
  const found = SIGNATURES.find(({ offset, bytes: wanted }) =>
    wanted.every((byte, i) => bytes[offset + i] === byte),
  );
  return found?.family ?? (isUnmarkedMrc(bytes, byteLength) ? "MRC" : null);
}

/** MRC files from before the "MAP" mark: sizes and mode that fit the length of the file. */
function isUnmarkedMrc(bytes: Uint8Array, byteLength: number): boolean {
  if (bytes.length < MRC_HEADER_BYTES) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [width, height, sections, mode] = [0, 4, 8, 12].map((offset) => view.getInt32(offset, true));
  const valueBytes = MRC_MODE_BYTES[mode];
  const isPositive = width > 0 && height > 0 && sections > 0;
  if (valueBytes === undefined || !isPositive) return false;
  const extendedBytes = view.getInt32(92, true);
  return MRC_HEADER_BYTES + extendedBytes + width * height * sections * valueBytes === byteLength;
}
