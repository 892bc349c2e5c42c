import fc from "fast-check";
import jpeg from "jpeg-js";
import { crc32 } from "node:zlib";
import { describe, expect, test } from "vitest";
import { orientPixels, swapsAxes } from "../../src/image/index.ts";
import { orientPoint } from "../../src/image/orientation.ts";
import type { Orientation } from "../../src/image/index.ts";
import { encodePng16, frameImage, readMicrograph } from "../../src/micrograph/index.ts";
import { smallTiff } from "../helpers/small-tiff.ts";

/** [tiff6] on tag 274: what a picture stored as a b c / d e f shows. */
const SHOWN: Readonly<Record<Orientation, readonly string[]>> = {
  1: ["abc", "def"],
  2: ["cba", "fed"],
  3: ["fed", "cba"],
  4: ["def", "abc"],
  5: ["ad", "be", "cf"],
  6: ["da", "eb", "fc"],
  7: ["fc", "eb", "da"],
  8: ["cf", "be", "ad"],
};
const ALL = Object.entries(SHOWN).map(([number, rows]) => [Number(number) as Orientation, rows] as const);
const LETTERS = [..."abcdef"].map((letter) => letter.charCodeAt(0));
const rowsOf = (data: ArrayLike<number>, width: number) =>
  Array.from({ length: data.length / width }, (_, y) =>
    String.fromCharCode(...Array.from({ length: width }, (_unused, x) => data[y * width + x])),
  );

/** A TIFF that says how it is turned: whole, or without pixels as EXIF data are. */
const tiff = (orientation: Orientation) =>
  smallTiff([{ width: 3, height: 2, pixels: LETTERS, tags: [[274, 3, [orientation]]] }]);

function pngChunk(type: string, body: Uint8Array): Buffer {
  const chunk = Buffer.concat([Buffer.alloc(4), Buffer.from(type, "latin1"), body, Buffer.alloc(4)]);
  chunk.writeUInt32BE(body.length, 0);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), chunk.length - 4);
  return chunk;
}

function pngWithExif(orientation: Orientation): Buffer {
  const data = Float32Array.from(LETTERS);
  const png = encodePng16({ width: 3, height: 2, data, intensityUnit: "arbitrary", pixelSizeNm: 0.5 });
  const afterHeader = 8 + 25;
  const [head, rest] = [png.subarray(0, afterHeader), png.subarray(afterHeader)];
  return Buffer.concat([head, pngChunk("eXIf", tiff(orientation)), rest]);
}

/** A JPEG of 16 x 8 px with a bright left upper block of 8 x 8, and EXIF data in front. */
function jpegWithExif(orientation: Orientation): Buffer {
  const data = new Uint8Array(16 * 8 * 4).map((_, i) => (i % 4 === 3 || (i >> 2) % 16 < 8 ? 255 : 0));
  const plain = jpeg.encode({ width: 16, height: 8, data }, 90).data;
  const exif = Buffer.concat([Buffer.from("Exif\0\0", "latin1"), tiff(orientation)]);
  const marker = Buffer.from([0xff, 0xe1, 0, 0]);
  marker.writeUInt16BE(exif.length + 2, 2);
  return Buffer.concat([plain.subarray(0, 2), marker, exif, plain.subarray(2)]);
}

describe("a picture with an orientation is shown as the standard says", () => {
  test.each(ALL)("in a TIFF: %d", async (orientation, rows) => {
    const micrograph = await readMicrograph(tiff(orientation), "a.tif");
    const { data, width } = frameImage(micrograph);
    expect(rowsOf(data, width)).toEqual(rows);
    expect(micrograph.warnings.join()).toMatch(
      orientation === 1 ? /^$/ : new RegExp(`as the file asks \\(orientation ${orientation}\\)`),
    );
  });

  test.each(ALL)("in a PNG: %d", async (orientation, rows) => {
    const { data, width, pixelSizeNm } = frameImage(await readMicrograph(pngWithExif(orientation), "a.png"));
    expect(rowsOf(data, width)).toEqual(rows);
    expect(pixelSizeNm).toBe(0.5);
  });

  test("in a JPEG of a camera held upright: the left of the sensor is above", async () => {
    const { data, width, height } = frameImage(await readMicrograph(jpegWithExif(6), "a.jpg"));
    expect([width, height]).toEqual([8, 16]);
    // the quantised block averages are exact to a grey level or two
    expect(data[3 * 8 + 4]).toBeGreaterThan(250);
    expect(data[12 * 8 + 4]).toBeLessThan(5);
  });

  test("and not turned by damaged EXIF data", async () => {
    const bytes = jpegWithExif(6);
    bytes.write("XX", bytes.indexOf("II*\0"), "latin1");
    expect(frameImage(await readMicrograph(bytes, "a.jpg")).width).toBe(16);
  });
});

describe("orientPoint()", () => {
  const OPPOSITE: Readonly<Record<Orientation, Orientation>> = {
    1: 1,
    2: 2,
    3: 3,
    4: 4,
    5: 5,
    6: 8,
    7: 7,
    8: 6,
  };

  test("moves the middle of a pixel to where orientPixels() moves the pixel, and back", () => {
    const size = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(
        fc.constantFrom(...ALL.map(([o]) => o)),
        size,
        size,
        fc.nat(),
        (orientation, width, height, n) => {
          const index = n % (width * height);
          const mask = new Uint8Array(width * height);
          mask[index] = 1;
          const stored: [number, number] = [(index % width) + 0.5, Math.floor(index / width) + 0.5];
          const [x, y] = orientPoint(stored, orientation, { width, height });
          const shown = swapsAxes(orientation) ? { width: height, height: width } : { width, height };
          const turned = orientPixels(mask, orientation, { width, height });
          expect(turned.indexOf(1)).toBe(Math.floor(y) * shown.width + Math.floor(x));
          expect(orientPoint([x, y], OPPOSITE[orientation], shown)).toEqual(stored);
        },
      ),
    );
  });
});
