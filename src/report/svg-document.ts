import { parseHTML } from "linkedom";

/**
 * A document for drawing without a browser: the only importer of linkedom.
 *
 * @returns an empty HTML document in which Observable Plot can build its SVG
 */
export function createSvgDocument(): Document {
  return parseHTML("<!doctype html><html><body></body></html>").document as unknown as Document;
}
