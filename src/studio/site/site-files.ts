import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { InversionRecipe } from "../../inverse/index.ts";
import { assetScript } from "./asset-script.ts";
import { pageHtml } from "./page-html.ts";
import { encodeStructurePrior } from "./structure-prior.ts";
import { sampleImages } from "./sample-images.ts";

/** One file of the page. */
export interface SiteFile {
  /** Content-Type that it is served with. */
  readonly type: string;
  /** Its bytes, made when they are first asked for. */
  readonly bytes: () => Uint8Array;
}

/** The files of the page by their names; all lie in one folder. */
export type Site = ReadonlyMap<string, SiteFile>;

/** What the page is made of. */
export interface SiteSource {
  /** Where "npm run build" has bundled the page. */
  readonly bundleFolder: string;
  /** Folder of the networks that ship. */
  readonly modelFolder: string;
  readonly version: string;
  /** That the networks which ship were trained by. */
  readonly recipe: InversionRecipe;
}

/** Networks that the page carries. */
const NETWORKS = [
  "tio2-wo3-contrast.onnx",
  "tio2-wo3-absolute.onnx",
  "one-material.onnx",
  "any-pair.onnx",
  "particles-haadf.onnx",
  "particles-bright-field.onnx",
] as const;

const [HTML, SCRIPT, STYLE] = ["text/html", "text/javascript", "text/css"].map(
  (type) => `${type}; charset=utf-8`,
);

/**
 * The studio's page, file by file: the same for the local server and for a folder on a disk or on any web server.
 *
 * @param source where its parts lie, and what it says of itself
 * @returns files by name
 * @throws Error where the project has not been built
 * @example
 * import { siteFiles } from "../src/studio/index.ts";
 * import { inversionRecipeSchema } from "../src/inverse/index.ts";
 * import { expect } from "vitest";
 * const recipe = inversionRecipeSchema.parse({});
 * const source = { bundleFolder: "/nowhere", modelFolder: "models", version: "1", recipe };
 * expect(() => siteFiles(source)).toThrow("must have been built");
 */
export function siteFiles({ bundleFolder, modelFolder, version, recipe }: SiteSource): Site {
  if (!existsSync(join(bundleFolder, "page.js"))) {
    throw new Error(
      `Cannot open studio: its page must have been built, got none (${bundleFolder}); ` +
        "run npm run build in a checkout of the project: the packed program leaves the page out, for its size",
    );
  }
  const fileOf = (name: string) => readFileSync(join(bundleFolder, name));
  const samples = once(() => sampleImages(recipe));
  const parts: Record<string, () => Uint8Array> = {
    "worker.js": () => fileOf("worker.js"),
    "model-worker.js": () => fileOf("model-worker.js"),
    "onnxruntime.wasm": () => fileOf("onnxruntime.wasm"),
    "structure-prior.json": () => encodeStructurePrior(recipe),
    "known.tif": () => samples()["known.tif"],
    "unlike.tif": () => samples()["unlike.tif"],
  };
  for (const name of NETWORKS) parts[name] = () => readFileSync(join(modelFolder, name));
  const scripts = Object.entries(parts).map(([name, bytes]): [string, SiteFile] => [
    `${name}.part.js`,
    { type: SCRIPT, bytes: once(() => Buffer.from(assetScript(name, bytes()))) },
  ]);
  return new Map([
    ["index.html", { type: HTML, bytes: () => Buffer.from(pageHtml(version)) }],
    ["page.js", { type: SCRIPT, bytes: () => fileOf("page.js") }],
    ["page.css", { type: STYLE, bytes: () => fileOf("page.css") }],
    ...scripts,
  ]);
}

/** A value that is made when it is first asked for, and kept. */
function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | null = null;
  return () => (made ??= { value: make() }).value;
}
