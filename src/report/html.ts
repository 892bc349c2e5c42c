/** Markup that is safe to place in a page; made only by the functions of this file. */
export interface Html {
  readonly markup: string;
}

/**
 * Fills a template with escaped values: the only way text enters a page.
 *
 * @param parts literal markup
 * @param values text and numbers are escaped, Html and arrays of it are placed as they are
 * @returns the markup
 * @example
 * import { html } from "../src/report/index.ts";
 * import { expect } from "vitest";
 * expect(html`<td>${"a < b"}</td>`.markup).toBe("<td>a &lt; b</td>");
 */
export function html(
  parts: TemplateStringsArray,
  ...values: (string | number | Html | readonly Html[])[]
): Html {
  const texts = values.map(markupOf);
  return { markup: parts.map((part, i) => part + (texts[i] ?? "")).join("") };
}

function markupOf(value: string | number | Html | readonly Html[]): string {
  if (typeof value === "string" || typeof value === "number") return escapeHtml(String(value));
  return Array.isArray(value) ? value.map((item: Html) => item.markup).join("") : (value as Html).markup;
}

function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replaceAll(/[&<>"']/g, (character) => entities[character]);
}

/** A page that stands inside another and runs one script, such as a view in 3D. */
export interface FramedPage {
  readonly title: string;
  /** Text of the HTML file, with its script inside. */
  readonly text: string;
  /** The script as a policy names it: 'sha256-...'. */
  readonly scriptSource: string;
}

/**
 * Places a page inside another: cut off from it, from its neighbours and from the network.
 *
 * @param framed must be named in the outer page's `framed` too, or its script does not run
 */
export function framedHtml({ title, text }: FramedPage): Html {
  return html`<iframe class="framed" title="${title}" sandbox="allow-scripts" srcdoc="${text}"></iframe>`;
}

/** A report: everything inside one file, opened from disk, without scripts but those of framed pages. */
export interface Page {
  readonly title: string;
  /** The answer: up to three sentences and one figure or picture. */
  readonly lead: Html;
  readonly sections: readonly { readonly heading: string; readonly body: Html }[];
  /** Pages that stand in it; none by default. */
  readonly framed?: readonly FramedPage[];
}

/**
 * Composes a self-contained page.
 *
 * @param page title, opening paragraph and sections
 * @returns the file's text
 */
export function pageText({ title, lead, sections, framed = [] }: Page): string {
  const anchor = (heading: string) => heading.toLowerCase().replaceAll(/\W+/g, "-");
  const contents = sections.map(({ heading }) => html`<a href="#${anchor(heading)}">${heading}</a>`);
  const body = sections.map(
    ({ heading, body: content }) =>
      html`<section id="${anchor(heading)}">
        <h2>${heading}</h2>
        ${content}
      </section>`,
  );
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="${policyOf(framed)}" />
        <title>${title}</title>
        <style>
          ${{ markup: STYLE }}
        </style>
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${lead}
          <nav>${contents}</nav>
          ${body}
        </main>
      </body>
    </html> `;
  return document.markup;
}

/**
 * No script and no request, whatever a text in the page tries: pictures and style stand inside the file. A framed page falls under
 * this policy beside its own, so its script is named, and runs nowhere without being it.
 */
function policyOf(framed: readonly FramedPage[]): string {
  const sources = [...new Set(framed.map(({ scriptSource }) => scriptSource))];
  const scripts = sources.length === 0 ? "" : ` script-src ${sources.join(" ")};`;
  return `default-src 'none';${scripts} img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'`;
}

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; color: #222; max-width: 1060px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.2rem; border-bottom: 1px solid #ddd; padding-bottom: .2rem; }
nav { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; margin: 1rem 0; }
a { color: #0072B2; }
table { border-collapse: collapse; font-size: 14px; } .scroll { overflow-x: auto; }
th, td { padding: .25rem .7rem; border-bottom: 1px solid #e4e4e4; text-align: left; vertical-align: top; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
figure { margin: .4rem 0; } figcaption { font-size: 12.5px; color: #555; max-width: 60ch; }
figure.drawn svg { display: block; width: 100%; height: auto; } figure.drawn { margin: .8rem 0; }
.grid > figure.drawn { flex: 1 1 300px; min-width: 0; }
.files { display: flex; gap: .4rem; justify-content: flex-end; }
.files a { font-size: 12px; text-decoration: none; color: #444; border: 1px solid #bbb; border-radius: 4px; padding: 0 .5em; }
.files a:hover, .files a:focus { color: #0072B2; border-color: #0072B2; }
details { margin: .8rem 0; } summary { cursor: pointer; color: #0072B2; } details > .scroll { margin-top: .4rem; }
.grid { display: flex; flex-wrap: wrap; gap: .6rem 1rem; align-items: flex-start; } .grid > div { min-width: 0; }
.tile img { display: block; image-rendering: pixelated; width: 200px; height: auto; background: #000; }
.tile { width: 200px; } .tile.large, .tile.large img { width: 640px; max-width: 100%; } .picture { position: relative; }
.tile .scale { position: absolute; color: #fff; font-size: 11px; left: 8px; bottom: 8px; text-shadow: 0 0 2px #000; border-bottom: 2px solid #fff; box-shadow: 0 1px 0 #000; white-space: nowrap; background: #0006; }
.colorbar { width: 200px; font-size: 11px; color: #555; display: flex; flex-wrap: wrap; justify-content: space-between; }
.colorbar i { flex: 0 0 100%; height: 10px; border: 1px solid #888; box-sizing: border-box; }
iframe.framed { width: 100%; height: 600px; border: 1px solid #ddd; }
.verdict { font-weight: 600; } .warn { color: #B33A00; } .good { color: #00735a; }
code { background: #f4f4f4; padding: 0 .25em; overflow-wrap: anywhere; }
@page { margin: 16mm; }
@media print {
  body { max-width: none; margin: 0; padding: 0; font-size: 10pt; } table { font-size: 9pt; }
  nav, .files, summary, iframe.framed { display: none; }
  details::details-content { content-visibility: visible; height: auto; }
  figure, tr, .tile { break-inside: avoid; } h2, h3 { break-after: avoid; } .scroll { overflow: visible; }
  a { color: inherit; text-decoration: none; } * { print-color-adjust: exact; }
}
`;
