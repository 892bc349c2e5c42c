import jpeg from "jpeg-js";
import { describe, expect, test } from "vitest";
import { withMemoryBudget } from "../../src/core/index.ts";
import { pngFile } from "../../src/image/index.ts";
import { encodeNpy, readMicrograph } from "../../src/micrograph/index.ts";
import { parseIni, xmlText } from "../../src/micrograph/tiff/calibration.ts";
import { tiffOfEntries } from "../helpers/tiff-of-entries.ts";
import type { TiffField } from "../helpers/tiff-of-entries.ts";

/** Processor time of some work [ms]: other work on the machine does not count. */
async function cpuMs(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** A refusal takes milliseconds; what is quadratic in these inputs takes minutes. */
const MOMENT_MS = 1500;

/** Grey of 8 bits in strips of one row. */
function page(width: number, height: number, strips: { offsets: number[]; counts: number[] }): TiffField[] {
  return [
    [256, 4, [width]],
    [257, 4, [height]],
    [258, 3, [8]],
    [259, 3, [1]],
    [262, 3, [1]],
    [273, 4, strips.offsets],
    [277, 3, [1]],
    [278, 4, [Math.ceil(height / strips.offsets.length)]],
    [279, 4, strips.counts],
  ];
}

describe("a TIFF that leaves pixels out", () => {
  const data = Uint8Array.of(1, 2, 3, 4);

  test("is refused where it stores none, however many it declares, before anything is allocated", async () => {
    const bytes = tiffOfEntries([page(20_000, 20_000, { offsets: [0], counts: [0] })], data);
    const spent = await cpuMs(() =>
      expect(readMicrograph(bytes, "a.tif")).rejects.toThrow(
        "Cannot read micrograph: TIFF must store a strip, got none at byte 12 (a.tif)",
      ),
    );
    expect(spent).toBeLessThan(MOMENT_MS);
  });

  test("is refused where a strip has a place and no bytes: damage is no black", async () => {
    const bytes = tiffOfEntries([page(2, 2, { offsets: [8, 10], counts: [2, 0] })], data);
    await expect(readMicrograph(bytes, "a.tif")).rejects.toThrow(
      "Cannot read micrograph: TIFF strip 1 must have bytes, got 0 at byte 10 (a.tif)",
    );
  });

  test("tells the strips that a sparse file leaves out", async () => {
    const bytes = tiffOfEntries([page(2, 2, { offsets: [8, 0], counts: [2, 0] })], data);
    const { values, warnings } = await readMicrograph(bytes, "a.tif");
    expect([...values]).toEqual([1, 2, 0, 0]);
    expect(warnings).toContain("1 of 2 strips are not in the file: their pixels are 0");
  });

  test("is refused for a predictor that is not undone", async () => {
    const fields = page(2, 2, { offsets: [8], counts: [4] });
    const deflated = fields.map((field): TiffField => (field[0] === 259 ? [259, 3, [8]] : field));
    const bytes = tiffOfEntries([[...deflated, [317, 3, [7]]]], data);
    await expect(readMicrograph(bytes, "a.tif")).rejects.toThrow("TIFF predictor must be 1, 2 or 3, got 7");
  });
});

describe("a TIFF whose lists cost more than its bytes", () => {
  test("has only the first value of a long tag read, in each of 600 pages", async () => {
    const one = page(4, 4, { offsets: [8], counts: [16] });
    const fields: TiffField[] = [[254, 4, Array.from({ length: 40_000 }, () => 0)], ...one];
    const bytes = tiffOfEntries([fields], new Uint8Array(16));
    const pages = tiffOfEntries(
      Array.from({ length: 600 }, () => fields),
      new Uint8Array(16),
    );
    const whole = await cpuMs(() => readMicrograph(bytes, "a.tif"));
    const spent = await cpuMs(async () => {
      expect((await readMicrograph(pages, "a.tif")).axes[0].size).toBe(600);
    });
    expect(spent - whole).toBeLessThan(MOMENT_MS);
  });

  test("is refused where it declares more strips than it has bytes", async () => {
    const fields = page(1, 4e9, { offsets: [8], counts: [4] });
    const bytes = tiffOfEntries([fields.with(7, [278, 4, [1]])], new Uint8Array(4));
    await expect(readMicrograph(bytes, "a.tif")).rejects.toThrow(
      "must have fewer strips or tiles, got 4000000000",
    );
  });

  test("is refused where directories overlap", async () => {
    const bytes = Buffer.alloc(4096);
    bytes.set([0x49, 0x49, 42, 0, 8, 0, 0, 0]);
    // each directory has 100 entries and says that the next begins two bytes on
    for (let at = 8; at < 2000; at += 2) bytes.writeUInt16LE(100, at);
    for (let at = 8; at < 2000; at += 2) {
      const link = at + 2 + 1200;
      if (link >= 2000 || link % 4 === 2) bytes.writeUInt32LE(at + 2, link);
    }
    await expect(readMicrograph(bytes, "a.tif")).rejects.toThrow(/^Cannot read micrograph: TIFF /);
  });
});

describe("text of a file", () => {
  const blanks = " ".repeat(200_000);

  test("of FEI and Olympus is parsed in time that grows with its length", async () => {
    const text = `[a]${blanks}b\n${blanks}x${blanks}y\n[s]\nk = v = w \n;c = 1\n n=2`;
    const spent = await cpuMs(() => expect(parseIni(text)).toEqual({ "s.k": "v = w", "s.n": 2 }));
    expect(spent).toBeLessThan(MOMENT_MS);
  });

  test("of XML elements is found in time that grows with its length", async () => {
    const spent = await cpuMs(() => expect(xmlText("<Mode".repeat(200_000), "Mode")).toBe(""));
    expect(spent).toBeLessThan(MOMENT_MS);
    expect(xmlText('<a><Mode x="1"> MAG </Mode><Mode>b</Mode></a>', "Mode")).toBe("MAG");
  });
});

describe("the memory budget", () => {
  test("refuses sizes before anything is allocated, with what was wanted, got, and a remedy", async () => {
    const png = Buffer.from(
      pngFile({ width: 1, height: 1, channels: 1, bitDepth: 8, samples: Uint8Array.of(7) }),
    );
    png.writeUInt32BE(30_000, 16);
    png.writeUInt32BE(30_000, 20);
    const read = () => withMemoryBudget(1e9, () => readMicrograph(png, "a.png"));
    await expect(read()).rejects.toThrow(
      "Cannot read micrograph: PNG must need at most 1 GB of memory, got 1.8 GB for 30000 x 30000 values (a.png); --max-memory GB allows more",
    );
  });

  test.each([
    ["NPY", () => encodeNpy({ data: new Float32Array(256), shape: [16, 16] })],
    ["TIFF", () => tiffOfEntries([page(16, 64, { offsets: [8], counts: [1024] })], new Uint8Array(1024))],
    ["JPEG", () => jpeg.encode({ width: 16, height: 16, data: new Uint8Array(1024) }).data],
    ["MRC", () => mrcOf(16, 16)],
  ])("is asked by the reader of %s", async (format, bytes) => {
    await readMicrograph(bytes(), "a");
    const read = () => withMemoryBudget(500, () => readMicrograph(bytes(), "a"));
    await expect(read()).rejects.toThrow(`${format} must need at most 5e-7 GB of memory, got`);
  });
});

/** A map of 32-bit floats, all zero. */
function mrcOf(width: number, height: number): Uint8Array {
  const bytes = Buffer.alloc(1024 + 4 * width * height);
  for (const [i, value] of [width, height, 1, 2].entries()) bytes.writeInt32LE(value, 4 * i);
  bytes.write("MAP ", 208, "latin1");
  return bytes;
}

describe("a SER series", () => {
  test("is refused where all its elements lie in one place, before they are read", async () => {
    const [count, side] = [30_000, 64];
    const element = 30 + 8 * count;
    const bytes = Buffer.alloc(element + 50 + side * side);
    bytes.set([0x49, 0x49, 0x97, 0x01, 0x20, 0x02]);
    bytes.writeUInt32LE(0x4122, 6);
    bytes.writeUInt32LE(count, 14);
    bytes.writeUInt32LE(count, 18);
    bytes.writeBigUInt64LE(30n, 22);
    for (let i = 0; i < count; i++) bytes.writeBigUInt64LE(BigInt(element), 30 + 8 * i);
    bytes.writeUInt16LE(1, element + 40);
    bytes.writeUInt32LE(side, element + 42);
    bytes.writeUInt32LE(side, element + 46);
    const spent = await cpuMs(() =>
      expect(readMicrograph(bytes, "a.ser")).rejects.toThrow(
        "must have elements that fit in it, got 30000 of 4096 bytes",
      ),
    );
    expect(spent).toBeLessThan(MOMENT_MS);
  });
});

describe("damage", () => {
  test("of a JPEG is told in the project's words, with the file", async () => {
    const { data } = jpeg.encode({ width: 16, height: 16, data: new Uint8Array(1024) });
    const bytes = Buffer.from(data);
    // the scan speaks of a component that the frame does not have
    bytes[bytes.indexOf(Buffer.from([0xff, 0xda])) + 5] = 99;
    await expect(readMicrograph(bytes, "a.jpg")).rejects.toThrow(
      "Cannot read micrograph: JPEG tables and scans must be whole, got damaged ones (a.jpg)",
    );
  });
});
