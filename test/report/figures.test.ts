import { describe, expect, test } from "vitest";
import {
  agreementFigure,
  learningCurveFigure,
  pageText,
  html,
  tableHtml,
  tableOf,
} from "../../src/report/index.ts";

/** Centres of the drawn dots [px], y downwards. */
function dotCenters(svg: string): { x: number; y: number }[] {
  const attribute = (tag: string, name: string) => Number(new RegExp(`${name}="([\\d.]+)"`).exec(tag)?.[1]);
  return [...svg.matchAll(/<circle[^>]*>/g)].map(([tag]) => ({
    x: attribute(tag, "cx"),
    y: attribute(tag, "cy"),
  }));
}

describe("agreementFigure()", () => {
  const data = {
    title: "mean radius of WO3",
    unit: "nm",
    truth: [3, 6, 12],
    predicted: [3, 6, 12],
    scale: "linear",
    axes: ["true", "predicted"],
    note: "R² 1.00",
  } as const;

  test("puts perfect predictions on one rising straight line, on either scale", () => {
    for (const scale of ["linear", "log"] as const) {
      const [a, b, c] = dotCenters(agreementFigure({ ...data, scale }).svg);
      const slopes = [(b.y - a.y) / (b.x - a.x), (c.y - b.y) / (c.x - b.x)];
      expect(slopes[0]).toBeLessThan(0); // upwards on the screen
      expect(slopes[1]).toBeCloseTo(slopes[0], 6);
    }
  });

  test("names quantity and unit on both axes", () => {
    const { svg, caption } = agreementFigure(data);
    expect(svg).toContain("true [nm]");
    expect(svg).toContain("predicted [nm]");
    expect(caption).toContain("3 images");
  });
});

test("learningCurveFigure() draws both sets and prints their last losses", () => {
  const points = [1, 2, 3].flatMap((step) => [
    { step, loss: 1 / step, set: "training" } as const,
    { step, loss: 1.2 / step, set: "validation" } as const,
  ]);
  const { svg } = learningCurveFigure(points, "mean squared error");
  expect(svg).toContain("training 0.333");
  expect(svg).toContain("validation 0.400");
  const curves = new Set([...svg.matchAll(/stroke="(#0072B2|#D55E00)"/g)].map(([, color]) => color));
  expect(curves.size).toBe(2);
});

describe("pages", () => {
  test("html`` escapes every text value", () => {
    expect(html`<b title="${'"><script>'}">${"<script>"}</b>`.markup).not.toContain("<script>");
  });

  test("pageText() is self-contained: no address of another file, no script", () => {
    const body = tableHtml(
      tableOf(
        [{ name: "radius", value: 5.8 }],
        [
          { heading: "quantity", text: ({ name }) => name },
          { heading: "value", unit: "nm", number: ({ value }) => value },
        ],
      ),
    );
    const text = pageText({
      title: "Report",
      lead: html`<p>One</p>`,
      sections: [{ heading: "Values", body }],
    });
    expect(text).not.toMatch(/(src|href)="(?!#|data:)|<script|@import/);
    expect(text).toContain('<td class="number">5.80</td>');
  });
});
