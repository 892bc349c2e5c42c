import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  barsFigure,
  figureHtml,
  histogramFigure,
  html,
  intervalsFigure,
  notesHtml,
  pageText,
  tableHtml,
  tableOf,
} from "../../src/report/index.ts";
import { CHROMIUM_PATH } from "../helpers/chromium.ts";
import { launchChromium } from "../helpers/studio-page.ts";

const ROW = { name: "radius", unit: "nm", scale: "log", known: [1, 100], median: 10, wide: [5, 20] } as const;

describe("intervalsFigure()", () => {
  test("prints median and interval beside the bands, and draws the median of a logarithmic track in its middle", () => {
    const { svg } = intervalsFigure([{ ...ROW, narrow: [8, 12] }], "answers");
    for (const text of ["radius [nm]", ">10<", ">5 to 20<", "95 % interval"]) expect(svg).toContain(text);
    const [left, right] = [316, 900 - 200];
    const line = Number(/x2="([\d.]+)" x1="\1"/.exec(svg)?.[1]);
    expect(line).toBeCloseTo((left + right) / 2, 6);
  });

  test("without a narrow interval there is neither its band nor its column", () => {
    const { svg, data } = intervalsFigure([ROW], "answers");
    expect(svg).not.toContain("#3b8fc0");
    expect(data.columns.map(({ heading }) => heading)).not.toContain("68 % interval");
  });
});

test("barsFigure() writes every number, and draws those below 0 as nothing", () => {
  const bars = [
    { name: "determined", value: 0.9 },
    { name: "not at all", value: -0.2 },
  ];
  const { svg } = barsFigure({ bars, label: "R²", caption: "R² of two" });
  expect(svg).toContain("0.90");
  expect(svg).toContain("-0.20");
  const widths = [...svg.matchAll(/<rect[^>]* width="([\d.]+)"/g)].map(([, width]) => Number(width));
  expect(Math.min(...widths)).toBe(0);
});

describe("a table in a page", () => {
  const table = (rows: number) =>
    tableOf(
      Array.from({ length: rows }, (_, i) => i),
      [{ heading: "count", number: (value) => value }],
    );

  test("is folded under what it holds, unless it is short or the answer", () => {
    expect(tableHtml(table(12)).markup).toMatch(/<details>\s*<summary>Table: count \(12 rows\)</);
    expect(tableHtml(table(3)).markup).toContain("<details open>");
    expect(tableHtml(table(12), { isOpen: true }).markup).toContain("<details open>");
  });
});

/** More than a phone is wide. */
const WIDE_COLUMNS = Array.from({ length: 12 }, (_, k) => ({
  heading: `column ${k} of many`,
  number: ({ i }: { readonly i: number }) => i + k,
}));

describe.skipIf(CHROMIUM_PATH === null)("a report in a browser", () => {
  const folder = mkdtempSync(join(tmpdir(), "heterostem-report-"));
  const hostile = '"><script>window.executed=true</script>,=1+1';
  let [browser, page]: [Browser | undefined, Page | undefined] = [undefined, undefined];
  beforeAll(async () => {
    const figure = histogramFigure({ title: hostile, unit: "nm", values: [1, 2, 2.5], counted: "particles" });
    const rows = Array.from({ length: 12 }, (_, i) => ({ i }));
    const table = tableHtml(tableOf(rows, [{ heading: "row", number: ({ i }) => i }]));
    const path = join(folder, "report.html");
    const wide = tableHtml(tableOf(rows.slice(0, 2), WIDE_COLUMNS));
    const beside = html`<div class="grid">
      <div>${notesHtml(["a note"])}<code>/a/long/path${"/folder".repeat(20)}</code></div>
      <div style="max-width: 800px">${wide}</div>
    </div>`;
    const sections = [{ heading: "Sizes", body: html`${figureHtml(figure)} ${table} ${beside}` }];
    writeFileSync(path, pageText({ title: "Report", lead: html`<p>Three particles.</p>`, sections }));
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 1060, height: 800 } });
    await page.goto(pathToFileURL(path).href);
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test("saves numbers and drawing of a figure, under the page's policy and whatever the names in it try", async () => {
    const saved: Record<string, string> = {};
    for (const kind of ["CSV", "SVG"]) {
      const [download] = await Promise.all([
        page!.waitForEvent("download"),
        page!.getByText(kind, { exact: true }).click(),
      ]);
      expect(download.suggestedFilename()).toMatch(
        new RegExp(`^histogram-of-[a-z0-9-]+\\.${kind.toLowerCase()}$`),
      );
      saved[kind] = readFileSync((await download.path()) ?? "", "utf8");
    }
    expect(saved.CSV.trimEnd().split("\n").slice(1)).toEqual(["1", "2", "2.5"]);
    expect(saved.SVG).toMatch(/^<svg[^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(saved.SVG).not.toContain("<script>");
    expect(await page!.evaluate("window.executed")).toBeUndefined();
  });

  test("fits on a phone, tables to be pushed aside, and axe finds nothing", async () => {
    const phone = await browser!.newPage({ viewport: { width: 360, height: 740 }, bypassCSP: true });
    await phone.goto(page!.url());
    expect(await phone.evaluate("document.documentElement.scrollWidth")).toBe(360);
    await phone.evaluate(readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"));
    const findings = await phone.evaluate(
      "axe.run().then(({ violations }) => violations.map(({ id }) => id))",
    );
    expect(findings).toEqual([]);
    await phone.close();
  });

  test("draws a figure at most 1.7 times as wide as it was made, and shows folded tables on paper alone", async () => {
    const width = async () => (await page!.locator("figure svg").boundingBox())?.width ?? 0;
    expect(await width()).toBeCloseTo(510, 0);
    expect(await page!.locator("table").first().isVisible()).toBe(false);
    await page!.emulateMedia({ media: "print" });
    expect(await page!.locator("table").first().isVisible()).toBe(true);
    expect(await page!.locator(".files").isVisible()).toBe(false);
  });
});
