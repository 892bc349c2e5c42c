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
    // 33 scans of three components are 99
    const [head, scan] = [bytes.subarray(0, at), bytes.subarray(at, -2)];
    const repeated = (count: number) =>
      Buffer.concat([head, ...Array.from({ length: count }, () => scan), bytes.subarray(-2)]);
    expect(shapeOf(await readMicrograph(repeated(33), "scans.jpg"))).toEqual([16, 48, 3]);
    await expect(readMicrograph(repeated(34), "scans.jpg")).rejects.toThrow(
      /^Cannot read micrograph: JPEG must have at most 100 components in all its scans, got more at byte \d+ \(scans.jpg\)$/,
    );
  });
});
