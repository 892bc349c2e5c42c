import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { frameImage, readMicrograph } from "../../src/micrograph/index.ts";
import { findScaleBar } from "../../src/micrograph/scale-bar/find-scale-bar.ts";

const FIXTURES = join(import.meta.dirname, "../fixtures/micrograph/scale-bars");
const ZEISS = resolve(import.meta.dirname, "../../../shared/data/zeiss_sem_am_alloy/test_data");
const read = async (path: string) => frameImage(await readMicrograph(readFileSync(path), path));

const NM_PER_UNIT: Readonly<Record<string, number>> = { nm: 1, um: 1000 };

describe("findScaleBar()", () => {
  for (const name of readdirSync(FIXTURES)) {
    test(`reads length and label of ${name}`, async () => {
      const [, length, unit, pixels] = /^([\d.]+)-(nm|um)-(\d+)-px/.exec(name) ?? [];
      const bar = findScaleBar(await read(join(FIXTURES, name)));
      expect(bar?.lengthPx).toBe(Number(pixels));
      expect(bar?.pixelSizeNm).toBeCloseTo((Number(length) * NM_PER_UNIT[unit]) / Number(pixels), 10);
      expect(bar?.confidence).toBeGreaterThan(0.6);
    });
  }

  test.skipIf(!existsSync(ZEISS))(
    "gives the pixel size of a real Zeiss file that its tag states",
    async () => {
      const image = await read(join(ZEISS, "Along the build_20.tif"));
      const bar = findScaleBar(image);
      expect(bar?.label).toBe("2 µm");
      const stated = image.pixelSizeNm ?? NaN;
      expect(Math.abs((bar?.pixelSizeNm ?? NaN) / stated - 1)).toBeLessThan(bar?.relativeUncertainty ?? 0);
    },
  );

  test("finds none in an image without one", async () => {
    const image = await read(join(FIXTURES, "20-nm-200-px.png"));
    expect(
      findScaleBar({ ...image, height: 150, data: image.data.subarray(0, 150 * image.width) }),
    ).toBeNull();
  });
});
