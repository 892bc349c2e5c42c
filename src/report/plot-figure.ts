import * as Plot from "@observablehq/plot";
import { createSvgDocument } from "./svg-document.ts";

/** A finished figure: SVG text that stands alone in a file or inside a page. */
export interface Figure {
  readonly svg: string;
  /** What the figure shows, for its caption and for readers who cannot see it. */
  readonly caption: string;
}

/** Draws a plot as SVG text without a browser. */
export function plotFigure(options: Plot.PlotOptions, caption: string): Figure {
  const element = Plot.plot({
    style: { fontFamily: "system-ui, sans-serif", fontSize: "11px", background: "white" },
    ...options,
    document: createSvgDocument(),
  });
  const svg = element.outerHTML.startsWith("<svg") ? element.outerHTML : svgInside(element.outerHTML);
  return { svg: withNamespace(svg), caption };
}

/** With a title or legend, Plot wraps its SVG in a figure element. */
function svgInside(html: string): string {
  const start = html.lastIndexOf("<svg");
  return html.slice(start, html.lastIndexOf("</svg>") + "</svg>".length);
}

function withNamespace(svg: string): string {
  return svg.includes("xmlns=") ? svg : svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"');
}
