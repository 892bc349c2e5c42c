import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import jpeg from "jpeg-js";
import { describe, expect, test } from "vitest";
import { frameImage, readMicrograph, shapeOf } from "../../src/micrograph/index.ts";

function encoded(width: number, height: number): Uint8Array {
  const data = new Uint8Array(width * height * 4).map((_, i) => (i % 4 === 3 ? 255 : (i >> 2) % width));
  return jpeg.encode({ width, height, data }, 95).data;
}

/** Overwrites the height and width in the frame header. */
function withFrameSize(bytes: Uint8Array, height: number, width: number): Uint8Array {
  const copy = Buffer.from(bytes);
  const at = copy.indexOf(Buffer.from([0xff, 0xc0]));
  copy.writeUInt16BE(height, at + 5);
  copy.writeUInt16BE(width, at + 7);
  return copy;
}

const FOLDER = join(import.meta.dirname, "../fixtures/micrograph/jpeg");
const NAMES = readdirSync(FOLDER).filter((name) => name.endsWith(".jpg"));

describe("readMicrograph() of a JPEG by another writer", () => {
  test.each(NAMES)("gives the pixels that Pillow reads from %s", async (name) => {
    const read = await readMicrograph(readFileSync(join(FOLDER, name)), name);
    const beside = readFileSync(join(FOLDER, name.replace(".jpg", ".json")), "utf8");
    const { shape, values } = JSON.parse(beside) as { shape: number[]; values: string };
    expect(shapeOf(read)).toEqual(shape);
    const wanted = Buffer.from(values, "base64");
    const errors = Array.from(wanted, (value, i) => Math.abs(value - read.values[i]));
    // the same library, but for four inks: another decoder rounds its products of ink and black otherwise
    expect(Math.max(...errors)).toBeLessThanOrEqual(name === "inks.jpg" ? 2 : 0);
  });

  test.each(["grey.jpg", "colour-420-progressive.jpg", "inks.jpg"])("refuses %s cut short", async (name) => {
    const bytes = readFileSync(join(FOLDER, name));
    const cut = bytes.subarray(0, Math.floor(0.9 * bytes.length));
    await expect(readMicrograph(cut, name)).rejects.toThrow(
      `Cannot read micrograph: JPEG tables and scans must be whole, got damaged ones (${name})`,
    );
  });

  test("goes on reading after a damaged one", async () => {
    const bytes = readFileSync(join(FOLDER, "grey.jpg"));
    const read = () => readMicrograph(bytes, "grey.jpg");
    const before = await read();
    await expect(readMicrograph(bytes.subarray(0, 500), "cut.jpg")).rejects.toThrow("damaged ones");
    expect((await read()).values).toEqual(before.values);
  });

  test("reads many at once, each its own", async () => {
    const files = NAMES.flatMap((name) => [name, name]).map((name) => readFileSync(join(FOLDER, name)));
    const alone = [];
    for (const bytes of files) alone.push((await readMicrograph(bytes, "a.jpg")).values);
    const together = await Promise.all(files.map((bytes) => readMicrograph(bytes, "a.jpg")));
    expect(together.map(({ values }) => values)).toEqual(alone);
  });
});

describe("readMicrograph() of a JPEG", () => {
  test("reads colour as three channels and its luma as grey, without a pixel size", async () => {
    const read = await readMicrograph(encoded(48, 16), "ramp.jpg");
    expect(shapeOf(read)).toEqual([16, 48, 3]);
    const image = frameImage(read);
    expect(image.pixelSizeNm).toBeNull();
    // quality 95 quantises the low frequencies of a ramp by one or two grey levels
    expect(Math.abs(image.data[16 * 24 + 30] - ((16 * 24 + 30) % 48))).toBeLessThan(4);
  });

  test("refuses a header that promises more pixels than the bytes can hold, before allocating", async () => {
    const lying = withFrameSize(encoded(16, 16), 9000, 9000);
    await expect(readMicrograph(lying, "lying.jpg")).rejects.toThrow(
      /^Cannot read micrograph: JPEG of \d+ bytes/,
    );
  });

  test("refuses a truncated file with the offset", async () => {
    const cut = encoded(16, 16).subarray(0, 20);
    await expect(readMicrograph(cut, "cut.jpg")).rejects.toThrow(
      /^Cannot read micrograph: JPEG .*at byte \d+ \(cut.jpg\)$/,
    );
  });

  test("refuses scans that stand for more work than the bytes that they take", async () => {
    const bytes = Buffer.from(encoded(48, 16));
    const at = bytes.indexOf(Buffer.from([0xff, 0xda]));
    // 16 scans of three components are 48
    const [head, scan] = [bytes.subarray(0, at), bytes.subarray(at, -2)];
    const repeated = (count: number) =>
      Buffer.concat([head, ...Array.from({ length: count }, () => scan), bytes.subarray(-2)]);
    // these are counted and let through; the decoder knows that a baseline file has one
    await expect(readMicrograph(repeated(16), "scans.jpg")).rejects.toThrow("got damaged ones");
    await expect(readMicrograph(repeated(17), "scans.jpg")).rejects.toThrow(
      /^Cannot read micrograph: JPEG must have at most 50 components in all its scans, got more at byte \d+ \(scans.jpg\)$/,
    );
  });
});
