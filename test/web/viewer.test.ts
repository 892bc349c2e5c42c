import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { decode } from "fast-png";
import { chromium } from "playwright-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { build } from "vite";
import { findMaterial } from "../../src/core/index.ts";
import { sphereAggregate } from "../../src/stochastic/aggregate.ts";
import { viewerData } from "../../src/web/viewer-data.ts";
import { viewerHtml } from "../../src/web/index.ts";
import { scaleBarOf } from "../../src/viewer/scale-bar.ts";
import { CHROMIUM_FLAGS, CHROMIUM_PATH } from "../helpers/chromium.ts";

/** A large WO3 particle in the middle, two small TiO2 ones beside it, one of them with a neck. */
const trio = sphereAggregate(
  [
    { x: 0, y: 0, z: 0, radiusNm: 10, materialIndex: 1 },
    { x: 14, y: 0, z: 0, radiusNm: 5, materialIndex: 0 },
    { x: -15, y: 0, z: 0, radiusNm: 5, materialIndex: 0 },
  ],
  [findMaterial("TiO2-anatase"), findMaterial("WO3")],
);

describe("viewerData()", () => {
  test("counts contacts and places the neck of unequal spheres", () => {
    const { particles, contacts } = viewerData(trio, { title: "trio" });
    expect(particles.map(({ contacts: all, heteroContacts }) => [all, heteroContacts])).toEqual([
      [2, 2],
      [1, 1],
      [1, 1],
    ]);
    // d = 14: plane at (196 + 100 - 25) / 28 from the large centre
    expect(contacts[0].neckAlong).toBeCloseTo(271 / 28, 3);
    expect(contacts[0].neckRadius).toBeCloseTo(Math.sqrt(100 - (271 / 28) ** 2), 3);
    expect(contacts[1].neckRadius).toBe(0);
  });
});

describe("viewerHtml()", () => {
  test("lets neither data nor script end their elements, and escapes the title", () => {
    const page = viewerHtml(trio, { bundle: 'const s = "</script>";', title: "a </script><b>" });
    expect(page.match(/<\/script>/g)?.length).toBe(2);
    expect(page).toContain("<title>a &lt;/script&gt;&lt;b&gt;</title>");
  });
});

describe("scaleBarOf()", () => {
  test("picks the largest round length that fits", () => {
    expect(scaleBarOf(2, 99)).toEqual({ lengthNm: 20, lengthPx: 40 });
    expect(scaleBarOf(100, 99)).toEqual({ lengthNm: 0.5, lengthPx: 50 });
  });
});

describe.skipIf(CHROMIUM_PATH === null)("the viewer in Chromium", () => {
  const folder = mkdtempSync(join(tmpdir(), "heterostem-viewer-"));
  const messages: string[] = [];
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    await build({ configFile: "vite.viewer.config.ts", build: { outDir: folder, emptyOutDir: false } });
    const bundle = readFileSync(join(folder, "viewer.js"), "utf8");
    const png = Buffer.from(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==",
      "base64",
    );
    const projection = { png, fieldNm: [96, 64], caption: "simulated HAADF" } as const;
    const html = viewerHtml(trio, { bundle, title: "a trio of spheres", projection });
    writeFileSync(join(folder, "trio.html"), html);
    browser = await chromium.launch({ executablePath: CHROMIUM_PATH ?? "", args: CHROMIUM_FLAGS });
    page = await browser.newPage({ viewport: { width: 1000, height: 600 } });
    page.on("console", (message) => {
      if (message.type() === "error") messages.push(message.text());
    });
    page.on("pageerror", (error) => messages.push(error.message));
    await page.goto(pathToFileURL(join(folder, "trio.html")).href);
    await page.waitForSelector("canvas");
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function clickMiddle(dx = 0): Promise<string> {
    const box = await page.locator("canvas").boundingBox();
    if (box === null) throw new Error("the canvas has no box");
    await page.mouse.click(box.x + box.width / 2 + dx, box.y + box.height / 2);
    return (await page.locator("#particle").textContent()) ?? "";
  }

  test("loads from disk without errors", () => {
    expect(messages).toEqual([]);
  });

  test("shows a picture with both materials' colours", async () => {
    const { data, channels } = decode(await page.locator("canvas").screenshot());
    let [blue, orange] = [0, 0];
    for (let k = 0; k < data.length; k += channels) {
      if (data[k + 2] > data[k] + 25) blue++;
      if (data[k] > data[k + 2] + 40) orange++;
    }
    // the middle disc alone covers several thousand pixels
    expect(orange).toBeGreaterThan(2000);
    expect(blue).toBeGreaterThan(500);
  });

  test("tells the radius, material and contacts of the particle that is clicked", async () => {
    expect(await clickMiddle()).toContain("WO3, radius 10.00 nm, 2 contacts (2 hetero)");
  });

  test("clears the numbers when the click meets nothing", async () => {
    await page.mouse.click(20, 120);
    expect(await page.locator("#particle").textContent()).toBe("Click a particle for its numbers");
  });

  test("draws the hetero-contacts when they are switched on", async () => {
    const crimson = async () => {
      const { data, channels } = decode(await page.locator("canvas").screenshot());
      let count = 0;
      for (let k = 0; k < data.length; k += channels) {
        if (data[k] > data[k + 1] + 60 && data[k + 2] > data[k + 1] + 20) count++;
      }
      return count;
    };
    await page.locator("#necks").uncheck();
    const before = await crimson();
    await page.locator("#contacts").check();
    expect((await crimson()) - before).toBeGreaterThan(200);
    await page.locator("#contacts").uncheck();
    await page.locator("#necks").check();
  });

  test("draws a scale bar as long as it says", async () => {
    const box = await page.locator("#bar").boundingBox();
    const label = Number.parseFloat((await page.locator("#length").textContent()) ?? "");
    const canvas = await page.locator("canvas").boundingBox();
    // the field of the shorter side: 2 x 1.12 times the farthest surface
    const farthest = Math.max(
      ...viewerData(trio, { title: "" }).particles.map((p) => Math.abs(p.x) + p.radius),
    );
    const nmPerPixel = (2 * 1.12 * farthest) / Math.min(canvas?.width ?? 0, canvas?.height ?? 0);
    expect(Math.abs((box?.width ?? 0) * nmPerPixel - label)).toBeLessThan(2 * nmPerPixel);
  });

  test("shows the simulated projection beside it, in its own shape and with a scale bar as long as it says", async () => {
    expect(await page.locator("#projection figcaption").textContent()).toBe("simulated HAADF");
    const image = await page.locator("#projection img").boundingBox();
    const bar = await page.locator("#projection .scale").boundingBox();
    const [width, height] = [image?.width ?? 0, image?.height ?? 0];
    expect(width / height).toBeCloseTo(96 / 64, 1);
    expect(await page.locator("#projection .scale").textContent()).toBe("20 nm");
    expect(Math.abs((bar?.width ?? 0) - (20 * width) / 96)).toBeLessThan(1);
    // it lies on the image, and the page has no room to scroll
    expect((bar?.y ?? 0) + (bar?.height ?? 0)).toBeLessThan((image?.y ?? 0) + height);
    expect(await page.evaluate(() => document.body.scrollHeight)).toBeLessThanOrEqual(600);
  });
});
