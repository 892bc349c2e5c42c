import { html, imageTileHtml, pngDataUri } from "../report/index.ts";
import type { Html } from "../report/index.ts";
import { agreementPicture, displayGreys } from "./apply/overlay.ts";
import type { LabelledMicrograph } from "./data/labelled-set.ts";
import type { ImageEvaluation } from "./evaluate-segmenter.ts";

/** Best and worst images that are shown. */
const SHOWN_CASES = 3;

/** Measured images, and the class that is looked at. */
export interface Cases {
  readonly evaluations: readonly ImageEvaluation[];
  readonly items: readonly LabelledMicrograph[];
  /** 1 or more. */
  readonly classId: number;
  readonly className: string;
}

/** The images on which a class was found best and worst, under the plain rule. */
export function casesHtml({ evaluations, items, classId, className }: Cases): Html {
  const iouOf = ({ classes }: ImageEvaluation) => classes[classId - 1]?.iou ?? NaN;
  const ranked = evaluations
    .filter((evaluation) => evaluation.rule === "plain" && !Number.isNaN(iouOf(evaluation)))
    .toSorted((a, b) => iouOf(b) - iouOf(a));
  const half = Math.ceil(ranked.length / 2);
  const best = ranked.slice(0, Math.min(SHOWN_CASES, half));
  const worst = ranked.slice(Math.max(half, ranked.length - SHOWN_CASES)).toReversed();
  const tile = (evaluation: ImageEvaluation) => {
    const item = items.find(({ name }) => name === evaluation.name);
    if (item === undefined) return html``;
    const { width, height, pixelSizeNm } = item;
    const grey = { width, height, pixels: displayGreys(item.image), channels: 1 } as const;
    const { truth, found } = evaluation;
    const agreement = agreementPicture(truth, found, { classId, width, height });
    const caption = `${evaluation.name}: IoU ${iouOf(evaluation).toFixed(3)}`;
    const fieldWidthNm = pixelSizeNm === null ? null : pixelSizeNm * width;
    return html`<div>
      ${imageTileHtml({ source: pngDataUri(grey), caption: evaluation.name, fieldWidthNm })}
      ${imageTileHtml({ source: pngDataUri(agreement), caption, fieldWidthNm: null })}
    </div>`;
  };
  return html`<h3>Best and worst images, ${className}</h3>
    <p>White: found. Magenta: missed. Cyan: found where there is none. Black: rest.</p>
    <div class="grid">${best.map(tile)}</div>
    <div class="grid">${worst.map(tile)}</div>`;
}
