/**
 * Pages to look at: the 3D viewer of an aggregate as one self-contained HTML file.
 * Takes an aggregate and a simulated projection; gives HTML. Serves nothing, simulates nothing.
 */
export { viewerData } from "./viewer-data.ts";
export type { ViewerContact, ViewerData, ViewerDraws, ViewerParticle } from "./viewer-data.ts";
export { readViewerBundle, viewerHtml } from "./viewer-html.ts";
export { drawsHtml, framedDraws } from "./draws-html.ts";
export type { DrawsPage, ShownDraw } from "./draws-html.ts";
export type { ViewerProjection } from "./viewer-html.ts";
