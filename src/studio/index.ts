/**
 * The studio: a page into which images are dropped, and which answers with the modules of the command line, in the browser alone.
 * Takes the bundled page, the networks and a recipe; gives the page's files, and serves them on this machine. `page` is what is seen, `work`
 * what its thread computes, `stand-ins` what these modules take from Node and a browser has otherwise. Computes no science of its own.
 */
export { siteFiles } from "./site/site-files.ts";
export type { Site, SiteFile, SiteSource } from "./site/site-files.ts";
export { serveSite } from "./site/serve-site.ts";
export type { ServedSite } from "./site/serve-site.ts";
export { sampleAggregate, sampleImages } from "./site/sample-images.ts";
export type { SampleImages } from "./site/sample-images.ts";
