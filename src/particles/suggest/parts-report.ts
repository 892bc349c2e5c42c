import { counted, extremes } from "../../core/index.ts";
import type { GrayImage } from "../../core/index.ts";
import {
  BOX_COLUMNS,
  grayPicture,
  html,
  imageTileHtml,
  notesHtml,
  pageText,
  pngDataUri,
  tableHtml,
  tableOf,
} from "../../report/index.ts";
import type { Column, Picture, Table } from "../../report/index.ts";

/** A part of an image that is to be outlined. */
export interface OutlineTask {
  /** 1 for the part to be outlined first. */
  readonly rank: number;
  /** Of its files in images/, particles/ and overlays/. */
  readonly tile: string;
  readonly source: string;
  readonly frame: number;
  /** In the source, without its bars [px]. */
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  /** Sum over its particles of how far the answers differ. */
  readonly uncertainty: number;
  /** To the nearest part that was outlined or taken before, in the detector's features; null where there was none, or nobody looked. */
  readonly distance: number | null;
  /** Circles that were drawn on it. */
  readonly drawnCount: number;
}

/** What the page is written from. */
export interface PartsReport {
  readonly tasks: readonly OutlineTask[];
  /** Bare and with its circles, in the order of the tasks. */
  readonly shown: readonly { readonly image: GrayImage; readonly overlay: Picture }[];
  /** How they were chosen, in words. */
  readonly words: string;
  /** Parts that were scored. */
  readonly scoredCount: number;
  readonly notes: readonly string[];
}

const RANK: Column<OutlineTask> = { heading: "rank", number: ({ rank }) => rank };
const TILE: Column<OutlineTask> = { heading: "tile", text: ({ tile }) => tile };
const SOURCE: Column<OutlineTask> = { heading: "source", text: ({ source }) => source };
const UNCERTAINTY: Column<OutlineTask> = {
  heading: "particles in doubt",
  number: (task) => task.uncertainty,
};
const DISTANCE: Column<OutlineTask> = { heading: "distance", number: ({ distance }) => distance };
const DRAWN: Column<OutlineTask> = { heading: "circles drawn", number: ({ drawnCount }) => drawnCount };

/** The list for people to read. */
export const outlineTaskTable = (tasks: readonly OutlineTask[]): Table =>
  tableOf(tasks, [RANK, TILE, UNCERTAINTY, DISTANCE, DRAWN]);

/** The list with all that is known of each part, for scripts and spreadsheets. */
export function wholeOutlineTaskTable(tasks: readonly OutlineTask[]): Table {
  return tableOf(tasks, [
    RANK,
    TILE,
    SOURCE,
    { heading: "frame", number: ({ frame }) => frame },
    ...BOX_COLUMNS,
    UNCERTAINTY,
    DISTANCE,
    DRAWN,
  ]);
}

/**
 * The page of `particles suggest`: the parts to be outlined, bare and with the circles to correct.
 *
 * @param report tasks, pictures, notes
 * @returns the text of a self-contained HTML file
 */
export function partsReport({ tasks, shown, words, scoredCount, notes }: PartsReport): string {
  const pairs = shown.map(({ image, overlay }, i) => {
    const { tile, rank, uncertainty, drawnCount } = tasks[i];
    const { width, pixelSizeNm } = image;
    const fieldWidthNm = pixelSizeNm === null ? null : pixelSizeNm * width;
    const circles = `${counted(drawnCount, "circle")}, ${uncertainty.toFixed(2)} particles in doubt`;
    return html`<div>
      ${imageTileHtml({ source: pngDataUri(grayPicture(stretched(image), 1)), caption: `${rank}. ${tile}`, fieldWidthNm })}
      ${imageTileHtml({ source: pngDataUri(overlay), caption: circles, fieldWidthNm: null })}
    </div>`;
  });
  return pageText({
    title: "Tiles to outline next",
    lead: html`<p>
        ${counted(tasks.length, "tile")} of ${scoredCount}: ${words}. Correct the circles in particles/
        (regions of ImageJ), or coco.json, then tune a detector on this folder.
      </p>
      ${notesHtml(notes)}`,
    sections: [
      {
        heading: "Tiles",
        body: html`<p>
            Each tile, and on it what the detector finds. "In doubt" is the sum, over all particles that it
            finds in any of four mirror images, of the standard deviation of their probabilities.
          </p>
          <div class="grid">${pairs}</div>`,
      },
      { heading: "List", body: tableHtml(outlineTaskTable(tasks)) },
    ],
  });
}

/** From the darkest pixel, 0, to the brightest, 1. */
function stretched(image: GrayImage): GrayImage {
  const [low, high] = extremes(image.data);
  const range = high > low ? high - low : 1;
  return { ...image, data: image.data.map((value) => (value - low) / range) };
}
