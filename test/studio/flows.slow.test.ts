import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { pngFile } from "../../src/image/index.ts";
import { encodeTiff, readImageFile } from "../../src/micrograph/index.ts";
import { serveSite, type ServedSite } from "../../src/studio/index.ts";
import { CHROMIUM_PATH } from "../helpers/chromium.ts";
import { sampleFile } from "../helpers/studio-sample.ts";
import { downloaded, openStudio, PATIENCE_MS, useStudioPage } from "../helpers/studio-page.ts";
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

/** The sample turned by a quarter: another image of the same powder. */
async function writeTurned(from: string, to: string): Promise<void> {
  const { image } = await readImageFile(from);
  const { width, height } = image;
  const data = image.data.map(
    (_, i) => image.data[(i % width) * width + (height - 1 - Math.floor(i / width))],
  );
  writeFileSync(to, encodeTiff([{ ...image, data }]));
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

const countOf = async (page: Page) =>
  Number(/^(\d+) particles/.exec((await page.locator(".particles [role=status]").textContent()) ?? "")?.[1]);

describe.skipIf(CHROMIUM_PATH === null)("what can be done in the studio", () => {
  const opened = useStudioPage();
  let served: ServedSite;
  const pages = new Map<string, OpenedStudio>();
  beforeAll(async () => {
    const { built, browser } = opened;
    served = await serveSite(built.site, 0);
    const known = await sampleFile(built, "known.tif");
    await writeTurned(known, join(built.scratch, "turned.tif"));
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

    test(
      "contrast is moved by keyboard, and stays in the address",
      async () => {
        const page = pageOf();
        const range = page.locator(".contrast .range");
        const before = await range.textContent();
        await page.getByRole("slider", { name: /^Brightest/ }).press("End");
        await expect.poll(() => range.textContent()).not.toBe(before);
        await expect.poll(() => decodeURIComponent(page.url())).toContain('"bright":0.1');
      },
      PATIENCE_MS,
    );

    test(
      "a circle shows its row and a row its circle; circles are dragged, added and deleted",
      async () => {
        const page = pageOf();
        await choose(page, path("known.tif"), path("turned.tif"));
        await page.locator('.sheet canvas[aria-label^="known.tif"]').waitFor();
        const row = page.locator(".particles tbody tr").first();
        await row.waitFor();
        const circle = page.locator("ellipse.particle[data-number='1']");
        await circle.dispatchEvent("pointerenter");
        await page.locator("tr.pointed[data-number='1']").waitFor();
        await page.locator(".particles tbody tr").nth(1).focus();
        await page.locator("ellipse.pointed[data-number='2']").waitFor();

        await page.getByRole("button", { name: "Correct by hand" }).click();
        const count = await countOf(page);
        const sheet = page.locator(".sheet svg.over");
        const [x, y] = await Promise.all(
          [1, 2].map(async (column) => Number(await row.locator("td").nth(column).textContent())),
        );
        await page.mouse.move(...(await placeOn(sheet, x / 512, y / 512)));
        await page.mouse.down();
        await page.mouse.move(...(await placeOn(sheet, (x + 6) / 512, y / 512)), { steps: 3 });
        await page.mouse.up();
        await page.locator(".particles [role=status]", { hasText: "corrected by hand" }).waitFor();
        const moved = page.locator(".particles tbody td", { hasText: "by hand" });
        await moved.first().waitFor();
        await page.mouse.click(...(await placeOn(sheet, 0.03, 0.03)));
        await expect.poll(() => countOf(page), { timeout: PATIENCE_MS }).toBe(count + 1);
        await page.locator(".particles tbody tr").last().press("Delete");
        await expect.poll(() => countOf(page), { timeout: PATIENCE_MS }).toBe(count);
        await page.getByRole("button", { name: "Back to what was found" }).press("Enter");
        await page.locator(".particles [role=status]", { hasText: "probability from" }).waitFor();
        await page.getByRole("button", { name: "Correct by hand" }).click();
      },
      PATIENCE_MS,
    );

    test(
      "images of one powder are ticked and pooled by keyboard; one table holds all, a paragraph says what was done",
      async () => {
        const page = pageOf();
        for (const name of ["known.tif", "turned.tif"]) {
          await page.getByRole("checkbox", { name: `Pool ${name} with others` }).press("Space");
        }
        await page.locator(".images .state", { hasText: "in distribution" }).nth(1).waitFor();
        await page.getByRole("button", { name: "Answer for the 2 ticked together" }).press("Enter");
        await page.locator(".pool [role=status]", { hasText: "Pooled over 2 images" }).waitFor();
        expect(await page.locator(".pool code").textContent()).toBe(
          "heterostem invert known.tif turned.tif --pooled",
        );
        const table = (await downloaded(page, "One table of all images, CSV")).bytes.toString();
        const named = new Set(table.split("\n").map((line) => line.split(",")[0]));
        expect([...named]).toEqual(expect.arrayContaining(["known.tif", "turned.tif"]));
        await page.getByText("Paragraph for the methods section").press("Enter");
        const { sha256 } = await readImageFile(path("known.tif"));
        const methods = page.locator("details code");
        expect(await methods.textContent()).toContain(sha256);
        expect(await methods.textContent()).toContain("heterostem 0.0.0-test");
      },
      PATIENCE_MS,
    );

    test(
      "results are files: CSV with units, JSON, regions and PNG",
      async () => {
        const page = pageOf();
        const csv = (await downloaded(page, "Estimates, CSV")).bytes.toString();
        expect(csv).toMatch(/mean radius, WO3 \[nm\]/);
        const png = await downloaded(page, "What is seen, PNG");
        expect([png.name, png.bytes.toString("latin1", 1, 4)]).toEqual(["known.png", "PNG"]);
        const zip = await downloaded(page, "Regions for ImageJ");
        expect([zip.name, zip.bytes.toString("latin1", 0, 2)]).toEqual(["known-RoiSet.zip", "PK"]);
      },
      PATIENCE_MS,
    );

    test(
      "the model is played with by mouse, and its address brings it back",
      async () => {
        const page = pageOf();
        await page.getByRole("button", { name: "Play with the model" }).click();
        const view = page.locator(".aggregate .view");
        await view.waitFor();
        await page.getByRole("button", { name: "Next aggregate" }).click();
        const slider = page.getByRole("slider", { name: "particles" });
        await page.mouse.click(...(await placeOn(slider, 0.5, 0.5)));
        const typed = page.getByRole("spinbutton", { name: "particles, typed" });
        const count = await typed.inputValue();
        expect(Number(count)).toBeLessThan(60);
        await expect
          .poll(() => view.getAttribute("aria-label"), { timeout: PATIENCE_MS })
          .toContain(`of ${count} particles`);
        await page.getByRole("checkbox", { name: /^contacts/ }).check();
        await expect.poll(() => decodeURIComponent(page.url())).toContain('"seed":2');
        await page.reload();
        await expect
          .poll(() => view.getAttribute("aria-label"), { timeout: PATIENCE_MS })
          .toContain(`of ${count} particles`);
        expect(await page.getByRole("spinbutton", { name: "seed", exact: true }).inputValue()).toBe("2");
      },
      PATIENCE_MS,
    );

    test(
      "the aggregate turns by the arrow keys, and Page Down tells of its particles",
      async () => {
        const page = pageOf();
        const view = page.locator(".aggregate .view");
        const seen = () => view.locator("canvas").screenshot();
        await view.focus();
        const before = await seen();
        await view.press("ArrowRight");
        expect((await seen()).equals(before)).toBe(false);
        await page.getByRole("button", { name: "As the beam sees it" }).press("Enter");
        await view.press("PageDown");
        await page.locator(".aggregate .toolbar", { hasText: /radius/ }).waitFor();
      },
      PATIENCE_MS,
    );

    test("nothing was asked of anybody, and no error was written", () => {
      expect([pages.get(where)?.errors, pages.get(where)?.foreign]).toEqual([[], []]);
    });
  });
});
