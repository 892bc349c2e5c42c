import { deflateRawSync, deflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { pngChunk, pngFile } from "../../src/image/index.ts";
import { CHROMIUM_PATH } from "../helpers/chromium.ts";
import { PATIENCE_MS, useStudioPage } from "../helpers/studio-page.ts";

/** Names that try to become a script. */
const NAMES = [
  "<img src=x onerror=window.executed=true>.png",
  '"><svg onload=window.executed=true>.png',
  "'-window.executed=true-'.png",
  "\u202e<script>window.executed=true<script>.png",
];

const size = { width: 48, height: 48, channels: 1, bitDepth: 8 } as const;

/** Noise, with a script where writers put their comments. */
function picture(): Buffer {
  const samples = Uint8Array.from({ length: 48 * 48 }, (_, i) => (i * i * 31 + i * 7) % 251);
  const comment = Buffer.from("Comment\0</script><img src=x onerror=window.executed=true>", "latin1");
  return Buffer.from(pngFile({ ...size, samples }, { chunks: [pngChunk("tEXt", comment)] }));
}

const zeros = () => Buffer.alloc(5e8);

/** A PNG of 48 x 48 px whose half a megabyte of pixels unpacks to 500 MB. */
function bombInPng(): Buffer {
  const whole = picture();
  const at = whole.indexOf("IDAT") - 4;
  const packed = pngChunk("IDAT", deflateSync(zeros(), { level: 9 }));
  return Buffer.concat([whole.subarray(0, at), packed, pngChunk("IEND", Buffer.alloc(0))]);
}

/** The first file of a ZIP, the same size unpacked. */
function zipBomb(): Buffer {
  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x04034b50, 0);
  head.writeUInt16LE(8, 8);
  return Buffer.concat([head, deflateRawSync(zeros(), { level: 9 })]);
}

describe.skipIf(CHROMIUM_PATH === null)("what is dropped into the studio", () => {
  const opened = useStudioPage();

  const dropped = async (name: string, buffer: Buffer) => {
    await opened.page.locator("input[type=file]").setInputFiles({ name, mimeType: "image/png", buffer });
    const shown = opened.page.locator(`.sheet canvas, .unread .failure`).first();
    await shown.waitFor();
    const text = (await shown.textContent()) || (await shown.getAttribute("aria-label")) || "";
    await opened.page
      .getByRole("button", { name: /^Remove / })
      .first()
      .click();
    return text;
  };
  const executed = () => opened.page.evaluate(() => "executed" in globalThis);

  test.each(NAMES)(
    "runs no script that it is called: %j",
    async (name) => {
      expect(await dropped(name, picture())).toContain(name.trim());
      expect(await executed()).toBe(false);
    },
    PATIENCE_MS,
  );

  test(
    "may be a bomb: it is refused in words, and the page goes on",
    async () => {
      expect(await dropped("bomb.png", bombInPng())).toContain(
        "PNG pixels must inflate to 2352 bytes, got more",
      );
      expect(await dropped("bomb.tif", zipBomb())).toContain("file must be");
      expect(await dropped("fine.png", picture())).toContain("fine.png");
      expect(await executed()).toBe(false);
      expect([opened.errors, opened.foreign]).toEqual([[], []]);
    },
    PATIENCE_MS,
  );
});
