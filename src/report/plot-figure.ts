import * as Plot from "@observablehq/plot";
import { createSvgDocument } from "./svg-document.ts";
import type { Table } from "./table.ts";

/** A finished figure: SVG text that stands alone in a file or inside a page. */
export interface Figure {
  readonly svg: string;
  /** What the figure shows, for its caption and for readers who cannot see it. */
  readonly caption: string;
  /** The numbers that are drawn. */
  readonly data: Table;
}

/** What a figure is besides its drawing. */
export type FigureFacts = Pick<Figure, "caption" | "data">;

/** Draws a plot as SVG text without a browser. */
export function plotFigure(options: Plot.PlotOptions, facts: FigureFacts): Figure {
  const element = Plot.plot({
    style: { fontFamily: "system-ui, sans-serif", fontSize: "11px", background: "white" },
    ...options,
    document: createSvgDocument(),
  });
  const svg = element.outerHTML.startsWith("<svg") ? element.outerHTML : svgInside(element.outerHTML);
  return { svg: withNamespace(withoutGroupLabels(svg)), ...facts };
}

/** With a title or legend, Plot wraps its SVG in a figure element. */
function svgInside(html: string): string {
  const start = html.lastIndexOf("<svg");
  return html.slice(start, html.lastIndexOf("</svg>") + "</svg>".length);
}

/** Plot names each group of marks by its kind, which says nothing to who cannot see the figure: its caption does. */
function withoutGroupLabels(svg: string): string {
  return svg.replaceAll(/(<g\b[^>]*?) aria-label="[^"]*"/g, "$1");
}

function withNamespace(svg: string): string {
  return svg.includes("xmlns=") ? svg : svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"');
}
