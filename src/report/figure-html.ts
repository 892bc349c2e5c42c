import { html, type Html } from "./html.ts";
import type { Figure } from "./plot-figure.ts";
import { tableCsv } from "./table.ts";

/** Beyond this much of the width that it was drawn for, a figure's letters look like a headline's. */
const MOST_ENLARGED = 1.7;
/** Characters of a file's name. */
const NAME_LENGTH = 48;

/**
 * A figure as wide as its place, with its caption as the accessible name, its numbers as CSV and its drawing as SVG to be saved.
 *
 * @param figure drawing, caption and numbers
 * @returns a figure element; both files stand in it, so that no script and no other file is needed
 */
export function figureHtml({ svg, caption, data }: Figure): Html {
  const widthPx = Number(/<svg[^>]* width="([\d.]+)"/.exec(svg)?.[1] ?? 640);
  const name = fileName(caption);
  const file = (ending: string, type: string, text: string) =>
    html`<a
      download="${name}.${ending}"
      href="data:${type};base64,${Buffer.from(text).toString("base64")}"
      aria-label="${ending.toUpperCase()} of this figure: ${caption}"
      >${ending.toUpperCase()}</a
    >`;
  return html`<figure class="drawn" style="max-width:${Math.round(MOST_ENLARGED * widthPx)}px">
    <div role="img" aria-label="${caption}">${{ markup: svg }}</div>
    <div class="files">
      ${file("csv", "text/csv;charset=utf-8", tableCsv(data))} ${file("svg", "image/svg+xml", svg)}
    </div>
  </figure>`;
}

/** The caption's first words, of letters and digits alone. */
function fileName(caption: string): string {
  const words = caption.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  return words.slice(0, NAME_LENGTH).replaceAll(/^-|-$/g, "") || "figure";
}
