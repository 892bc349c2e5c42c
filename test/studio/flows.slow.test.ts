import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { pngFile } from "../../src/image/index.ts";
import { serveSite, type ServedSite } from "../../src/studio/index.ts";
import { CHROMIUM_PATH } from "../helpers/chromium.ts";
import { openStudio, PATIENCE_MS, useStudioPage } from "../helpers/studio-page.ts";
import type { OpenedStudio } from "../helpers/studio-page.ts";

/** Edge of the picture without a pixel size, least grey levels of its left and right half, and the range of their noise: a flat half would be cut off as blank. */
const [EDGE, DARK, BEAM, NOISE] = [96, 20, 180, 41];

/** A detector's map: half of it without beam, half with all of it. */
function halves(): Buffer {
  const rng = openRandomStream("halves");
  const samples = Uint8Array.from(
    { length: EDGE * EDGE },
    (_, i) => (i % EDGE < EDGE / 2 ? DARK : BEAM) + Math.floor(NOISE * rng.uniform()),
  );
  return Buffer.from(pngFile({ width: EDGE, height: EDGE, channels: 1, bitDepth: 8, samples }));
}

/** A place of the image on the screen, as shares of its edges. */
async function placeOn(sheet: Locator, x: number, y: number): Promise<readonly [number, number]> {
  await sheet.scrollIntoViewIfNeeded();
  const box = await sheet.boundingBox();
  if (box === null) throw new Error("the image must be seen, got none");
  return [box.x + x * box.width, box.y + y * box.height];
}

/** Chooses files as somebody with a keyboard does. */
async function choose(page: Page, ...paths: string[]): Promise<void> {
  const waiting = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "choose files" }).press("Enter");
  await (await waiting).setFiles(paths);
}

describe.skipIf(CHROMIUM_PATH === null)("what can be done in the studio", () => {
  const opened = useStudioPage();
  let served: ServedSite;
  const pages = new Map<string, OpenedStudio>();
  beforeAll(async () => {
    const { built, browser } = opened;
    served = await serveSite(built.site, 0);
    writeFileSync(join(built.scratch, "halves.png"), halves());
    pages.set("a disk", await openStudio(browser, pathToFileURL(join(built.folder, "index.html")).href));
    pages.set("the local server", await openStudio(browser, served.address));
  }, PATIENCE_MS);
  afterAll(() => served?.close());

  describe.each(["a disk", "the local server"])("from %s", (where) => {
    const pageOf = () => pages.get(where)?.page as Page;
    const path = (name: string) => join(opened.built.scratch, name);

    test(
      "a line drawn along a scale bar by mouse gives the pixel size",
      async () => {
        const page = pageOf();
        await choose(page, path("halves.png"));
        const sheet = page.locator(".sheet svg.over");
        await page.getByRole("button", { name: "Draw along a scale bar" }).click();
        await page.mouse.move(...(await placeOn(sheet, 0.25, 0.5)));
        await page.mouse.down();
        await page.mouse.move(...(await placeOn(sheet, 0.75, 0.5)), { steps: 4 });
        await page.mouse.up();
        // half of the picture is 24 nm long
        const field = page.getByLabel(/^The line of/);
        const [, drawnPx] = /of ([\d.]+) px/.exec((await field.locator("..").textContent()) ?? "") ?? [];
        expect(Math.abs(Number(drawnPx) - EDGE / 2)).toBeLessThan(1);
        await field.fill("24");
        await field.press("Enter");
        await page.locator(".source", { hasText: "by hand" }).waitFor();
        const size = Number(await page.getByLabel("nm per pixel").inputValue());
        expect(Math.abs(size - 24 / Number(drawnPx))).toBeLessThan(0.002);
      },
      PATIENCE_MS,
    );

    test(
      "grey levels of vacuum and full beam are picked by mouse, corrected by keyboard, and said to the command",
      async () => {
        const page = pageOf();
        await page.getByText("Absolute intensities").press("Enter");
        const sheet = page.locator(".sheet svg.over");
        for (const [label, at, level] of [
          ["Vacuum: none of the beam", 0.25, DARK],
          ["Full beam", 0.75, BEAM],
        ] as const) {
          const field = page.getByRole("textbox", { name: label });
          await page
            .locator(".level", { has: field })
            .getByRole("button", { name: "Pick on the image" })
            .click();
          await page.mouse.click(...(await placeOn(sheet, at, 0.5)));
          // the mean of 81 pixels of even noise: four standard deviations
          await expect.poll(() => field.inputValue()).not.toBe("");
          const picked = Number(await field.inputValue());
          expect(Math.abs(picked - level - (NOISE - 1) / 2)).toBeLessThan((4 * NOISE) / Math.sqrt(12 * 81));
          await field.fill(String(level));
        }
        await page.getByRole("textbox", { name: "Full beam" }).press("Enter");
        await page
          .locator(".results code", { hasText: `heterostem invert halves.png --pixel-size` })
          .filter({ hasText: `--beam-levels ${DARK},${BEAM}` })
          .waitFor();
      },
      PATIENCE_MS,
    );

    test("nothing was asked of anybody, and no error was written", () => {
      expect([pages.get(where)?.errors, pages.get(where)?.foreign]).toEqual([[], []]);
    });
  });
});
