import { decode } from "fast-png";
import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { pngBytes } from "../../src/report/index.ts";

describe("pngBytes()", () => {
  for (const channels of [1, 3, 4] as const) {
    test(`writes ${channels} channels that another reader gives back to the last bit`, () => {
      const rng = openRandomStream(1, "png", channels);
      const [width, height] = [37, 23];
      const pixels = Uint8Array.from({ length: width * height * channels }, () => rng.integerBelow(256));
      const back = decode(pngBytes({ width, height, pixels, channels }), { checkCrc: true });
      expect([back.width, back.height, back.channels, back.depth]).toEqual([width, height, channels, 8]);
      expect(back.data).toEqual(pixels);
    });
  }
});
