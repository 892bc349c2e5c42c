import { counted } from "../../core/index.ts";
import { html, imageTileHtml, notesHtml, pageText, pngDataUri, tableHtml } from "../../report/index.ts";
import { displayGreys, labelPicture } from "../apply/overlay.ts";
import type { SegmenterMetadata } from "../segmenter-model.ts";
import type { SuggestBy } from "./choose-tiles.ts";
import { taskTable } from "./label-tasks.ts";
import type { LabelTask } from "./label-tasks.ts";
import type { WrittenTile } from "./write-tiles.ts";

/** What the page is written from. */
export interface SuggestReportInput {
  readonly metadata: SegmenterMetadata;
  readonly by: SuggestBy;
  readonly tasks: readonly LabelTask[];
  /** In the order of the tasks. */
  readonly tiles: readonly WrittenTile[];
  /** Tiles that were scored. */
  readonly scoredCount: number;
  readonly notes: readonly string[];
}

/** How tiles were chosen, in words. */
const WORDS: Readonly<Record<SuggestBy, string>> = {
  uncertainty: "those of which the network is least sure",
  diversity: "those that cover what the network sees, by k-centre greedy on its deepest features",
  both: "those that differ most in the network's deepest features, by k-centre greedy, among the tiles of which it is least sure",
};

/**
 * The page of `segment suggest`: the tiles to be labelled, bare and with the network's answer.
 *
 * @param input tasks, tiles, notes
 * @returns the text of a self-contained HTML file
 */
export function suggestReport({
  metadata,
  by,
  tasks,
  tiles,
  scoredCount,
  notes,
}: SuggestReportInput): string {
  const { classNames, config } = metadata;
  const pairs = tiles.map(({ image, classIds }, i) => {
    const { tile, rank } = tasks[i];
    const { width, height, pixelSizeNm } = image;
    const grey = { width, height, pixels: displayGreys(image), channels: 1 } as const;
    const fieldWidthNm = pixelSizeNm === null ? null : pixelSizeNm * width;
    return html`<div>
      ${imageTileHtml({ source: pngDataUri(grey), caption: `${rank}. ${tile}`, fieldWidthNm })}
      ${imageTileHtml({ source: pngDataUri(labelPicture(image, classIds)), caption: tasks[i].reason, fieldWidthNm: null })}
    </div>`;
  });
  return pageText({
    title: `Tiles to label next: ${config.name}`,
    lead: html`<p>
        ${counted(tasks.length, "tile")} of ${scoredCount}: ${WORDS[by]}. Correct the masks in labels/ (or the
        regions in rois/, or coco.json), then prepare and train study.yaml.
      </p>
      ${notesHtml(notes)}`,
    sections: [
      {
        heading: "Tiles",
        body: html`<p>Each tile, and on it what the network takes for ${classNames.slice(1).join(", ")}.</p>
          <div class="grid">${pairs}</div>`,
      },
      { heading: "List", body: tableHtml(taskTable(tasks)) },
    ],
  });
}
