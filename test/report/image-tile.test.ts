import { describe, expect, test } from "vitest";
import { histogramFigure, html, imageTileHtml, pageText } from "../../src/report/index.ts";
import { openPage } from "../helpers/page.ts";

const SOURCE = "data:image/png;base64,AAAA";

function tileOf(fieldWidthNm: number | null) {
  const { markup } = imageTileHtml({ source: SOURCE, caption: "a.png", fieldWidthNm });
  const page = openPage(
    pageText({ title: "t", lead: html``, sections: [{ heading: "a", body: { markup } }] }),
  );
  return { ...page.tiles[0], markup };
}

describe("imageTileHtml()", () => {
  test("says the bar's length in the unit that people say it in", () => {
    expect([0.7, 160, 17_000, 4e6].map((nm) => tileOf(nm).bar)).toEqual(["0.2 nm", "20 nm", "5 µm", "1 mm"]);
  });

  test("draws the bar as long as its share of the field, on the picture whatever its height", () => {
    // 20 of 160 nm are an eighth; the bar is placed from the bottom of the picture's own box
    expect(tileOf(160).markup).toContain('style="width:12.50%"');
    expect(tileOf(160).markup).toMatch(/<div class="picture"><img[^>]*><span class="scale"/);
  });

  test("draws none where the pixel size is not known", () => expect(tileOf(null).bar).toBe(""));
});

describe("histogramFigure()", () => {
  const figure = histogramFigure({
    title: "diameter",
    unit: "nm",
    values: Array.from({ length: 49 }, (_, i) => i),
    counted: "particles",
  });

  test("names what it counts, in words and on its axis", () => {
    expect(figure.caption).toBe("Histogram of diameter [nm] over 49 particles.");
    expect(figure.svg).toContain(">particles<");
  });

  test("has about as many bars as the square root of the number of values", () => {
    const bars = [...figure.svg.matchAll(/<rect /g)].length;
    // steps are rounded to 1, 2, 5 times a power of ten
    expect(bars).toBeGreaterThanOrEqual(4);
    expect(bars).toBeLessThanOrEqual(14);
  });
});
