import { closeSync, openSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { deflateRawSync, deflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { pngChunk, pngFile } from "../../src/image/index.ts";
import { encodeNpy, readImageFile } from "../../src/micrograph/index.ts";
import { CHROMIUM_PATH } from "../helpers/chromium.ts";
import { PATIENCE_MS, useStudioPage } from "../helpers/studio-page.ts";
import { dmFile } from "../helpers/small-dm.ts";
import { mrcFile } from "../helpers/small-mrc.ts";
import { serFile } from "../helpers/small-ser.ts";
import { smallTiff } from "../helpers/small-tiff.ts";

const FIXTURES = join(import.meta.dirname, "../fixtures/micrograph");

const shorts = (values: readonly number[]) => Buffer.from(Int16Array.from(values).buffer);
const dm = (version: 3 | 4) =>
  dmFile({
    version,
    isLittleEndian: true,
    dataType: 1,
    element: 2,
    values: shorts([1, 2, 3, 4, 5, 6]),
  });

/** A file of each format that is made here, by name. */
const MADE = {
  "a.dm3": () => dm(3),
  "a.dm4": () => dm(4),
  "a.ser": () => serFile([[1, 2, 3, 4, 5, 6]], false),
  "a.mrc": () => mrcFile({ mode: 1, values: shorts([1, 2, 3, 4, 5, 6]) }),
  "a.npy": () => encodeNpy({ data: Float32Array.of(1, 2, 3, 4, 5, 6), shape: [2, 3] }),
} as const;
const KEPT = ["hdf5/frames.emd", "hdf5/stack.hspy", "jpeg/grey.jpg", "vendor-tiff/fei.tif"] as const;

/** Names that try to become a script. */
const NAMES = [
  "<img src=x onerror=window.executed=true>.png",
  '"><svg onload=window.executed=true>.png',
  "'-window.executed=true-'.png",
  "\u202e<script>window.executed=true<script>.png",
];

const SMALL = { width: 48, height: 48, channels: 1, bitDepth: 8 } as const;

/** Noise, with a script where writers put their comments. */
function picture(): Buffer {
  const samples = Uint8Array.from({ length: 48 * 48 }, (_, i) => (i * i * 31 + i * 7) % 251);
  const comment = Buffer.from("Comment\0</script><img src=x onerror=window.executed=true>", "latin1");
  return Buffer.from(pngFile({ ...SMALL, samples }, { chunks: [pngChunk("tEXt", comment)] }));
}

const zeros = () => Buffer.alloc(5e8);

/** A PNG of 48 x 48 px whose few megabytes of pixels unpack to 500 MB, and a ZIP whose first file does. */
function bombs(): { readonly png: Buffer; readonly zip: Buffer } {
  const packed = deflateRawSync(zeros(), { level: 1 });
  const whole = picture();
  const at = whole.indexOf("IDAT") - 4;
  // a zlib stream is the same with a header, and a checksum that nobody comes to
  const pixels = pngChunk("IDAT", Buffer.concat([Buffer.from("7801", "hex"), packed, Buffer.alloc(4)]));
  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x04034b50, 0);
  head.writeUInt16LE(8, 8);
  return {
    png: Buffer.concat([whole.subarray(0, at), pixels, pngChunk("IEND", Buffer.alloc(0))]),
    zip: Buffer.concat([head, packed]),
  };
}

/** A deflated TIFF of so many pixels that the page cannot hold it, in a megabyte or two: all of them are 0. */
function bomb(): Buffer {
  const edge = 16_384;
  const strip = deflateSync(Buffer.alloc(edge * edge), { level: 1 });
  const small = smallTiff([{ width: edge, height: edge, pixels: [0] }], strip);
  // compression, place and length of the strip: entries of 12 bytes with the value in the last four
  const entries = small.readUInt32LE(4) + 2;
  const set = (tag: number, value: number) => {
    for (let at = entries; at < small.length - 12; at += 12) {
      if (small.readUInt16LE(at) !== tag) continue;
      if (small.readUInt16LE(at + 2) === 3) small.writeUInt16LE(value, at + 8);
      else small.writeUInt32LE(value, at + 8);
      return;
    }
  };
  set(259, 8);
  set(273, 8);
  set(279, strip.length);
  return small;
}

/** An uncompressed TIFF of 16 bits and 10,240 x 10,240 px: 210 MB, of which the disk holds little. */
function writeLarge(path: string): void {
  const edge = 10_240;
  const header = smallTiff([{ width: edge, height: edge, pixels: [0] }]);
  const entries = header.readUInt32LE(4) + 2;
  for (let at = entries; at < header.length - 12; at += 12) {
    const tag = header.readUInt16LE(at);
    if (tag === 258) header.writeUInt16LE(16, at + 8);
    if (tag === 273) header.writeUInt32LE(4096, at + 8);
    if (tag === 279) header.writeUInt32LE(2 * edge * edge, at + 8);
  }
  const file = openSync(path, "w");
  writeSync(file, header);
  closeSync(file);
  truncateSync(path, 4096 + 2 * edge * edge);
}

describe.skipIf(CHROMIUM_PATH === null)("files that are dropped on the studio", () => {
  const opened = useStudioPage();

  const drop = async (path: string) => {
    const { page } = opened;
    const name = path.slice(path.lastIndexOf("/") + 1);
    await page.locator("input[type=file]").setInputFiles(path);
    await page
      .locator(`.sheet canvas[aria-label^="${name},"], .unread h2:text-is("${name}")`)
      .first()
      .waitFor();
    const refusal = page.locator(".unread .failure");
    return (await refusal.count()) > 0
      ? await refusal.textContent()
      : await page.locator(".sheet canvas").first().getAttribute("aria-label");
  };

  const files = [
    ...Object.entries(MADE).map(([name, make]) => {
      return { name, path: () => join(opened.built.scratch, name), make };
    }),
    ...KEPT.map((place) => ({ name: place, path: () => join(FIXTURES, place), make: null })),
  ];

  test.each(files)(
    "$name is read as the command reads it",
    async ({ path, make }) => {
      if (make !== null) writeFileSync(path(), make());
      const own = await readImageFile(path()).then(
        ({ image, name }) => `${name}, ${image.width} x ${image.height} px`,
        // axes of unlike steps are no image: page and command say so alike, but for flags and folders
        (cause: Error) => cause.message.slice(0, cause.message.indexOf(" (")),
      );
      expect((await drop(path()))?.slice(0, own.length)).toBe(own);
    },
    PATIENCE_MS,
  );

  test(
    "has a word for a megabyte that would be 268, and for an archive named .tif",
    async () => {
      const path = join(opened.built.scratch, "bomb.tif");
      const bytes = bomb();
      expect(bytes.length).toBeLessThan(6e6);
      writeFileSync(path, bytes);
      expect(await drop(path)).toContain(
        "image must have at most 16.8 million pixels in the page, got 268.4 million",
      );
      const archive = join(opened.built.scratch, "archive.tif");
      writeFileSync(archive, Buffer.from("504b0304140000000800", "hex"));
      expect(await drop(archive)).toContain("file must be");
    },
    PATIENCE_MS,
  );

  test(
    "says why 210 MB of a TIFF are too much for a page, and goes on",
    async () => {
      const path = join(opened.built.scratch, "large.tif");
      writeLarge(path);
      expect(await drop(path)).toContain(
        "Cannot read image: image must have at most 16.8 million pixels in the page, got 104.9 million",
      );
      await opened.page.getByRole("button", { name: "Remove large.tif" }).click();
      const fine = join(FIXTURES, "jpeg/grey.jpg");
      expect(await drop(fine)).toMatch(/^grey\.jpg, /);
    },
    PATIENCE_MS,
  );

  /** What is said of a file that lies in memory alone, which then goes. */
  const told = async (name: string, buffer: Buffer) => {
    await opened.page.locator("input[type=file]").setInputFiles({ name, mimeType: "image/png", buffer });
    // a name such as these is no pattern
    const open = opened.page.locator(".images li", {
      has: opened.page.getByText(name.trim(), { exact: true }),
    });
    await open.locator(".state", { hasNotText: "reading" }).waitFor();
    const shown = opened.page.locator(".sheet canvas, .unread .failure").first();
    await shown.waitFor();
    const text = (await shown.textContent()) || (await shown.getAttribute("aria-label")) || "";
    await open.locator(".remove").click();
    return text;
  };
  const executed = () => opened.page.evaluate(() => "executed" in globalThis);

  test.each(NAMES)(
    "runs no script that it is called: %j",
    async (name) => {
      expect(await told(name, picture())).toContain(name.trim());
      expect(await executed()).toBe(false);
    },
    PATIENCE_MS,
  );

  test(
    "may be a bomb: it is refused in words, and the page goes on",
    async () => {
      const { png, zip } = bombs();
      expect(await told("bomb.png", png)).toContain("PNG pixels must inflate to 2352 bytes, got more");
      expect(await told("bomb.zip", zip)).toContain("file must be");
      expect(await told("fine.png", picture())).toContain("fine.png");
      expect(await executed()).toBe(false);
    },
    PATIENCE_MS,
  );

  test("nothing is asked of anybody, and no error is written", () => {
    expect(opened.foreign).toEqual([]);
    expect(opened.errors).toEqual([]);
  });
});
