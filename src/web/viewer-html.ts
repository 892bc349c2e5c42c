import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Aggregate } from "../stochastic/index.ts";
import { viewerData, type ViewerData } from "./viewer-data.ts";
import { scaleBarLengthNm } from "../report/index.ts";

/** A simulated micrograph shown beside the aggregate. */
export interface ViewerProjection {
  /** The image as PNG bytes. */
  readonly png: Uint8Array;
  /** Width and height of its field of view [nm]. */
  readonly fieldNm: readonly [number, number];
  readonly caption: string;
}

/** What the page is made of. */
export interface ViewerOptions {
  /** The page's script, as readViewerBundle gives it. */
  readonly bundle: string;
  readonly title: string;
  readonly contactTolerance?: number;
  readonly projection?: ViewerProjection;
}

/**
 * Writes the 3D viewer of an aggregate as one self-contained page, to be opened from disk.
 *
 * @param aggregate spheres of two materials
 * @param options script, title, contact tolerance, and the simulated projection to show beside it
 * @returns HTML with script, data and images inside
 */
export function viewerHtml(aggregate: Aggregate, options: ViewerOptions): string {
  const { bundle, projection, ...shown } = options;
  return viewerPage({
    bundle,
    data: viewerData(aggregate, shown),
    controls: "",
    figures: projection === undefined ? "" : figureOf(projection),
  });
}

/** What a page of the viewer is put together from. */
export interface ViewerParts {
  readonly bundle: string;
  readonly data: ViewerData;
  /** Further controls, and what stands beside the 3D view, as HTML. */
  readonly controls: string;
  readonly figures: string;
}

/** The text of a page of the viewer. */
export function viewerPage({ bundle, data: shown, controls, figures }: ViewerParts): string {
  // a "<" could end the element or begin a comment in it; JSON may write it as its code
  const data = JSON.stringify(shown).replaceAll("<", "\\u003c");
  const script = scriptOf(bundle);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policyOf(bundle)}">
<link rel="icon" href="data:,">
<title>${escaped(shown.title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header><h1>${escaped(shown.title)}</h1><div id="legend"></div><div id="controls">${controls}
<label><input type="checkbox" id="contacts"> contacts</label>
<label><input type="checkbox" id="necks" checked> necks</label>
<button id="reset" type="button">view along the beam</button></div></header>
<main><div id="view"><div id="scale"><div id="bar"></div><span id="length"></span></div><div id="particle" role="status">Click a particle for its numbers</div></div>${figures}</main>
<script type="application/json" id="data">${data}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** The bundle as it stands in a page. */
const scriptOf = (bundle: string) => bundle.replaceAll("</script", "<\\/script");

/** The page's script as a policy names it. */
export function scriptSourceOf(bundle: string): string {
  return `'sha256-${createHash("sha256").update(scriptOf(bundle)).digest("base64")}'`;
}

/** Only this very script runs, and nothing is asked of any server: names of materials are text, whatever they hold. */
function policyOf(bundle: string): string {
  return `default-src 'none'; script-src ${scriptSourceOf(bundle)}; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'`;
}

/** The image as large as the page has room for, its scale bar over it: no border that could be taken for image. */
function figureOf({ png, fieldNm: [width, height], caption }: ViewerProjection): string {
  const lengthNm = scaleBarLengthNm(width);
  const ratio = width / height;
  const box = `aspect-ratio: ${ratio}; width: min(100%, calc((100vh - 11rem) * ${ratio}))`;
  return `<figure id="projection"><div class="picture" style="${box}">
<img alt="simulated projection" src="data:image/png;base64,${Buffer.from(png).toString("base64")}">
<div class="scale" style="width: ${(100 * lengthNm) / width}%">${lengthNm} nm</div></div>
<figcaption>${escaped(caption)}</figcaption></figure>`;
}

/**
 * Reads the page's script, which "npm run build" bundles with three.
 *
 * @returns JavaScript for ViewerOptions.bundle
 * @throws Error where the project has not been built
 */
export function readViewerBundle(): string {
  const paths = ["../../web/viewer.js", "../../dist/web/viewer.js"].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  for (const path of paths) {
    try {
      return readFileSync(path, "utf8");
    } catch {
      continue;
    }
  }
  throw new Error(
    `Cannot read viewer script: ${paths[0]} must have been built (npm run build), got no such file`,
  );
}

/** Text that HTML shows as it is. */
export function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

const STYLE = `
:root { color-scheme: light; font: 15px/1.4 system-ui, sans-serif; color: #1c2430; background: #f5f6f8; }
body { margin: 0; height: 100vh; display: flex; flex-direction: column; }
header { display: flex; gap: 1.5rem; align-items: baseline; flex-wrap: wrap; padding: 0.6rem 1rem; background: #fff; border-bottom: 1px solid #d8dde4; }
h1 { font-size: 1.05rem; margin: 0; }
#legend span { margin-right: 1rem; } #legend i { display: inline-block; width: 0.8em; height: 0.8em; border-radius: 50%; margin-right: 0.35em; }
#controls { display: flex; gap: 1rem; align-items: baseline; margin-left: auto; }
main { flex: 1; min-height: 0; display: flex; gap: 1rem; padding: 1rem; }
#view { position: relative; flex: 1; min-width: 0; background: #fff; border: 1px solid #d8dde4; }
#view canvas { display: block; }
#scale { position: absolute; left: 1rem; bottom: 1rem; pointer-events: none; font-variant-numeric: tabular-nums; }
#bar { height: 5px; background: #1c2430; margin-bottom: 0.2rem; }
#particle { position: absolute; right: 0.6rem; top: 0.6rem; pointer-events: none; background: #ffffffe6; border: 1px solid #d8dde4; padding: 0.4rem 0.7rem; font-variant-numeric: tabular-nums; }
figure { margin: 0; flex: 0 1 45%; display: flex; flex-direction: column; min-width: 0; }
.picture { position: relative; }
.picture img { position: absolute; inset: 0; width: 100%; height: 100%; image-rendering: pixelated; }
.picture .scale { position: absolute; left: 4%; bottom: 4%; border-bottom: 4px solid #fff; color: #fff; white-space: nowrap; filter: drop-shadow(0 0 1px #000) drop-shadow(0 0 1px #000); }
figcaption { padding-top: 0.4rem; font-size: 0.9rem; color: #4a5565; }
#views { flex: 0 1 45%; display: grid; grid-template-columns: 1fr 1fr; gap: 0.6rem; align-content: start; overflow: auto; }
#views figure { flex: none; } #views img { width: 100%; image-rendering: pixelated; display: block; }
#controls label { white-space: nowrap; } #draw { width: 10rem; vertical-align: middle; } #ramp { display: inline-block; width: 6rem; height: 0.7em; margin: 0 0.4rem; background: linear-gradient(to right, #9ecae1, #a50f15); }
@media (max-width: 800px) { main { flex-direction: column; } }
`;
