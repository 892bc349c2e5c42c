import { join, resolve } from "node:path";
import { counted, type GrayImage } from "../../../core/index.ts";
import { quantile } from "../../../core/index.ts";
import { decodePicture, openCorpus, readSamples, type Corpus } from "../../../corpus/index.ts";
import {
  contactSheet,
  figureHtml,
  histogramFigure,
  html,
  pageText,
  pngBytes,
  pngDataUri,
  tableText,
  type Picture,
} from "../../../report/index.ts";
import {
  readCorpusValues,
  summariseCorpus,
  summaryTable,
  type CorpusValues,
} from "../../../inverse/index.ts";
import { defineCommand, type CommandContext } from "../../command.ts";
import { FORCE_FLAG, MAX_MEMORY_FLAG, OUT_FLAG } from "../../flags.ts";
import { runInto } from "../../run-into.ts";
import { writeFiles } from "../../write-files.ts";
import { bytesText } from "../../bytes-text.ts";
import { CORPUS_ARGUMENT } from "./corpus-argument.ts";

/** Images on the contact sheet, spread over the corpus. */
const SHEET_IMAGES = 48;
const SHEET_COLUMNS = 8;
/** Brightest share of all pixels that is drawn white. */
const WHITE_QUANTILE = 0.998;

/** `heterostem corpus inspect`: counts, quantiles of every varying column, and a contact sheet with histograms. */
export const corpusInspect = defineCommand({
  name: "inspect",
  summary: "Print counts and quantiles of a corpus; draw a contact sheet and histograms",
  arguments: { folder: CORPUS_ARGUMENT },
  flags: {
    out: { ...OUT_FLAG, help: "folder for contact sheet and histograms (default: none are drawn)" },
    force: FORCE_FLAG,
    maxMemory: MAX_MEMORY_FLAG,
  },
  example: "corpus inspect runs/corpus --out runs/look",
  async run({ arguments: { folder }, flags: { out, force } }, context) {
    const corpus = openCorpus(folder);
    const values = await readCorpusValues(corpus);
    const summary = summariseCorpus(values);
    const columns = [...values.parameters, ...values.descriptors, ...values.microscope];
    const page = out === undefined ? null : await writeLook(corpus, columns, { out, force, context });
    const text = [
      ...headLines(corpus),
      "",
      tableText(summaryTable([...summary.parameters, ...summary.descriptors, ...summary.microscope])),
      ...(page === null ? [] : ["", `Contact sheet and histograms: ${page}`]),
    ].join("\n");
    const { shards, ...manifest } = corpus.manifest;
    return {
      text,
      json: { folder, count: corpus.count, shardCount: shards.length, ...manifest, ...summary },
    };
  },
});

function headLines({ folder, manifest, count }: Corpus): string[] {
  const { shards, part, seed, physics, heterostemVersion, rejectedDraws, sampleCount } = manifest;
  const bytes = shards.reduce((sum, shard) => sum + shard.bytes, 0);
  const whole =
    part.of === 1 ? "" : `, part ${part.index} of ${part.of} of ${counted(sampleCount, "sample")}`;
  return [
    `${folder}: ${counted(count, "sample")} in ${counted(shards.length, "file")}, ${bytesText(bytes)}${whole}`,
    `heterostem ${heterostemVersion}, seed ${seed}, physics ${physics}; ${counted(rejectedDraws, "draw")} could not be realised`,
  ];
}

interface LookOptions {
  readonly out: string;
  readonly force: boolean;
  readonly context: CommandContext;
}

async function writeLook(
  corpus: Corpus,
  columns: readonly CorpusValues[],
  { out, force, context }: LookOptions,
): Promise<string> {
  const sheet = await sheetOf(corpus);
  await runInto(out, { force, context, settings: { corpus: corpus.folder } }, (folder) => {
    const page = pageOf(corpus, columns, sheet);
    writeFiles(folder, { "contact-sheet.png": pngBytes(sheet), "inspect.html": page });
  });
  return join(resolve(out), "inspect.html");
}

async function sheetOf(corpus: Corpus): Promise<Picture> {
  const count = Math.min(SHEET_IMAGES, corpus.count);
  const images: GrayImage[] = [];
  for (let i = 0; i < count; i++) {
    const start = Math.floor((i * corpus.count) / count);
    for await (const { picture } of readSamples(corpus, { start, count: 1 })) {
      images.push(await decodePicture(picture));
    }
  }
  const white = quantile(
    images.flatMap(({ data }) => Array.from(data)),
    WHITE_QUANTILE,
  );
  return contactSheet(images, { columns: Math.min(SHEET_COLUMNS, count), white });
}

function pageOf(corpus: Corpus, columns: readonly CorpusValues[], sheet: Picture): string {
  const varying = columns.filter(({ values }) => values.some((value) => value !== values[0]));
  const figures = varying.map(({ label, unit, values }) =>
    figureHtml(histogramFigure({ title: label, unit, values, counted: "samples" })),
  );
  const [first, second] = headLines(corpus);
  const sheetHtml = html`<img
    src="${pngDataUri(sheet)}"
    alt="contact sheet"
    style="width:100%;image-rendering:pixelated"
  />`;
  return pageText({
    title: "Corpus",
    lead: html`<p>${first}</p>
      <p>${second}</p>`,
    sections: [
      { heading: "Images, spread over the corpus, on one grey scale", body: sheetHtml },
      { heading: "Columns that vary", body: html`<div class="grid">${figures}</div>` },
    ],
  });
}
