import { join } from "node:path";
import { checkNumber, counted, csvText, definedPart, type GrayImage } from "../../../core/index.ts";
import { appendToFile, makeFolders, writeNewFile } from "../../../io/index.ts";
import {
  corpusColumns,
  decodePicture,
  openCorpus,
  readRows,
  readSamples,
  storedAggregates,
  type Corpus,
  type SampleSelection,
  type StoredImage,
} from "../../../corpus/index.ts";
import { encodeTiff, npyHeader } from "../../../micrograph/index.ts";
import { materialsOfPrior, writeXyz } from "../../../stochastic/index.ts";
import { leavesChoice, recipeOfCorpus } from "../../../inverse/index.ts";
import { defineCommand } from "../../command.ts";
import { FORCE_FLAG, MAX_MEMORY_FLAG, OUT_FLAG, wholeNumber } from "../../flags.ts";
import { runInto } from "../../run-into.ts";
import { CORPUS_ARGUMENT } from "./corpus-argument.ts";
import { writeWebDataset } from "./write-web-dataset.ts";

/** What a corpus can be exported to: one stack, one file an image, tar archives of both, or one file of spheres an aggregate. */
const EXPORT_FORMATS = ["npy", "tiff", "png", "webdataset", "xyz"] as const;
type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Names of the columns of a corpus's table: all that are one number or word a sample. */
function tableColumns({ manifest, folder }: Corpus): string[] {
  const columns = corpusColumns(leavesChoice(recipeOfCorpus(manifest, folder)));
  return columns
    .filter(({ type }) => ["int32", "int64", "float64", "string"].includes(type))
    .map(({ name }) => name);
}

/** `heterostem corpus export`: images as NPY stack, TIFF, PNG or WebDataset, or spheres as XYZ; labels as CSV beside them. */
export const corpusExport = defineCommand({
  name: "export",
  summary: "Write images and labels of a corpus as files for other programs",
  arguments: { folder: CORPUS_ARGUMENT },
  flags: {
    to: {
      value: "FORMAT",
      help: "one NPY stack, a 32-bit TIFF or 16-bit PNG an image, tar archives of PNG and JSON (webdataset), or spheres as xyz",
      choices: EXPORT_FORMATS,
      default: "png",
    },
    first: { value: "N", help: "first sample", parse: wholeNumber(0, 1e7), default: 0 },
    count: { value: "N", help: "samples (default: all)", parse: wholeNumber(1, 1e7) },
    out: { ...OUT_FLAG, isRequired: true },
    force: FORCE_FLAG,
    maxMemory: MAX_MEMORY_FLAG,
  },
  example: "corpus export runs/corpus --to tiff --count 10 --out runs/exported",
  async run({ arguments: { folder: source }, flags }, context) {
    const { to: format, first: start, count: most, out, force } = flags;
    const selection = { start, ...definedPart({ count: most }) };
    const corpus = openCorpus(source);
    const settings = { corpus: source, format, ...selection };
    const count = await runInto(out, { force, context, settings }, async (folder) => {
      const stage = context.startStage("Exporting", most ?? corpus.count);
      const written = await WRITERS[format](corpus, selection, { folder, onSample: stage.update });
      await writeTable(corpus, selection, folder);
      stage.finish(counted(written, "sample"));
      return written;
    });
    const text = `${counted(count, "sample")} of ${source} as ${format} with labels.csv in ${out}`;
    return { text, json: { folder: out, format, count } };
  },
});

interface ExportTarget {
  readonly folder: string;
  readonly onSample: (done: number) => void;
}

type Writer = (corpus: Corpus, selection: SampleSelection, target: ExportTarget) => Promise<number>;

const WRITERS: Readonly<Record<ExportFormat, Writer>> = {
  png: eachPicture(async (picture) => {
    // a corpus may be anybody's: what is no image of its kind is not handed on under that name
    await decodePicture(picture);
    return { bytes: picture.bytes, ending: "png" };
  }),
  tiff: eachPicture(async (picture) => ({
    bytes: encodeTiff([await decodePicture(picture)]),
    ending: "tif",
  })),
  npy: writeStack,
  webdataset: writeArchives,
  xyz: writeAggregates,
};

/** Name of a sample's file: of its number alone, whatever the corpus calls its images. */
function sampleStem(sampleIndex: number): string {
  checkNumber("sampleIndex", sampleIndex, { min: 0, integer: true, action: "export corpus" });
  return String(sampleIndex).padStart(6, "0");
}

/** One file an image, below images/. */
function eachPicture(
  encode: (picture: StoredImage) => Promise<{ readonly bytes: Uint8Array; readonly ending: string }>,
): Writer {
  return async (corpus, selection, { folder, onSample }) => {
    makeFolders(join(folder, "images"));
    let count = 0;
    for await (const { labels, picture } of readSamples(corpus, selection)) {
      const { bytes, ending } = await encode(picture);
      writeNewFile(join(folder, "images", `${sampleStem(labels.sampleIndex)}.${ending}`), bytes);
      onSample(++count);
    }
    return count;
  };
}

/** All images in one file, float32 [count, height, width], written piece by piece. */
async function writeStack(
  corpus: Corpus,
  selection: SampleSelection,
  { folder, onSample }: ExportTarget,
): Promise<number> {
  const { start = 0, count = Infinity } = selection;
  const planned = Math.max(0, Math.min(corpus.count - start, count));
  const path = join(folder, "images.npy");
  let done = 0;
  for await (const { picture } of readSamples(corpus, selection)) {
    const { data, width, height }: GrayImage = await decodePicture(picture);
    if (done === 0) writeNewFile(path, npyHeader("<f4", [planned, height, width]));
    appendToFile(path, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    onSample(++done);
  }
  return done;
}

/** Pictures and numbers, in tar archives. */
async function writeArchives(
  corpus: Corpus,
  selection: SampleSelection,
  { folder, onSample }: ExportTarget,
): Promise<number> {
  const names = tableColumns(corpus);
  async function* samples() {
    for await (const { image, ...values } of readRows(corpus, ["image", ...names], selection)) {
      yield { stem: sampleStem(values["sampleIndex"] as number), picture: image as StoredImage, values };
    }
  }
  return (await writeWebDataset(samples(), folder, { onSample })).count;
}

/** One file of spheres an aggregate, below aggregates/. */
async function writeAggregates(
  corpus: Corpus,
  selection: SampleSelection,
  { folder, onSample }: ExportTarget,
): Promise<number> {
  makeFolders(join(folder, "aggregates"));
  const materials = materialsOfPrior(recipeOfCorpus(corpus.manifest, corpus.folder).aggregate);
  let count = 0;
  for await (const { sampleIndex, aggregate } of storedAggregates(corpus, materials, selection)) {
    writeNewFile(join(folder, "aggregates", `${sampleStem(sampleIndex)}.xyz`), writeXyz(aggregate));
    onSample(++count);
  }
  return count;
}

async function writeTable(corpus: Corpus, selection: SampleSelection, folder: string): Promise<void> {
  const names = tableColumns(corpus);
  const rows: (string | number)[][] = [names];
  for await (const row of readRows(corpus, names, selection)) {
    rows.push(names.map((name) => cellOf(row[name])));
  }
  writeNewFile(join(folder, "labels.csv"), csvText(rows));
}

/** Whole numbers of 64 bits come as bigint. */
function cellOf(value: unknown): string | number {
  return typeof value === "number" ? value : String(value);
}
