import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { pngFile } from "../../src/image/index.ts";
import { encodeNpy } from "../../src/micrograph/index.ts";
import { serveSite, type ServedSite } from "../../src/studio/index.ts";
import { CHROMIUM_PATH } from "../helpers/chromium.ts";
import {
  buildStudio,
  downloaded,
  launchChromium,
  openStudio,
  PATIENCE_MS,
  pressed,
  type BuiltStudio,
  type OpenedStudio,
  type Press,
} from "../helpers/studio-page.ts";
import { smallImage } from "../helpers/studio-sample.ts";

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

/** Two frames of noise, the second twice as bright. */
function frames(): Uint8Array {
  const rng = openRandomStream("frames");
  const data = Float32Array.from(
    { length: 2 * EDGE * EDGE },
    (_, i) => (i < EDGE * EDGE ? 1 : 2) * rng.uniform(),
  );
  return encodeNpy({ data, shape: [2, EDGE, EDGE] });
}

/** A place of something on the screen, as shares of its edges. */
async function placeOn(seen: Locator, x: number, y: number): Promise<readonly [number, number]> {
  await seen.scrollIntoViewIfNeeded();
  const box = await seen.boundingBox();
  if (box === null) throw new Error("it must be seen, got none");
  return [box.x + x * box.width, box.y + y * box.height];
}

async function drag(
  page: Page,
  seen: Locator,
  from: readonly [number, number],
  to: readonly [number, number],
) {
  await page.mouse.move(...(await placeOn(seen, ...from)));
  await page.mouse.down();
  await page.mouse.move(...(await placeOn(seen, ...to)), { steps: 4 });
  await page.mouse.up();
}

/** Chooses files as somebody with a keyboard does. */
async function choose(page: Page, ...paths: string[]): Promise<void> {
  const waiting = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "choose files" }).press("Enter");
  await (await waiting).setFiles(paths);
}

/** Drops files as somebody with a mouse does. */
async function drop(page: Page, files: Readonly<Record<string, Uint8Array>>): Promise<void> {
  const given = Object.entries(files).map(([name, bytes]) => [name, Buffer.from(bytes).toString("base64")]);
  const transfer = await page.evaluateHandle((all) => {
    const made = new DataTransfer();
    for (const [name, base64] of all) {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      made.items.add(new File([bytes], name, { lastModified: 0 }));
    }
    return made;
  }, given);
  for (const type of ["dragover", "drop"]) await page.dispatchEvent("main", type, { dataTransfer: transfer });
}

/** What a canvas shows, pixel by pixel. */
const pixelsOf = (canvas: Locator): Promise<string> =>
  canvas.evaluate((element) => (element as HTMLCanvasElement).toDataURL());

/** Waits until something is no longer what it was. */
async function changed(now: () => Promise<unknown>, before: unknown): Promise<void> {
  await expect.poll(now, { timeout: PATIENCE_MS }).not.toEqual(before);
}

const both = ["click", "Enter"] as const;

/** HETEROSTEM_EVERY_PLACE=1 tries the page from a disk as well, in two minutes more; studio.slow.test.ts looks at it from there. */
const PLACES =
  process.env["HETEROSTEM_EVERY_PLACE"] === undefined ? ["the local server"] : ["a disk", "the local server"];

describe.skipIf(CHROMIUM_PATH === null)("what can be done in the studio", () => {
  let built: BuiltStudio;
  let browser: Awaited<ReturnType<typeof launchChromium>>;
  beforeAll(async () => {
    built = buildStudio();
    browser = await launchChromium();
    writeFileSync(join(built.scratch, "halves.png"), halves());
    writeFileSync(join(built.scratch, "frames.npy"), frames());
    writeFileSync(join(built.scratch, "b.tif"), smallImage(2));
  }, PATIENCE_MS);
  afterAll(async () => {
    await browser?.close();
    built?.remove();
  });

  describe.each(PLACES)("from %s", (where) => {
    let opened: OpenedStudio;
    let served: ServedSite | null = null;
    let page: Page;
    beforeAll(async () => {
      if (where === "the local server") served = await serveSite(built.site, 0);
      const address = served?.address ?? pathToFileURL(join(built.folder, "index.html")).href;
      opened = await openStudio(browser, address, { permissions: ["clipboard-read", "clipboard-write"] });
      page = opened.page;
    }, PATIENCE_MS);
    afterAll(async () => {
      await page?.context().close();
      await served?.close();
    });
    const path = (name: string) => join(built.scratch, name);
    const sheet = () => page.locator(".sheet svg.over");
    const rows = () => page.locator(".particles tbody tr");
    const status = () => page.locator(".particles [role=status]");
    const open = (name: string) => page.getByRole("button", { name: new RegExp(`^${name}`) }).click();

    test(
      "files are dropped and chosen, and one of several frames",
      async () => {
        await drop(page, { "a.tif": smallImage(1) });
        await page.locator('.sheet canvas[aria-label^="a.tif"]').waitFor();
        expect(await page.locator(".scale small").textContent()).toBe("metadata of the file");
        await choose(page, path("b.tif"), path("frames.npy"));
        await page.getByRole("button", { name: /^frames.npy/ }).press("Enter");
        const canvas = page.locator(".sheet canvas");
        await page.locator('.sheet canvas[aria-label^="frames.npy"]').waitFor();
        const [first, range] = [await pixelsOf(canvas), page.locator(".contrast .range")];
        const levels = await range.textContent();
        await page.getByRole("spinbutton", { name: /^Frame/ }).press("ArrowUp");
        await page.getByRole("spinbutton", { name: /^Frame/ }).press("Enter");
        await changed(() => range.textContent(), levels);
        expect(await pixelsOf(canvas)).not.toBe(first);
        await page.getByRole("button", { name: "Remove frames.npy" }).click();
      },
      PATIENCE_MS,
    );

    test(
      "a line drawn along a scale bar by mouse gives the pixel size, and a typed one does",
      async () => {
        await choose(page, path("halves.png"));
        await page.getByRole("button", { name: "Draw along a scale bar" }).click();
        await drag(page, sheet(), [0.25, 0.5], [0.75, 0.5]);
        // half of the picture is 24 nm long
        const field = page.getByLabel(/^The line of/);
        const [, drawnPx] = /of ([\d.]+) px/.exec((await field.locator("..").textContent()) ?? "") ?? [];
        expect(Math.abs(Number(drawnPx) - EDGE / 2)).toBeLessThan(1);
        await field.fill("24");
        await field.press("Enter");
        await page.locator(".source", { hasText: "by hand" }).waitFor();
        const size = page.getByLabel("nm per pixel");
        expect(Math.abs(Number(await size.inputValue()) - 24 / Number(drawnPx))).toBeLessThan(0.002);
        await size.fill("0.25");
        await size.press("Enter");
        await page.locator(".results code", { hasText: "--pixel-size 0.25" }).first().waitFor();
      },
      PATIENCE_MS,
    );

    test(
      "grey levels of vacuum and full beam are picked by mouse, corrected by keyboard, and said to the command",
      async () => {
        await page.getByText("Absolute intensities").press("Enter");
        for (const [label, at, level] of [
          ["Vacuum: none of the beam", 0.25, DARK],
          ["Full beam", 0.75, BEAM],
        ] as const) {
          const field = page.getByRole("textbox", { name: label });
          const own = page.locator(".level", { has: field });
          await own.getByRole("button", { name: "Pick on the image" }).click();
          await page.mouse.click(...(await placeOn(sheet(), at, 0.5)));
          // the mean of 81 pixels of even noise: four standard deviations
          await expect.poll(() => field.inputValue()).not.toBe("");
          const picked = Number(await field.inputValue());
          expect(Math.abs(picked - level - (NOISE - 1) / 2)).toBeLessThan((4 * NOISE) / Math.sqrt(12 * 81));
          await field.fill(String(level));
        }
        await page.getByRole("textbox", { name: "Full beam" }).press("Enter");
        await page
          .locator(".results code", { hasText: "heterostem invert halves.png --pixel-size" })
          .filter({ hasText: `--beam-levels ${DARK},${BEAM}` })
          .waitFor();
        await page.getByRole("button", { name: "Remove halves.png" }).press("Enter");
      },
      PATIENCE_MS,
    );

    test(
      "contrast follows its sliders, by mouse and by keyboard, and stands in the address",
      async () => {
        await open("a.tif");
        const canvas = page.locator(".sheet canvas");
        const slider = page.getByRole("slider", { name: /^Brightest/ });
        const shown = page.locator(".contrast rect.shown");
        let [picture, width] = [await pixelsOf(canvas), await shown.getAttribute("width")];
        for (const move of [() => slider.click({ position: { x: 1, y: 5 } }), () => slider.press("End")]) {
          await move();
          await changed(() => pixelsOf(canvas), picture);
          await changed(() => shown.getAttribute("width"), width);
          [picture, width] = [await pixelsOf(canvas), await shown.getAttribute("width")];
        }
        await expect.poll(() => decodeURIComponent(page.url())).toContain('"bright":0.1');
      },
      PATIENCE_MS,
    );

    test(
      "a circle and its row show each other, by mouse and by keyboard",
      async () => {
        await rows().first().waitFor();
        const pointed = async () => [
          await page.locator(".particle.pointed").getAttribute("data-number"),
          await page.locator(".particles tr.pointed").getAttribute("data-number"),
        ];
        await page.locator(".particle").last().hover();
        const [circle, row] = await pointed();
        expect(row).toBe(circle);
        await rows().nth(1).hover();
        await expect.poll(pointed).toEqual(["2", "2"]);
        await rows().nth(2).focus();
        await expect.poll(pointed).toEqual(["3", "3"]);
        await page.keyboard.press("Tab");
        await expect.poll(pointed).toEqual(["4", "4"]);
      },
      PATIENCE_MS,
    );

    test(
      "circles are dragged, added and taken away, and the numbers follow",
      async () => {
        const count = await rows().count();
        const has = async (wanted: number) => {
          await expect.poll(() => rows().count(), { timeout: PATIENCE_MS }).toBe(wanted);
        };
        const toggle = page.getByRole("button", { name: "Correct by hand" });
        await toggle.click();
        // the last ellipse lies over all others
        const last = page.locator(".particle").last();
        const number = await last.getAttribute("data-number");
        const cells = () => page.locator(`.particles tr[data-number="${number}"] td`).allTextContents();
        const before = await cells();
        await drag(page, last, [0.5, 0.5], [1.5, 0.5]);
        await status().filter({ hasText: "corrected by hand" }).waitFor();
        await changed(cells, before);
        expect((await cells())[5]).toBe("by hand");
        expect(Number((await cells())[1])).toBeGreaterThan(Number(before[1]) + 3);
        await page.mouse.click(...(await placeOn(sheet(), 0.03, 0.03)));
        await has(count + 1);
        await page.getByRole("button", { name: `Take particle ${count + 1} away` }).click();
        await has(count);
        // the same by keyboard
        await page.getByRole("button", { name: "Add one in the middle" }).press("Enter");
        await has(count + 1);
        const added = rows().last();
        await expect.poll(() => added.evaluate((row) => row === document.activeElement)).toBe(true);
        const [x, radius, sizes] = [
          await added.locator("td").nth(1).textContent(),
          await added.locator("td").nth(3).textContent(),
          await page.locator(".particles .notes").textContent(),
        ];
        await page.keyboard.press("ArrowRight");
        await expect.poll(() => added.locator("td").nth(1).textContent()).toBe((Number(x) + 1).toFixed(1));
        // half as large again, so that the mean of forty changes in its third digit
        for (let i = 0; i < 20; i++) await page.keyboard.press("+");
        await changed(() => added.locator("td").nth(3).textContent(), radius);
        await changed(() => page.locator(".particles .notes").textContent(), sizes);
        await page.keyboard.press("Delete");
        await has(count);
        await toggle.press("Enter");
        await page.getByRole("button", { name: "Back to what was found" }).press("Enter");
        await status().filter({ hasText: "probability from" }).waitFor();
        expect(await cells()).toEqual(before.slice(0, 6));
      },
      PATIENCE_MS,
    );

    test(
      "everything is taken along, by mouse and by keyboard",
      async () => {
        await page.locator(".verdict").first().waitFor();
        const files = [
          ["Estimates, CSV", "a-estimates.csv", "quantity,"],
          ["Particles, CSV", "a-particles.csv", "image,"],
          ["Regions for ImageJ", "a-RoiSet.zip", "PK"],
          ["All, JSON", "a.json", "{"],
          ["What is seen, PNG", "a.png", "\u0089PNG"],
        ] as const;
        const taken = new Map<Press, string[]>();
        for (const press of both) {
          const all: string[] = [];
          for (const [button, name, head] of files) {
            const file = await downloaded(page, button, press);
            expect([file.name, file.bytes.toString("latin1", 0, head.length)]).toEqual([name, head]);
            all.push(file.bytes.toString("base64"));
          }
          taken.set(press, all);
        }
        expect(taken.get("Enter")).toEqual(taken.get("click"));
        const command = page.locator(".results .copy").first();
        for (const press of both) {
          await page.evaluate(() => navigator.clipboard.writeText("nothing"));
          await pressed(command.getByRole("button"), press);
          await expect
            .poll(() => page.evaluate(() => navigator.clipboard.readText()))
            .toBe("heterostem invert a.tif");
        }
        await page.getByText("Paragraph for the methods section").press("Enter");
        expect(await page.locator(".results details code").textContent()).toMatch(
          /^The image a\.tif \(SHA-256 [\da-f]{64}, .* heterostem 0\.0\.0-test inverted a\.tif with the network .* \(seed 1\)\.$/,
        );
      },
      PATIENCE_MS,
    );

    test(
      "two images of one powder are ticked and answered together, and stand in one table",
      async () => {
        const [ticked, other] = ["a.tif", "b.tif"].map((name) =>
          page.getByRole("checkbox", { name: `Pool ${name} with others` }),
        );
        await ticked.click();
        await other.press("Space");
        await page.locator(".images .state", { hasText: "distribution" }).nth(1).waitFor();
        const button = page.getByRole("button", { name: /^Answer for the 2 ticked/ });
        await pressed(button, "Enter");
        await page.getByText("Pooled over 2 images").waitFor();
        expect(await page.locator(".pool code").textContent()).toBe("heterostem invert a.tif b.tif --pooled");
        expect(await page.locator(".all tbody th").allTextContents()).toEqual(["a.tif", "b.tif"]);
        for (const press of both) {
          const { name, bytes } = await downloaded(page, "One table of all images, CSV", press);
          expect(name).toBe("images.csv");
          expect(bytes.toString()).toMatch(/^image,verdict,[^]*\na\.tif,[^]*\nb\.tif,/);
        }
      },
      PATIENCE_MS,
    );

    test(
      "structures are drawn, given up, drawn again, leafed through and turned",
      async () => {
        await open("a.tif");
        const draw = page.getByRole("button", { name: "Draw structures" });
        await draw.press("Enter");
        await page.locator(".structures").getByRole("button", { name: "Cancel" }).click();
        await draw.click();
        const view = page.locator(".structures .aggregate .view");
        await view.waitFor();
        const slider = page.getByRole("slider", { name: /^structure/ });
        const canvas = page.locator(".structures .pictures canvas").nth(1);
        let picture = await pixelsOf(canvas);
        for (const move of [() => slider.press("ArrowRight"), async () => slider.click()]) {
          await move();
          await changed(() => pixelsOf(canvas), picture);
          picture = await pixelsOf(canvas);
        }
        await page.getByText(/structure 1[23] of 24/).waitFor();
        for (const press of both) {
          const { bytes } = await downloaded(page, "This structure, GLB", press);
          expect(bytes.toString("latin1", 0, 4)).toBe("glTF");
          const seen = await downloaded(page, "This view, PNG", press);
          expect(seen.name).toMatch(/^a-structure-1[23]\.png$/);
          expect(seen.bytes.length).toBeGreaterThan(5000);
          const { bytes: json } = await downloaded(page, "Figures of all, JSON", press);
          expect(Object.keys(JSON.parse(json.toString()) as object).length).toBeGreaterThan(3);
          const { bytes: xyz } = await downloaded(page, "All structures, XYZ", press);
          expect(xyz.toString().match(/^\d+$/gm)?.length).toBe(24);
        }
        await turned(view);
      },
      PATIENCE_MS,
    );

    /** Turns an aggregate by mouse and by keys, and goes through its particles. */
    async function turned(view: Locator): Promise<void> {
      const seen = async () => (await view.screenshot()).toString("base64");
      let picture = await seen();
      for (const move of [
        () => view.press("ArrowLeft"),
        () => drag(page, view, [0.4, 0.5], [0.7, 0.6]),
        () => view.press("PageDown"),
      ]) {
        await move();
        await changed(seen, picture);
        picture = await seen();
      }
      await view
        .locator("..")
        .getByText(/^Particle \d+:/)
        .waitFor();
    }

    test(
      "the model follows its sliders, its seed and its lists, by mouse and by keyboard",
      async () => {
        await page.getByRole("button", { name: "Play with the model" }).press("Enter");
        const view = page.locator(".model .aggregate .view");
        await view.waitFor();
        await page
          .locator("#renderer-trial", {
            hasText: "No kernel on WebGPU: WebGPU finds no graphics processor here.",
          })
          .waitFor();
        await page.locator(".status", { hasText: "on the CPU by the splat" }).waitFor();
        const canvas = page.locator(".model .sheet canvas").first();
        const slider = page.getByRole("slider", { name: "particles", exact: true });
        const next = page.getByRole("button", { name: "Next aggregate" });
        let picture = await pixelsOf(canvas);
        for (const move of [
          () => slider.press("Home"),
          () => slider.click({ position: { x: 60, y: 8 } }),
          () => next.click(),
          () => next.press("Enter"),
          () => page.getByRole("spinbutton", { name: "tilt, typed" }).fill("30"),
          () => page.getByRole("combobox", { name: /^Placement/ }).press("b"),
        ]) {
          await move();
          await page.keyboard.press("Tab");
          await changed(() => pixelsOf(canvas), picture);
          picture = await pixelsOf(canvas);
        }
        await expect.poll(() => decodeURIComponent(page.url())).toContain('"placement":"ballistic"');
        expect(decodeURIComponent(page.url())).toContain('"seed":3');
        const seen = (await view.screenshot()).toString("base64");
        await page.getByRole("checkbox", { name: /^contacts/ }).press("Space");
        await changed(async () => (await view.screenshot()).toString("base64"), seen);
        await turned(view);
      },
      PATIENCE_MS,
    );

    test(
      "the model is taken along, by mouse and by keyboard",
      async () => {
        await page.getByRole("checkbox", { name: "bright field beside it" }).press("Space");
        await page.getByRole("region", { name: "Its bright-field image" }).waitFor();
        const files = [
          ["Recipe, YAML", "studio.yaml", "name:"],
          ["Aggregate, XYZ", "studio-3.xyz", ""],
          ["Aggregate, CSV", "studio-3.csv", ""],
          ["Aggregate, GLB", "studio-3.glb", "glTF"],
          ["Image, TIFF", "studio-3.tif", "II"],
          ["Bright field, TIFF", "studio-3.bright-field.tif", "II"],
          ["This view, PNG", "studio-3.png", "\x89PNG"],
        ] as const;
        for (const press of both) {
          for (const [button, name, head] of files) {
            const file = await downloaded(page, button, press);
            expect([file.name, file.bytes.toString("latin1", 0, head.length)]).toEqual([name, head]);
          }
        }
        await page.locator(".model").getByText("Paragraph for the methods section").click();
        expect(await page.locator(".model details code").textContent()).toContain(
          "ballistic collisions by heterostem 0.0.0-test, seed 3",
        );
      },
      PATIENCE_MS,
    );

    test("nothing was asked of anybody, and no error was written", () => {
      expect([opened.errors, opened.foreign]).toEqual([[], []]);
    });
  });
});
