import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import jpeg from "jpeg-js";
import { type GrayImage, openRandomStream } from "../src/core/index.ts";
import { pngFile } from "../src/image/index.ts";
import { encodeNpy, encodeTiff, npyHeader, readMicrograph } from "../src/micrograph/index.ts";
import { dmFile } from "../test/helpers/small-dm.ts";
import { groupAt, smallHdf5 } from "../test/helpers/small-hdf5.ts";
import { mrcFile } from "../test/helpers/small-mrc.ts";
import { serFile } from "../test/helpers/small-ser.ts";
import { tiffOfEntries } from "../test/helpers/tiff-of-entries.ts";

/** Edge of an image whose 16-bit pixels are 100 MB. */
const EDGE = 7072;
/** Pixels that say how long a byte of them takes, in a format whose bytes take far longer to write. */
const JPEG_EDGE = 3000;

const REPEATS = 3;

/** A large file, and the bytes of pixels that it declares. */
interface LargeFile {
  readonly bytes: Uint8Array;
  readonly declared: number;
}

/** Noise, which packs worst; of whole numbers, a byte a value. */
function noiseBytes(count: number): Buffer {
  const rng = openRandomStream(1, "read-large");
  const piece = Buffer.from(Uint8Array.from({ length: 1 << 20 }, () => rng.integerBelow(256)));
  return Buffer.alloc(count, piece);
}

const pixelBytes = (bytesPerValue: number) => EDGE * EDGE * bytesPerValue;
/** An edge whose pixels of so many bytes are 100 MB. */
const edgeOf = (bytesPerPixel: number) => Math.floor(Math.sqrt(pixelBytes(2) / bytesPerPixel));

function noiseImage(edge: number): GrayImage {
  const bytes = noiseBytes(2 * edge * edge);
  const data = Float32Array.from({ length: edge * edge }, (_, i) => bytes[2 * i] + 256 * bytes[2 * i + 1]);
  return { width: edge, height: edge, data, intensityUnit: "arbitrary", pixelSizeNm: 1 };
}

/** A TIFF of one strip of grey; a pixel declares a byte, whatever it is packed in. */
function tiffOfStrip(compression: number, strip: Uint8Array, edge: number, bitsPerPixel = 8): LargeFile {
  const bytes = tiffOfEntries(
    [
      [
        [256, 4, [edge]],
        [257, 4, [edge]],
        [258, 3, [bitsPerPixel]],
        [259, 3, [compression]],
        [262, 3, [1]],
        [273, 4, [8]],
        [277, 3, [1]],
        [278, 4, [edge]],
        [279, 4, [strip.length]],
      ],
    ],
    strip,
  );
  return { bytes, declared: edge * edge };
}

/** LZW whose table is cleared before a code grows longer than 9 bits. */
function literalLzw(values: Uint8Array): Uint8Array {
  const out = Buffer.alloc(Math.ceil((values.length * (254 / 253) * 9) / 8) + 16);
  let [held, bits, at] = [0, 0, 0];
  const put = (code: number) => {
    held = ((held << 9) | code) & 0xffffff;
    bits += 9;
    while (bits >= 8) {
      bits -= 8;
      out[at++] = (held >> bits) & 255;
    }
  };
  values.forEach((value, i) => {
    if (i % 253 === 0) put(256);
    put(value);
  });
  put(257);
  put(0);
  return out.subarray(0, at);
}

/** CCITT runs of one pixel, white and black in turn: the most codes a row can have. */
function striped(edge: number): Uint8Array {
  // white 1 is 000111, black 1 is 010; rows begin at a byte
  const bits = "000111010".repeat(Math.ceil(edge / 2)).slice(0, Math.floor(edge / 2) * 9 + (edge % 2) * 6);
  const row = Buffer.alloc(Math.ceil(bits.length / 8));
  for (let bit = 0; bit < bits.length; bit++) if (bits[bit] === "1") row[bit >> 3] |= 128 >> (bit & 7);
  return Buffer.alloc(edge * row.length, row);
}

/** A Zstandard frame of blocks that are stored as they are, as noise is. */
function storedZstd(values: Uint8Array): Uint8Array {
  const head = Buffer.alloc(13);
  head.writeUInt32LE(0xfd2fb528, 0);
  head[4] = 0xe0;
  head.writeBigUInt64LE(BigInt(values.length), 5);
  const pieces: Uint8Array[] = [head];
  const longest = 1 << 17;
  for (let i = 0; i < values.length; i += longest) {
    const piece = values.subarray(i, i + longest);
    const header = Buffer.alloc(3);
    header.writeUIntLE((piece.length << 3) | (i + longest >= values.length ? 1 : 0), 0, 3);
    pieces.push(header, piece);
  }
  return Buffer.concat(pieces);
}

/** PackBits of pieces that do not repeat. */
function literalPackBits(values: Uint8Array): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (let i = 0; i < values.length; i += 128) {
    const piece = values.subarray(i, i + 128);
    pieces.push(Uint8Array.of(piece.length - 1), piece);
  }
  return Buffer.concat(pieces);
}

/** A DM file with other values than those it was made with. */
function largeDm(version: 3 | 4): LargeFile {
  const marker = Buffer.from("the values");
  const small = Buffer.from(
    dmFile({
      version,
      isLittleEndian: true,
      dataType: 10,
      element: 4,
      values: marker,
      count: EDGE * EDGE,
      sizes: [EDGE, EDGE],
    }),
  );
  const at = small.indexOf(marker);
  const bytes = Buffer.concat([
    small.subarray(0, at),
    noiseBytes(pixelBytes(2)),
    small.subarray(at + marker.length),
  ]);
  return { bytes, declared: pixelBytes(2) };
}

function largeSer(): LargeFile {
  const edge = edgeOf(4);
  const small = serFile([[1, 2, 3, 4, 5, 6]], true);
  const [valuesAt, arrayAt] = [34 + 50, small.length - 8];
  const bytes = Buffer.concat([
    small.subarray(0, valuesAt),
    noiseBytes(4 * edge * edge),
    small.subarray(arrayAt),
  ]);
  bytes.writeUInt32LE(edge, 34 + 42);
  bytes.writeUInt32LE(edge, 34 + 46);
  bytes.writeUInt32LE(valuesAt + 4 * edge * edge, 22);
  return { bytes, declared: 4 * edge * edge };
}

function largeMrc(mode: 1 | 2): LargeFile {
  const size = mode === 1 ? 2 : 4;
  const edge = edgeOf(size);
  const data = mode === 1 ? noiseBytes(2 * edge * edge) : floats(edge * edge);
  const bytes = mrcFile({ mode, values: data });
  for (const at of [0, 4, 28, 32]) bytes.writeInt32LE(edge, at);
  return { bytes, declared: size * edge * edge };
}

function floats(count: number): Buffer {
  return Buffer.from(Float32Array.from({ length: count }, (_, i) => (i * 7919) % 65_521).buffer);
}

async function largeHdf5(path: string, isPacked: boolean): Promise<LargeFile> {
  const edge = edgeOf(4);
  const data = new Float32Array(Uint8Array.from(floats(edge * edge)).buffer);
  const bytes = await smallHdf5((file) => {
    const parent = path.split("/").slice(0, -1).join("/");
    const group = groupAt(file, parent);
    if (path.startsWith("data/")) group.create_attribute("emd_group_type", 1);
    // frames of Velox are the last axis
    const frames = path.startsWith("Data/Image") ? [1] : [];
    const packing = isPacked ? { chunks: [256, 256, ...frames], compression: 4 } : {};
    const name = path.split("/").at(-1) ?? "";
    group.create_dataset({ name, data, shape: [edge, edge, ...frames], ...packing });
    if (!path.startsWith("data/")) return;
    for (const axis of ["dim1", "dim2"]) {
      group.create_dataset({ name: axis, data: Float64Array.from({ length: edge }, (_, i) => 0.5 * i) });
    }
  });
  return { bytes, declared: 4 * edge * edge };
}

const png = (channels: 1 | 3 | 4, bitDepth: 8 | 16, isFlat: boolean): LargeFile => {
  const edge = edgeOf((channels * bitDepth) / 8);
  const count = edge * edge * channels;
  const raw = isFlat ? Buffer.alloc((count * bitDepth) / 8) : noiseBytes((count * bitDepth) / 8);
  return {
    bytes: pngFile({ width: edge, height: edge, channels, bitDepth, samples: raw }),
    declared: raw.length,
  };
};

const FILES: Readonly<Record<string, () => LargeFile | Promise<LargeFile>>> = {
  "TIFF 8-bit, plain": () => tiffOfStrip(1, noiseBytes(edgeOf(1) ** 2), edgeOf(1)),
  "TIFF 8-bit, LZW": () => tiffOfStrip(5, literalLzw(noiseBytes(edgeOf(1) ** 2)), edgeOf(1)),
  "TIFF 8-bit, PackBits": () => tiffOfStrip(32_773, literalPackBits(noiseBytes(edgeOf(1) ** 2)), edgeOf(1)),
  "TIFF 8-bit, Zstandard": () => tiffOfStrip(50_000, storedZstd(noiseBytes(edgeOf(1) ** 2)), edgeOf(1)),
  "TIFF 1-bit, CCITT": () => tiffOfStrip(2, striped(edgeOf(1)), edgeOf(1), 1),
  "TIFF 8-bit, deflate, flat": () => tiffOfStrip(8, deflateSync(Buffer.alloc(edgeOf(1) ** 2)), edgeOf(1)),
  "TIFF 16-bit, deflate": () => ({
    bytes: encodeTiff([noiseImage(EDGE)], { dtype: "uint16", range: [0, 65_535] }),
    declared: pixelBytes(2),
  }),
  "TIFF float, deflate": () => ({
    bytes: encodeTiff([noiseImage(edgeOf(4))]),
    declared: 4 * edgeOf(4) ** 2,
  }),
  "PNG 8-bit": () => png(1, 8, false),
  "PNG 16-bit": () => png(1, 16, false),
  "PNG 16-bit, flat": () => png(1, 16, true),
  "PNG RGB": () => png(3, 8, false),
  "PNG RGBA": () => png(4, 8, false),
  JPEG: () => {
    const size = { width: JPEG_EDGE, height: JPEG_EDGE };
    const { data } = jpeg.encode({ ...size, data: noiseBytes(4 * JPEG_EDGE ** 2) }, 90);
    return { bytes: data, declared: 3 * JPEG_EDGE ** 2 };
  },
  DM3: () => largeDm(3),
  DM4: () => largeDm(4),
  SER: largeSer,
  "MRC 16-bit": () => largeMrc(1),
  "MRC float": () => largeMrc(2),
  "NPY float": () => {
    const edge = edgeOf(4);
    const data = new Float32Array(Uint8Array.from(floats(edge * edge)).buffer);
    return { bytes: encodeNpy({ data, shape: [edge, edge] }), declared: 4 * edge * edge };
  },
  "NPY 16-bit": () => ({
    bytes: Buffer.concat([npyHeader("<u2", [EDGE, EDGE]), noiseBytes(pixelBytes(2))]),
    declared: pixelBytes(2),
  }),
  "HDF5, plain": () => largeHdf5("scan/image", false),
  "HDF5, gzip": () => largeHdf5("scan/image", true),
  "EMD (NCEM), gzip": () => largeHdf5("data/a/data", true),
  "EMD (Velox), gzip": () => largeHdf5("Data/Image/a/Data", true),
  "HSPY, gzip": () => largeHdf5("Experiments/a/data", true),
};

/**
 * Times how long each reader takes for 100 MB of declared pixels, in a process of its own: processor time of all threads, without the
 * start of the process, and peak memory.
 *
 * @param args names of files as in FILES; all by default
 */
export async function run(args: readonly string[]): Promise<void> {
  const [what, path, declared] = args;
  if (what === "--one") return readOne(path, Number(declared));
  const folder = mkdtempSync(join(tmpdir(), "heterostem-large-"));
  try {
    for (const name of args.length === 0 ? Object.keys(FILES) : args) {
      const file = await FILES[name]();
      const at = join(folder, "large");
      writeFileSync(at, file.bytes);
      const words = [join(import.meta.dirname, "main.js"), "read-large", "--one", at, String(file.declared)];
      const { stdout, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
      const answer = stdout === "" ? { fault: stderr.slice(-300) } : (JSON.parse(stdout) as object);
      console.log(JSON.stringify({ bench: "read-large", file: name, bytes: file.bytes.length, ...answer }));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function readOne(path: string, declared: number): Promise<void> {
  const bytes = readFileSync(path);
  let [seconds, answer] = [Infinity, "read"];
  // the least of some readings: other work on the machine makes each of them longer
  for (let k = 0; k < REPEATS; k++) {
    const begun = process.cpuUsage();
    try {
      await readMicrograph(bytes, path);
    } catch (error) {
      answer = (error as Error).message;
    }
    const { user, system } = process.cpuUsage(begun);
    seconds = Math.min(seconds, (user + system) / 1e6);
  }
  const per100MB = (seconds / declared) * 1e8;
  const peakMB = Math.round(process.resourceUsage().maxRSS / 1e3);
  console.log(JSON.stringify({ declared, seconds, per100MB: Number(per100MB.toFixed(2)), peakMB, answer }));
}
