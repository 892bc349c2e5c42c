import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";

const built = (file: string) => resolve(import.meta.dirname, `../../dist/src/${file}.js`);
const BUILT = built("micrograph/index");

/** Runs in a process of its own, so that the largest resident size is that of the work. */
const PROGRAM = `
import { connectedComponents, mapTiles, planTiles } from ${JSON.stringify(built("image/index"))};
import { readMicrograph } from ${JSON.stringify(BUILT)};
import { micrographTiles } from ${JSON.stringify(built("micrograph/tiles/tile-sources"))};
const size = 16384;
// an 8-bit NPY: header of 128 bytes, then the pixels: discs of radius 20 on a lattice of 64
const header = Buffer.alloc(128, " ");
header.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0]);
header.write("{'descr': '|u1', 'fortran_order': False, 'shape': (16384, 16384), }", 10);
let bytes = new Uint8Array(128 + size * size);
bytes.set(header);
for (let y = 0; y < size; y++) for (let x = 0; x < size; x++)
  if ((x % 64 - 32) ** 2 + (y % 64 - 32) ** 2 <= 400) bytes[128 + y * size + x] = 200;
const micrograph = await readMicrograph(bytes, "large.npy");
bytes = null;
const plan = planTiles(size, size, { tileSize: 1024, margin: 1 });
const mask = new Uint8Array(size * size);
const brighterThanMean = (tile) => tile.data.map((value) => (value > 100 ? 1 : 0));
for await (const band of mapTiles(micrographTiles(micrograph), plan, 1, brighterThanMean))
  for (let i = 0; i < band.data.length; i++) mask[band.firstRow * size + i] = band.data[i] > 0.5 ? 1 : 0;
const { componentCount } = connectedComponents(mask, size, size, 8);
console.log(JSON.stringify({ componentCount, peakBytes: process.resourceUsage().maxRSS * 1024 }));
`;

describe.skipIf(!existsSync(BUILT))("an image of 16,384 x 16,384 px by tiles", () => {
  test("is read, thresholded and its objects counted over all seams in less than 2 GB", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", PROGRAM]);
    const { componentCount, peakBytes } = JSON.parse(stdout);
    expect(componentCount).toBe(256 ** 2);
    expect(peakBytes).toBeLessThan(2e9);
  });
});
