import { readFileSync } from "node:fs";
import type { GrayImage } from "../src/core/index.ts";
import { median, openRandomStream } from "../src/core/index.ts";
import { encodeNpy, encodePng16, encodeTiff, frameImage, readMicrograph } from "../src/micrograph/index.ts";

const REPEATS = 9;

function noise(size: number): GrayImage {
  const rng = openRandomStream(1, "bench");
  const data = Float32Array.from({ length: size * size }, () => rng.integerBelow(65536));
  return { width: size, height: size, data, intensityUnit: "electrons per pixel", pixelSizeNm: 0.5 };
}

async function medianMs(work: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < REPEATS; i++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return Number(median(times).toFixed(2));
}

/**
 * Times writing and reading of each format that the suite writes, on noise of the given sizes, and reading of the files named.
 *
 * @param args sizes such as "128", and paths of files
 */
export async function run(args: readonly string[]): Promise<void> {
  const sizes = args.filter((arg) => /^\d+$/.test(arg)).map(Number);
  for (const size of args.length === 0 ? [128, 1024] : sizes) await timeFormats(size);
  for (const path of args.filter((arg) => !/^\d+$/.test(arg))) {
    const bytes = readFileSync(path);
    const ms = await medianMs(async () => frameImage(await readMicrograph(bytes, path)));
    console.log(JSON.stringify({ bench: "read-micrograph", file: path, bytes: bytes.length, readMs: ms }));
  }
}

async function timeFormats(size: number): Promise<void> {
  const image = noise(size);
  const formats: Readonly<Record<string, () => Uint8Array>> = {
    "PNG 16": () => encodePng16(image),
    "TIFF uint16 deflate": () => encodeTiff([image], { dtype: "uint16", range: [0, 65535] }),
    "TIFF float32 plain": () => encodeTiff([image], { isCompressed: false }),
    NPY: () => encodeNpy({ data: image.data, shape: [size, size] }),
  };
  for (const [format, encode] of Object.entries(formats)) {
    const bytes = encode();
    const writeMs = await medianMs(encode);
    const readMs = await medianMs(async () => frameImage(await readMicrograph(bytes, format)));
    console.log(
      JSON.stringify({ bench: "read-micrograph", format, size, bytes: bytes.length, writeMs, readMs }),
    );
  }
}
