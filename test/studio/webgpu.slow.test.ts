import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { frameImage, readMicrograph } from "../../src/micrograph/index.ts";
import { CHROMIUM_PATH } from "../helpers/chromium.ts";
import {
  buildStudio,
  downloaded,
  launchChromium,
  openStudio,
  PATIENCE_MS,
  SOFTWARE_WEBGPU_FLAGS,
  type BuiltStudio,
} from "../helpers/studio-page.ts";

const HASH = "#model";
const trialOf = (page: Page) => page.locator("#renderer-trial", { hasNotText: "Looking" }).textContent();
const imageOf = async (page: Page) =>
  frameImage(await readMicrograph((await downloaded(page, "Image, TIFF")).bytes, "own.tif"));

describe.skipIf(CHROMIUM_PATH === null)("the model of the studio", () => {
  let built: BuiltStudio;
  beforeAll(async () => {
    built = await buildStudio();
  }, PATIENCE_MS);
  afterAll(() => built?.remove());

  const opened = async (flags: readonly string[], use: (page: Page) => Promise<void>) => {
    const browser: Browser = await launchChromium(flags);
    try {
      const address = pathToFileURL(join(built.folder, "index.html")).href + HASH;
      const { page, errors, foreign } = await openStudio(browser, address);
      await use(page);
      expect([errors, foreign]).toEqual([[], []]);
    } finally {
      await browser.close();
    }
  };

  test(
    "is imaged by the gpu.js kernel on WebGPU as by the splat, under the page's own policy",
    () =>
      opened(SOFTWARE_WEBGPU_FLAGS, async (page) => {
        const told = (await trialOf(page)) ?? "";
        const [, deviation] = /agree within ([\d.e-]+) of each pixel/.exec(told) ?? [];
        // the bound of docs/decisions/projection-kernels.md
        expect(Number(deviation)).toBeLessThan(1e-4);
        expect(told).toContain("swiftshader");
        const select = page.getByRole("combobox", { name: "Image by" });
        await select.selectOption("cpu");
        await page.locator(".status", { hasText: "on the CPU by the splat" }).waitFor();
        const splat = await imageOf(page);
        await select.selectOption("webgpu");
        await page.locator(".status", { hasText: "on WebGPU by the gpu.js kernel" }).waitFor();
        expect(await page.locator("code", { hasText: "heterostem simulate" }).textContent()).toContain(
          "--renderer gpu",
        );
        const kernel = await imageOf(page);
        // expected shares differ by 1e-5, which moves one Poisson draw in some ten thousand by one electron
        const moved = kernel.data.filter((share, pixel) => share !== splat.data[pixel]).length;
        expect(moved / kernel.data.length).toBeLessThan(1e-3);
        const electron = 1 / 3000;
        const worst = kernel.data.reduce(
          (most, share, pixel) => Math.max(most, Math.abs(share - splat.data[pixel])),
          0,
        );
        expect(worst).toBeLessThan(1.01 * electron);
      }),
    PATIENCE_MS,
  );

  test(
    "says so where WebGPU finds no graphics processor, and is imaged by the splat",
    () =>
      opened([], async (page) => {
        expect(await trialOf(page)).toBe("No kernel on WebGPU: WebGPU finds no graphics processor here.");
        await page.locator(".status", { hasText: "on the CPU by the splat" }).waitFor();
        expect(await page.locator("option[value=webgpu]").isDisabled()).toBe(true);
      }),
    PATIENCE_MS,
  );
});
