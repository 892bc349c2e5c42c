import { mkdirSync, readFileSync, writeFileSync, appendFileSync } from "node:fs";
import { join } from "node:path";
import type { GrayImage } from "../core/index.ts";
import { encodePng16, frameImage, readMicrograph } from "../micrograph/index.ts";
import { writeXyz } from "../stochastic/index.ts";
import type { Sample, SampleLabels } from "./sample.ts";

/** What a corpus is made of and with; the file manifest.json. */
export interface CorpusManifest {
  readonly format: "heterostem-corpus/1";
  readonly heterostemVersion: string;
  readonly sampleCount: number;
  readonly seed: number;
  /** Draws from the prior that no aggregate could meet: the effective prior lacks them. */
  readonly rejectedDraws: number;
  /** Grey 0 and grey 65535 of the images, as fraction of the incident beam. */
  readonly intensityRange: readonly [number, number];
  /** The resolved recipe. */
  readonly recipe: unknown;
}

const MANIFEST_FILE = "manifest.json";
const LABELS_FILE = "labels.jsonl";
/** One scale for the whole corpus: grey 65535 is the whole beam, a step is 1.5e-5 of it, below one electron of 60,000. */
const INTENSITY_RANGE = [0, 1] as const;

/** A line of the label table: the labels and the files of image and aggregate. */
export interface LabelLine extends SampleLabels {
  readonly image: string;
  readonly aggregate: string;
}

/**
 * Appends a sample to a corpus folder: image (16-bit PNG), aggregate (extended XYZ) and its line in the label table.
 *
 * @param folder the corpus; made by createCorpusFolder
 * @param sample what to write
 */
export function appendSample(folder: string, { labels, image, aggregate }: Sample): void {
  const name = String(labels.sampleIndex).padStart(6, "0");
  const files = { image: `images/${name}.png`, aggregate: `aggregates/${name}.xyz` };
  writeFileSync(join(folder, files.image), encodePng16(image, { range: INTENSITY_RANGE }));
  writeFileSync(join(folder, files.aggregate), writeXyz(aggregate));
  const line: LabelLine = { ...files, ...labels };
  appendFileSync(join(folder, LABELS_FILE), `${JSON.stringify(line)}\n`);
}

/**
 * Makes the parts of an empty corpus.
 *
 * @param folder the corpus; exists and is empty
 */
export function createCorpusFolder(folder: string): void {
  for (const part of ["images", "aggregates"]) mkdirSync(join(folder, part));
  writeFileSync(join(folder, LABELS_FILE), "");
}

/**
 * Writes the manifest: the mark of a complete corpus.
 *
 * @param folder the corpus
 * @param manifest its contents without format and intensity range
 * @returns the whole manifest
 */
export function writeManifest(
  folder: string,
  manifest: Omit<CorpusManifest, "format" | "intensityRange">,
): CorpusManifest {
  const whole: CorpusManifest = {
    format: "heterostem-corpus/1",
    ...manifest,
    intensityRange: INTENSITY_RANGE,
  };
  writeFileSync(join(folder, MANIFEST_FILE), `${JSON.stringify(whole, null, 2)}\n`);
  return whole;
}

/** A corpus read back: manifest and labels at once, images when asked for. */
export interface Corpus {
  readonly manifest: CorpusManifest;
  readonly labels: readonly LabelLine[];
  /** Reads the image of a line, in fractions of the incident beam. */
  readImage(line: LabelLine): Promise<GrayImage>;
}

/**
 * Opens a corpus folder.
 *
 * @param folder what `heterostem generate` wrote
 * @returns manifest, labels and a reader of images
 * @throws Error naming the file that is missing or broken
 */
export function openCorpus(folder: string): Corpus {
  const manifest = parseFile<CorpusManifest>(
    folder,
    MANIFEST_FILE,
    (text) => JSON.parse(text) as CorpusManifest,
  );
  if (manifest.format !== "heterostem-corpus/1") {
    throw new TypeError(
      `Cannot open corpus: format must be heterostem-corpus/1, got ${String(manifest.format)} (${join(folder, MANIFEST_FILE)})`,
    );
  }
  const labels = parseFile(folder, LABELS_FILE, (text) =>
    text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as LabelLine),
  );
  if (labels.length !== manifest.sampleCount) {
    throw new RangeError(
      `Cannot open corpus: ${LABELS_FILE} must have ${manifest.sampleCount} lines, got ${labels.length} (${folder})`,
    );
  }
  return {
    manifest,
    labels,
    readImage: async ({ image }) => {
      const path = join(folder, image);
      return frameImage(await readMicrograph(readFileSync(path), path));
    },
  };
}

function parseFile<T>(folder: string, name: string, parse: (text: string) => T): T {
  const path = join(folder, name);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new Error(
      `Cannot open corpus: wanted a folder written by heterostem generate, got none of its ${name} (${path})`,
      { cause },
    );
  }
  try {
    return parse(text);
  } catch (cause) {
    throw new SyntaxError(
      `Cannot open corpus: ${name} must be valid JSON, got ${(cause as Error).message} (${path})`,
      {
        cause,
      },
    );
  }
}
