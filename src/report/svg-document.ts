import { parseHTML } from "linkedom";

/** A document for drawing without a browser: the only importer of linkedom. */
export function createSvgDocument(): Document {
  return parseHTML("<!doctype html><html><body></body></html>").document as unknown as Document;
}
