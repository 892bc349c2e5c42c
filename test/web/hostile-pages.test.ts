import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { build } from "vite";
import { findMaterial } from "../../src/core/index.ts";
import { agreementFigure, learningCurveFigure } from "../../src/report/figures.ts";
import { figureHtml } from "../../src/report/figure-html.ts";
import { framedHtml, html, pageText } from "../../src/report/html.ts";
import { sphereAggregate } from "../../src/stochastic/aggregate.ts";
import { framedDraws, viewerHtml } from "../../src/web/index.ts";
import { CHROMIUM_FLAGS, CHROMIUM_PATH } from "../helpers/chromium.ts";

/** Names that try to become a script, in every way that a page could let them. */
const NAMES = [
  "<img src=x onerror=window.executed=true>",
  "<script>window.executed=true</script>",
  "</script><script>window.executed=true</script>",
  "<!--<script>",
  '"><svg onload=window.executed=true>',
  "'-window.executed=true-'",
  "<a href=javascript:window.executed=true>x</a>",
  "]]><script>window.executed=true</script>",
  "\u2028window.executed=true",
];

/**
 * The same in few names, for pages with a view in 3D, which take seconds to draw: what is written as text is seen as text whatever stands before it. What begins
 * a comment stands alone, for it would hide what follows.
 */
const JOINED = [NAMES.filter((name) => !name.startsWith("<!--")).join(" "), "<!--<script>"];

function reportPage(name: string): string {
  const agreement = { unit: name, truth: [1, 2], predicted: [1, 3], scale: "linear", note: name } as const;
  const figure = agreementFigure({ ...agreement, title: name, axes: [name, name] });
  const curve = learningCurveFigure(
    [
      { step: 1, loss: 1, set: "training" },
      { step: 2, loss: 0.5, set: "training" },
    ],
    name,
  );
  return pageText({
    title: name,
    lead: html`<p title="${name}">${name}</p>`,
    sections: [{ heading: name, body: html`${figureHtml(figure)}${figureHtml(curve)}<code>${name}</code>` }],
  });
}

/** An aggregate whose second material has the name. */
function aggregateNamed(name: string) {
  const material = { ...findMaterial("WO3"), name };
  const spheres = [{ x: 0, y: 0, z: 0, radiusNm: 5, materialIndex: 1 }];
  return sphereAggregate(spheres, [findMaterial("TiO2-anatase"), material]);
}

/** A report with a view in 3D inside. */
function framedPage(name: string, bundle: string): string {
  const picture = "data:image/gif;base64,R0lGODlhAQABAAAAACw=";
  const framed = framedDraws({
    bundle,
    title: name,
    fixed: [{ source: picture, caption: name }],
    places: [name],
    draws: [{ aggregate: aggregateNamed(name), caption: name, pictures: [picture] }],
  });
  const sections = [{ heading: name, body: framedHtml(framed) }];
  return pageText({ title: name, lead: html`<p>${name}</p>`, sections, framed: [framed] });
}

function viewerPage(name: string, bundle: string): string {
  const png = Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==",
    "base64",
  );
  const projection = { png, fieldNm: [9, 9], caption: name } as const;
  return viewerHtml(aggregateNamed(name), { bundle, title: name, projection });
}

describe.skipIf(CHROMIUM_PATH === null)("a page shows hostile names and runs none of them", () => {
  const folder = mkdtempSync(join(tmpdir(), "heterostem-pages-"));
  let browser: Browser;
  let page: Page;
  const asked: string[] = [];
  let bundle = "";

  beforeAll(async () => {
    await build({ configFile: "vite.viewer.config.ts", build: { outDir: folder, emptyOutDir: false } });
    bundle = readFileSync(join(folder, "viewer.js"), "utf8");
    browser = await chromium.launch({ executablePath: CHROMIUM_PATH ?? "", args: CHROMIUM_FLAGS });
    page = await browser.newPage();
    page.on("request", (request) => void (/^(data|about):/.test(request.url()) || asked.push(request.url())));
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Opens a page from disk; tells whether a name ran, what was asked of the network, and the text that is seen. */
  async function seen(markup: string) {
    const path = join(folder, "page.html");
    writeFileSync(path, markup);
    asked.length = 0;
    await page.goto(pathToFileURL(path).href);
    for (const link of await page.locator("main a, section a").all()) await link.click();
    await page.waitForTimeout(100);
    const found = await Promise.all(
      page.frames().map(async (frame) => ({
        executed: await frame.evaluate(() => (window as { executed?: boolean }).executed === true),
        words: (await frame.locator("body").textContent()) ?? "",
      })),
    );
    const shown = found.map(({ words }) => words).join("\n");
    return { executed: found.some((frame) => frame.executed), shown, requests: asked.slice(1) };
  }

  test.each(NAMES)("a report with %j", async (name) => {
    const { executed, shown, requests } = await seen(reportPage(name));
    expect(executed).toBe(false);
    expect(shown).toContain(name.trim());
    expect(requests).toEqual([]);
  });

  test.each(JOINED)("a report with a view in 3D of a material called %j", async (name) => {
    const { executed, shown, requests } = await seen(framedPage(name, bundle));
    expect(executed).toBe(false);
    // the framed page's script ran, and no other: it wrote the legend
    expect(shown).toContain(`${name}: 1 particles`);
    expect(requests).toEqual([]);
  });

  test.each(JOINED)("the viewer with a material called %j", async (name) => {
    const { executed, shown, requests } = await seen(viewerPage(name, bundle));
    expect(executed).toBe(false);
    // the page's own script ran: it wrote the legend
    expect(shown).toContain(`${name}: 1 particles`);
    expect(requests).toEqual([]);
  });
});
