import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import {
  encodeNpy,
  frameImage,
  isLargePicture,
  openBands,
  pictureFacts,
  readMicrographFile,
} from "../../src/micrograph/index.ts";
import { bandsInMemory, surveyBands } from "../../src/micrograph/survey-bands.ts";

const FIXTURES = resolve(import.meta.dirname, "../fixtures/micrograph");
const scratch = mkdtempSync(join(tmpdir(), "heterostem-bands-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const saved = (name: string, bytes: Uint8Array) => {
  writeFileSync(join(scratch, name), bytes);
  return join(scratch, name);
};

/** All values of a file, read in bands of a few rows. */
async function byBands(path: string): Promise<number[] | null> {
  const opened = await openBands(path, {}, () => true);
  if (opened === null) return null;
  const sizeOf = (wanted: string) => opened.micrograph.axes.find(({ name }) => name === wanted)?.size ?? 1;
  const frames = opened.micrograph.axes
    .filter(({ name }) => name === "frame")
    .reduce((product, { size }) => product * size, 1);
  const values: number[] = [];
  for (let frame = 0; frame < frames; frame++) {
    for (let firstRow = 0; firstRow < sizeOf("y"); firstRow += 7) {
      const rowCount = Math.min(7, sizeOf("y") - firstRow);
      for (const value of (await opened.band(frame, { firstRow, rowCount })).values) values.push(value);
    }
  }
  opened.close();
  return values;
}

const tiffs = readdirSync(join(FIXTURES, "tiff"))
  .filter((name) => name.endsWith(".tif"))
  .map((name) => join(FIXTURES, "tiff", name));
const halves = encodeNpy({ data: Float32Array.from({ length: 600 }, (_, i) => i / 3), shape: [2, 20, 15] });

describe("openBands()", () => {
  test.each([...tiffs, saved("stack.npy", halves)])(
    "gives in bands what the reader gives whole, or leaves palettes and turned pictures to it: %s",
    async (path) => {
      const whole = [...(await readMicrographFile(path)).values];
      expect((await byBands(path)) ?? whole).toEqual(whole);
    },
  );

  test("reads most TIFF variants so", async () => {
    const read = await Promise.all(tiffs.map(byBands));
    expect(read.filter((values) => values !== null).length).toBeGreaterThan(0.8 * tiffs.length);
  });
});

describe("surveyBands()", () => {
  test("of a picture beyond four megapixels gives means over squares, and the statistics of every value", async () => {
    const [width, height] = [3001, 2003];
    const data = Float32Array.from({ length: width * height }, (_, i) => (i * 7919) % 1000);
    const micrograph = await readMicrographFile(
      saved("large.npy", encodeNpy({ data, shape: [height, width] })),
    );
    const { statistics, reduced, step } = await surveyBands(bandsInMemory(micrograph), 0);
    expect([step, reduced.width, reduced.height]).toEqual([2, 1501, 1002]);
    const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
    expect(statistics.mean).toBeCloseTo(mean, 9);
    const at = (x: number, y: number) => data[y * width + x];
    const square = (at(10, 20) + at(11, 20) + at(10, 21) + at(11, 21)) / 4;
    expect(reduced.data[10 * 1501 + 5]).toBeCloseTo(square, 4);
    // the last column and row are half squares
    expect(reduced.data[10 * 1501 + 1500]).toBeCloseTo((at(3000, 20) + at(3000, 21)) / 2, 4);
    expect(reduced.data.at(-1)).toBeCloseTo(at(3000, 2002), 4);
  });
});

describe("pictureFacts() of a large picture", () => {
  test("reads its scale bar in the reduced picture, in pixels of the whole", async () => {
    const small = frameImage(await readMicrographFile(join(FIXTURES, "scale-bars/500-nm-125-px.png")));
    const factor = 16;
    const [width, height] = [small.width * factor, small.height * factor];
    const data = new Float32Array(width * height);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        data[y * width + x] = small.data[Math.floor(y / factor) * small.width + Math.floor(x / factor)];
      }
    }
    const path = saved("bar.npy", encodeNpy({ data, shape: [height, width] }));
    const opened = await openBands(path, {}, isLargePicture);
    if (opened === null) throw new Error("must be read in bands");
    const { scaleBar, step } = await pictureFacts(opened, 0);
    opened.close();
    expect(step).toBeGreaterThan(1);
    expect(scaleBar?.label).toBe("500 nm");
    // 500 nm on 125 px of the small picture; a square of the size in which it is read is the error at either end
    expect(Math.abs((scaleBar?.lengthPx ?? 0) - 125 * factor)).toBeLessThanOrEqual(2 * 4 * step);
  });
});

test("a file that is not wanted in bands is not read for its SHA-256", async () => {
  const path = saved("small.npy", halves);
  expect(await openBands(path, {}, isLargePicture)).toBeNull();
  expect(readFileSync(path).length).toBe(halves.length);
});
